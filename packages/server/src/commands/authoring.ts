/** Commands for whoever authors a world, as the command line knows them; their work is loaded when they run. */
import { Effect } from "effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { json, where } from "./history.ts"
import * as Telemetry from "../Telemetry.ts"

const folder = Argument.String("folder").pipe(
  Argument.withDescription(
    "with the world's YAML files; WR2_CONTENT, or the sample world, unless given"
  ),
  Argument.optional
)
const work = Effect.promise(() => import("./world.ts"))

const validate = Command.make("validate", { folder }, (flags) =>
  Effect.flatMap(work, ({ validate }) => validate(flags.folder))
).pipe(
  Command.withDescription(
    "Reads all of it and says everything that is wrong, with file, line, reason and what may be meant. Needs no database."
  )
)

const plan = Command.make("plan", { folder, json }, (flags) =>
  Effect.flatMap(work, ({ plan }) => plan(flags))
).pipe(
  Command.withShortDescription("Says what would change in the world that is played"),
  Command.withDescription(
    `Says what would change in the world that is played: + added, - removed, ~ changed, with the fields. ${where}`
  )
)

const apply = Command.make("apply", { folder, json }, (flags) =>
  Effect.flatMap(work, ({ apply }) => apply(flags))
).pipe(
  Command.withShortDescription("Makes it the world that is played, all of it or nothing"),
  Command.withDescription(
    `Makes it the world that is played, all of it or nothing, without throwing anybody out. It stays so until the servers' own files change. ${where}`
  )
)

const schema = Command.make(
  "schema",
  {
    file: Argument.String("file").pipe(
      Argument.withDescription("where it is written; printed unless given"),
      Argument.optional
    )
  },
  (flags) => Effect.flatMap(work, ({ schema }) => schema(flags.file))
).pipe(Command.withDescription("The JSON Schema of the YAML files, for editors."))

/** `wr2 world` */
export const world = Command.make("world").pipe(
  Command.withDescription(
    "The content of a world: checked, compared, exchanged while it is played."
  ),
  Command.withSubcommands([validate, plan, apply, schema]),
  Command.provide(Telemetry.layer)
)
