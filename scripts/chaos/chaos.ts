/**
 * `npm run chaos`: runners and gateways on a Postgres of their own, players over websockets, and
 * faults by a seed. Afterwards it is decided from what clients remember and what the tables say
 * whether every promise was kept (docs/guarantees.md).
 *
 *     npm run chaos -- --seconds 60 --seed 7 --json FILE
 *     npm run chaos -- --seconds 15 --only "runner killed,Postgres killed" --bots 8 --floor 5
 */
import { writeFileSync } from "node:fs"
import { NodeRuntime } from "@effect/platform-node"
import { Cause, Effect, Exit, References } from "effect"
import { parse } from "./Options.ts"
import { blank, run } from "./Run.ts"

const asked = parse(process.argv.slice(2), Date.now() % 1_000_000)
if (asked._tag !== "Run") {
  if (asked._tag === "Help") console.log(asked.text)
  else console.error(asked.why)
  process.exit(asked._tag === "Help" ? 0 : 2)
}
const { options } = asked
const report = blank(options)

const tell = (): void => {
  const text = JSON.stringify(report, null, 2)
  console.log(text)
  if (options.json !== undefined) writeFileSync(options.json, `${text}\n`)
  process.exitCode = report.violations.length === 0 ? 0 : 1
}
/** A run that nobody could judge has shown nothing. */
const unjudged = (why: string): void => {
  report.violations.push({ rule: "comes to judgement", what: why.slice(0, 2_000) })
  tell()
}
// What the arena has started ends with this process, see Arena.
process.once("uncaughtException", (error) => {
  unjudged(`uncaught: ${error.stack ?? String(error)}`)
  process.exit(1)
})

run(options, report).pipe(
  Effect.onExit((exit) =>
    Effect.sync(() => (Exit.isSuccess(exit) ? tell() : unjudged(Cause.pretty(exit.cause))))
  ),
  // It has been told.
  Effect.catchCauseIf(
    (cause) => !Cause.hasInterruptsOnly(cause),
    () => Effect.void
  ),
  Effect.provideService(References.MinimumLogLevel, "Error"),
  NodeRuntime.runMain
)
