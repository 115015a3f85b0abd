/** Commands about what happened, or would happen, as the command line knows them; their work is loaded when they run. */
import { Effect } from "effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Telemetry from "../Telemetry.ts"

/** On which database such a command works. */
export const where =
  "On the database of DATABASE_URL, or of npm start, running or not; beside a live world."

const instance = Argument.Int("instance").pipe(
  Argument.withDescription("its number, as in wr2.instance_owner")
)
/** What it says as JSON. */
export const json = Flag.Boolean("json").pipe(
  Flag.withDescription("as JSON"),
  Flag.withDefault(false)
)
const seq = (name: string, help: string) =>
  Flag.Int(name).pipe(Flag.withDescription(help), Flag.optional)

/** `wr2 snapshot` */
export const snapshot = Command.make("snapshot", { instance, json }, (flags) =>
  Effect.flatMap(
    Effect.promise(() => import("./snapshot.ts")),
    ({ snapshot }) => snapshot(flags)
  )
).pipe(
  Command.withShortDescription("Keeps an instance's rows as they are now, for replays from here"),
  Command.withDescription(
    `Keeps an instance's rows as they are now, in wr2.snapshot, as of the seq of its last Event: replays begin there, also when the log before it is gone. ${where}`
  ),
  Command.provide(Telemetry.layer)
)

/** `wr2 replay` */
export const replay = Command.make(
  "replay",
  {
    instance: instance.pipe(Argument.optional),
    from: seq("from", "the first Event to compare; what is before it is taken as recorded"),
    to: seq("to", "the last Event; rows are compared at the end of the log only"),
    action: Flag.String("action").pipe(
      Flag.withDescription(
        "only this Action: its number (accept_no), instance/number, or the reference of a dead letter. The instance need not be given where that says which Action"
      ),
      Flag.optional
    ),
    asTest: Flag.String("as-test").pipe(
      Flag.withDescription(
        "with --action: write a test of it to this file, NAME.test.ts in the repository"
      ),
      Flag.optional
    ),
    json
  },
  (flags) =>
    Effect.flatMap(
      Effect.promise(() => import("./replay.ts")),
      ({ replay }) => replay(flags)
    )
).pipe(
  Command.withShortDescription("Runs what happened again, and says what is not the same"),
  Command.withDescription(
    `Runs the Actions of the log again, from a snapshot or from birth, each on the rows it met, with its seed, time and ids, and compares Events, and at the end rows. Ends with 1 at the first difference, and says it. ${where} docs/history.md says more.`
  ),
  Command.provide(Telemetry.layer)
)

/** `wr2 explain` */
export const explain = Command.make(
  "explain",
  {
    character: Argument.String("character").pipe(Argument.withDescription("who, by name or id")),
    command: Argument.String("command").pipe(
      Argument.withDescription('what they would type, as in "kill rat"')
    ),
    seed: seq("seed", "the dice of the first Action, a whole number; drawn unless given"),
    json
  },
  (flags) =>
    Effect.flatMap(
      Effect.promise(() => import("./explain.ts")),
      ({ explain }) => explain(flags)
    )
).pipe(
  Command.withShortDescription("What a Command would come to, and nothing done"),
  Command.withDescription(
    `The Plan of a Command, its Actions, the rows that they would lock, the Events that they would emit; or why it would be rejected. Changes nothing. ${where}`
  ),
  Command.provide(Telemetry.layer)
)
