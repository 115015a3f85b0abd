/** Commands for whoever operates a world, as the command line knows them; their work is loaded when they run. */
import { constants, setPriority } from "node:os"
import { Effect } from "effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Telemetry from "../Telemetry.ts"

const maybe = (name: string, help: string) =>
  Flag.String(name).pipe(Flag.withDescription(help), Flag.optional)

const on = (name: string, help: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(help), Flag.withDefault(false))

/** `wr2 retain` */
export const retain = Command.make(
  "retain",
  { dryRun: on("dry-run", "only say what would go") },
  (flags) =>
    Effect.promise(() => import("./retain.ts")).pipe(
      Effect.flatMap(({ retain }) => retain(flags)),
      Effect.provide(Telemetry.layer)
    )
).pipe(
  Command.withShortDescription("Lets go of history now, as WR2_RETENTION says"),
  Command.withDescription(
    "Lets go of history now, as WR2_RETENTION says. Runners do it by themselves, every minute."
  )
)

const which = {
  instance: Flag.Int("instance").pipe(Flag.withDescription("of this instance"), Flag.optional),
  type: maybe("type", "of this type of Action, as in AttackRound")
}
const json = on("json", "as JSON")
const by = maybe("by", "who does it; you, on this machine, unless given")
const ids = Argument.String("id").pipe(
  Argument.withDescription("a reference, or instance/number"),
  Argument.variadic()
)
const all = on("all", "all that --type and --instance leave")

const letters = Effect.promise(() => import("./dead.ts"))

const ls = Command.make(
  "ls",
  {
    ...which,
    since: maybe("since", "died since then, as in 2h or 2026-11-23T08:00Z"),
    dropped: on("dropped", "those that were dropped, too"),
    json
  },
  (flags) => Effect.flatMap(letters, ({ ls }) => ls(flags))
).pipe(Command.withDescription("Lists them, the latest first."))

const show = Command.make(
  "show",
  {
    id: Argument.String("id").pipe(Argument.withDescription("a reference, or instance/number")),
    json
  },
  (flags) => Effect.flatMap(letters, ({ show }) => show(flags))
).pipe(Command.withDescription("All that is known of one, with its earlier deaths."))

const redrive = Command.make("redrive", { ids, all, ...which, by }, (flags) =>
  Effect.flatMap(letters, ({ redrive }) => redrive(flags))
).pipe(
  Command.withDescription(
    "Puts them back into the queue: each runs once more, whether the world runs now or later."
  )
)

const drop = Command.make(
  "drop",
  {
    ids,
    all,
    ...which,
    by,
    why: Flag.String("why").pipe(Flag.withDescription("why; it is kept with the letter")),
    yes: on("yes", "do not ask")
  },
  (flags) => Effect.flatMap(letters, ({ drop }) => drop(flags))
).pipe(
  Command.withDescription("Gives them up, with what they carry. They stay, and say who and why.")
)

/** `wr2 dead` */
export const dead = Command.make("dead").pipe(
  Command.withShortDescription("Actions that failed for good: look, put back, give up"),
  Command.withDescription(
    "Actions that failed for good, on the database of DATABASE_URL, or of npm start, running or not."
  ),
  Command.withSubcommands([ls, show, redrive, drop]),
  Command.provide(Telemetry.layer)
)

/** Whoever plays goes first, where there is not enough for both: also while this is loaded. */
const modest = Effect.sync(() => {
  try {
    setPriority(constants.priority.PRIORITY_LOW)
  } catch {
    // Not allowed here: it is as it is.
  }
})

/** `wr2 audit` */
export const audit = Command.make(
  "audit",
  {
    instances: Argument.Int("instance").pipe(
      Argument.withDescription("these alone; all unless given"),
      Argument.variadic()
    ),
    pause: Flag.Int("pause").pipe(
      Flag.withDescription(
        "milliseconds to rest between two reads, at least; more is gentler and slower. 5"
      ),
      Flag.withDefault(5)
    ),
    json
  },
  (flags) =>
    Effect.andThen(
      modest,
      Effect.promise(() => import("./audit.ts"))
    ).pipe(Effect.flatMap(({ audit }) => audit(flags)))
).pipe(
  Command.withShortDescription("Whether what is kept of the world is as it must be"),
  Command.withDescription(
    "Checks a world beside its owners, running or not, and changes nothing: Events without a gap, rows as the Events give them, what is conserved, each accepted Action in one place, nothing without its place, nothing in two. Ends with 1 on any finding, with 2 where it could not look, with 3 where it found nothing and could not hold all rows against their Events."
  ),
  Command.provide(Telemetry.layer)
)
