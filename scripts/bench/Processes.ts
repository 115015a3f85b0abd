/**
 * A workload by several engines on one database, each in a process of its own (`member.ts`) that hosts a
 * share of the instances and those who play there: what an operator has who starts more runners.
 */
import { Limits } from "@wr2/engine"
import * as Postgres from "@wr2/postgres/Postgres"
import * as Harness from "@wr2/testkit/Harness"
import { migrations } from "@wr2/testkit/SmallWorld"
import { Deferred, Effect, Exit, Layer, Redacted, Schema } from "effect"
import { database } from "./Case.ts"
import { game } from "./Crowd.ts"
import * as Evidence from "./Evidence.ts"
import { drive, instancesOf } from "./Workload.ts"
import type { Lateness, Played, Troupe, Workload } from "./Workload.ts"

/** What a member is told first. */
export interface Start {
  readonly url: string
  readonly runner: string
  /** The name of a workload. */
  readonly workload: string
  readonly instances: ReadonlyArray<number>
  readonly seconds: number
}

/** What it is asked then, one thing at a time: to let so many of each instance play, or what it knows. */
export type Order = { readonly play: number } | { readonly settle: true }

/** What it answers; to its start that it is up. */
export type Answer =
  | { readonly up: true }
  | { readonly played: Played }
  | { readonly settled: Evidence.Settled }
  | { readonly failed: string }

/** A member failed, or ended. */
class MemberFailed extends Schema.TaggedError<MemberFailed>()("MemberFailed", {
  message: Schema.String
}) {}

const member = Effect.fnUntraced(function* (start: Start) {
  const process = yield* Harness.start({
    name: start.runner,
    script: `${import.meta.dirname}/member.ts`,
    channel: true
  })
  let waiting: Deferred.Deferred<Answer, MemberFailed> | undefined
  const answer = (exit: Exit.Exit<Answer, MemberFailed>) => {
    if (waiting !== undefined) Deferred.doneUnsafe(waiting, exit)
  }
  process.listen((message) => {
    const heard = message as Answer
    answer(
      "failed" in heard
        ? Exit.fail(new MemberFailed({ message: heard.failed }))
        : Exit.succeed(heard)
    )
  })
  yield* process.ended.pipe(
    Effect.andThen(
      Effect.sync(() => {
        const message = `${start.runner} ended: ${process.output().slice(-2_000)}`
        answer(Exit.fail(new MemberFailed({ message })))
      })
    ),
    Effect.forkScoped
  )
  const ask = Effect.fnUntraced(function* (order: Start | Order) {
    if (!process.isRunning()) {
      return yield* new MemberFailed({ message: `${start.runner} has ended` })
    }
    const asked = Deferred.makeUnsafe<Answer, MemberFailed>()
    waiting = asked
    process.send(order)
    return yield* Deferred.await(asked)
  })
  yield* ask(start)
  return {
    play: (players: number) =>
      Effect.map(ask({ play: players }), (said) => (said as { played: Played }).played),
    settle: Effect.map(
      ask({ settle: true }),
      (said) => (said as { settled: Evidence.Settled }).settled
    )
  }
})

const troupe = Effect.fnUntraced(function* (
  workload: Workload,
  options: { readonly url: Redacted.Redacted; readonly seconds: number; readonly processes: number }
) {
  const { processes, seconds, url } = options
  const all = instancesOf(workload.instances)
  const together = { concurrency: "unbounded" } as const
  const members = yield* Effect.forEach(
    Array.from({ length: processes }, (_, n) => all.filter((_, i) => i % processes === n)),
    (instances, n) =>
      member({
        url: Redacted.value(url),
        runner: `bench-${n}`,
        workload: workload.name,
        instances,
        seconds
      }),
    together
  )
  return {
    play: Effect.fnUntraced(function* (players: number) {
      const each = yield* Effect.forEach(members, ({ play }) => play(players), together)
      // The time in which all of them played.
      return {
        from: Math.max(...each.map(({ from }) => from)),
        until: Math.min(...each.map(({ until }) => until)),
        took: each.flatMap(({ took }) => took)
      }
    }),
    problems: Effect.flatMap(
      Effect.forEach(members, ({ settle }) => settle, together),
      (settled) => Evidence.problemsOf(settled, all.slice(0, 1))
    )
  } satisfies Troupe
})

/** Runs a workload by so many engines; `url` names a server, a database is made and dropped. */
export const run = Effect.fn("bench.processes")(function* (options: {
  readonly url: Redacted.Redacted
  readonly workload: Workload
  readonly seconds: number
  readonly lateness: Lateness
  readonly processes: number
}) {
  const url = yield* database(options)
  // It also brings the tables up to date, before anybody else comes.
  const judge = Layer.provideMerge(
    Evidence.layerPostgres,
    Postgres.layer({ url, game, migrations, runner: "judge", maxConnections: 2 })
  ).pipe(Layer.provide(Layer.succeed(Limits.Limits, Limits.defaults)))
  return yield* Effect.flatMap(troupe(options.workload, { ...options, url }), (each) =>
    drive(each, options)
  ).pipe(Effect.provide(judge), Effect.scoped)
}, Effect.scoped)
