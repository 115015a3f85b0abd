/** `wr2 replay`: what happened, run again and compared with what was recorded. */
import { PgClient } from "@effect/sql-pg"
import * as Diff from "@wr2/engine/Diff"
import type { Difference } from "@wr2/engine/Replay"
import { Database } from "@wr2/postgres"
import * as Recorded from "@wr2/postgres/Recorded"
import * as Replaying from "@wr2/postgres/Replaying"
import { Clock, Console, Effect, Option } from "effect"
import * as DecideGuard from "../DecideGuard.ts"
import * as Past from "../Past.ts"
import { Problem } from "../Problem.ts"
import * as AsTest from "./asTest.ts"
import { noInstance } from "./snapshot.ts"
import * as TestFile from "./testFile.ts"

/** What may be given. */
export interface Flags {
  readonly instance: Option.Option<number>
  readonly from: Option.Option<number>
  readonly to: Option.Option<number>
  readonly action: Option.Option<string>
  readonly asTest: Option.Option<string>
  readonly json: boolean
}

/** A page of history that takes longer than this holds a rule that does not end. */
const pageWithin = 60_000
/** The same of one Action. */
const actionWithin = 5_000
/** Progress is told this often. */
const tellEvery = 2_000

const number = (n: number): string => n.toLocaleString("en-US")
const text = (value: unknown): string => {
  const whole = value === undefined ? "nothing" : JSON.stringify(value)
  return whole.length > 200 ? `${whole.slice(0, 200)}...` : whole
}

/** A difference in a few lines. */
const told = ({ action, now, recorded, seq, what }: Difference): string => {
  const whose = action.no === null ? "" : `, Action ${action.no}`
  const type = action.type === null ? "" : ` (${action.type})`
  const parts = Diff.parts(recorded, now, 8)
  const lines = parts.map(
    (part) =>
      `  ${part.path === "" ? "" : `${part.path}: `}recorded ${text(part.recorded)}, now ${text(part.now)}`
  )
  return [`DIFFERENT at seq ${seq}${whose}${type}: ${what}`, ...lines].join("\n")
}

const summary = (report: Replaying.Report): string =>
  [
    `instance ${report.instance}, from ${report.snapshot === 0 ? "its birth" : `the snapshot as of seq ${report.snapshot}`}`,
    report.to < report.from
      ? "no Events"
      : `Events ${number(report.from)} to ${number(report.to)}: ${number(report.same)} Actions run again came to the same`,
    ...(report.dead === 0
      ? []
      : [
          `  ${number(report.dead)} dead letters: they changed nothing and were not run (--action runs one)`
        ]),
    ...[...report.notComparable].map(
      ([why, count]) => `  ${number(count)} not comparable, taken as recorded: ${why}`
    ),
    report.rows === null
      ? report.difference === undefined && report.stopped === undefined
        ? "rows are compared at the end of the log only"
        : ""
      : report.difference === undefined
        ? `${number(report.rows)} rows are as their tables have them`
        : "",
    ...(report.difference === undefined ? [] : [told(report.difference)]),
    ...(report.stopped === undefined ? [] : [`STOPPED after seq ${report.to}: ${report.stopped}`])
  ]
    .filter((line) => line !== "")
    .join("\n")

const whole = Effect.fnUntraced(function* (flags: Flags, instance: number) {
  const { definition, limits } = yield* Past.game
  const database = yield* Database
  const sql = yield* PgClient.PgClient
  let toldAt = yield* Clock.currentTimeMillis
  const report = yield* Replaying.replay(database, {
    instance,
    from: Option.getOrUndefined(flags.from),
    to: Option.getOrUndefined(flags.to),
    definition,
    definitionOf: Past.definitionOf(sql),
    limits,
    guard: (thunk) => DecideGuard.guard(pageWithin, thunk),
    progress: ({ actions, last, seq }) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        if (now - toldAt < tellEvery) return
        toldAt = now
        yield* Console.error(`seq ${number(seq)} of ${number(last)}, ${number(actions)} Actions`)
      })
  })
  yield* Console.log(
    flags.json
      ? JSON.stringify(
          { ...report, notComparable: Object.fromEntries(report.notComparable) },
          null,
          2
        )
      : summary(report)
  )
  if (report.difference !== undefined) {
    return yield* new Problem({
      message: `the history of instance ${report.instance} is not what its Actions come to (a row or Event was changed, or a rule without its version; docs/history.md)`
    })
  }
  if (report.stopped !== undefined)
    return yield* new Problem({ message: "the history could not be followed to its end" })
})

const single = Effect.fnUntraced(function* (flags: Flags, id: string) {
  const { definition, limits } = yield* Past.game
  const database = yield* Database
  const sql = yield* PgClient.PgClient
  const { instance, no } = yield* Recorded.find(database, Option.getOrUndefined(flags.instance), id)
  const place = Option.isSome(flags.asTest) ? yield* TestFile.place(flags.asTest.value) : undefined
  const found = yield* Recorded.reproduce(database, {
    instance,
    id: no,
    definition,
    definitionOf: Past.definitionOf(sql),
    limits,
    guard: (thunk) => DecideGuard.guard(actionWithin, thunk)
  })
  if (place !== undefined) {
    const source = yield* AsTest.source(found)
    yield* TestFile.write(place, source)
    return yield* Console.log(
      `${place.file} is the test of ${found.action.type} ${found.action.no}: ${place.command}`
    )
  }
  yield* Console.log(flags.json ? JSON.stringify(AsTest.plain(found), null, 2) : AsTest.told(found))
})

/** Replays a history, or one Action of it. */
export const replay = (flags: Flags) =>
  Effect.gen(function* () {
    if (Option.isSome(flags.action)) return yield* single(flags, flags.action.value)
    if (Option.isSome(flags.asTest)) {
      return yield* new Problem({
        message: "--as-test writes the test of one Action: which? --action"
      })
    }
    if (Option.isNone(flags.instance)) {
      return yield* new Problem({
        message: "which instance? wr2 replay <instance>, or one Action alone: --action"
      })
    }
    yield* whole(flags, flags.instance.value)
  }).pipe(
    Effect.catchTag("NoInstance", ({ instance }) => noInstance(instance)),
    Effect.provide(Past.layer)
  )
