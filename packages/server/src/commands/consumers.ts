/** `wr2 consumers`, as the command line knows it; its work is loaded when it runs. */
import { Effect } from "effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Telemetry from "../Telemetry.ts"

const work = Effect.promise(() => import("./consumersTold.ts"))

const ls = Command.make("ls", {}, () => Effect.flatMap(work, ({ ls }) => ls)).pipe(
  Command.withDescription("How far each is, and where it is parked, and why.")
)

const resume = Command.make(
  "resume",
  {
    consumer: Argument.String("consumer").pipe(Argument.withDescription("its name")),
    instance: Argument.Int("instance").pipe(
      Argument.withDescription("there alone; wherever it is parked unless given"),
      Argument.optional
    ),
    skip: Flag.Boolean("skip").pipe(
      Flag.withDescription("without the Event that it stopped at, or those that were dropped"),
      Flag.withDefault(false)
    )
  },
  (flags) => Effect.flatMap(work, ({ resume }) => resume(flags))
).pipe(
  Command.withDescription(
    "Lets a parked consumer go on: within a minute, or when its instance next wakes."
  )
)

/** `wr2 consumers` */
export const consumers = Command.make("consumers").pipe(
  Command.withShortDescription("Consumers of the event log: how far they are, going on"),
  Command.withDescription(
    "Consumers of the event log, on the database of DATABASE_URL, or of npm start, running or not."
  ),
  Command.withSubcommands([ls, resume]),
  Command.provide(Telemetry.layer)
)
