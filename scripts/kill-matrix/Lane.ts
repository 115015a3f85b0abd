/**
 * One world that is killed again and again: a database of its own, a port, and the process that serves
 * there now. Several may run beside each other.
 */
import { fileURLToPath } from "node:url"
import { PgClient } from "@effect/sql-pg"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { migrations } from "@wr2/testkit/SmallWorld"
import type { Context } from "effect"
import { Deferred, Effect, Exit, Fiber, Layer, Redacted, Schema, Scope } from "effect"
import type { Built } from "./Build.ts"
import type { Armed } from "./Failpoints.ts"
import { erased } from "./Game.ts"
import { sets } from "./Ground.ts"
import type { Answer, Order, Start } from "./Orders.ts"

/** The process ended while something was asked of it. */
export class Ended extends Schema.TaggedError<Ended>()("Ended", { message: Schema.String }) {}

/** How worlds are made. */
export interface Options extends Pick<Start, "mutant" | "queueFirst"> {
  readonly world: Built
}

/** A process from its start to its end. */
interface Life {
  readonly process: Harness.Process
  readonly scope: Scope.Closeable
  readonly order: (order: Order) => Effect.Effect<unknown, Ended>
  readonly ended: Effect.Effect<Harness.Ended>
  /** Waits until it serves; false: it ended before. */
  readonly up: Effect.Effect<boolean>
}

const startWithin = 30_000

/** A process that has loaded everything, and is to be told where it begins. */
interface Standby {
  readonly process: Harness.Process
  readonly scope: Scope.Closeable
}

const compiled = fileURLToPath(new URL("compiled.mjs", import.meta.url))

const ready = Effect.fnUntraced(function* ({ bundle }: Built) {
  const scope = yield* Scope.make()
  const process = yield* Harness.start({
    name: "a world",
    script: compiled,
    args: [bundle],
    channel: true
  }).pipe(Scope.provide(scope))
  return { process, scope } satisfies Standby
})

const begin = Effect.fnUntraced(function* ({ process, scope }: Standby, start: Start) {
  const up = yield* Deferred.make<void, Ended>()
  const asked = new Map<number, Deferred.Deferred<unknown, Ended>>()
  let ids = 0
  process.listen((message) => {
    const answer = message as Answer
    if ("up" in answer) return void Deferred.doneUnsafe(up, Exit.void)
    const waiting = asked.get(answer.id)
    asked.delete(answer.id)
    if (waiting === undefined) return
    Deferred.doneUnsafe(
      waiting,
      "error" in answer ? Exit.die(new Error(answer.error)) : Exit.succeed(answer.value)
    )
  })
  process.send(start)
  const ended = yield* Effect.forkDetach(process.ended)
  yield* Effect.forkDetach(
    Effect.map(Fiber.join(ended), ({ code, signal }) => {
      const message = `the world ended (${signal ?? code}): ${process.output().slice(-2_000)}`
      const exit = Exit.fail(new Ended({ message }))
      Deferred.doneUnsafe(up, exit)
      for (const each of asked.values()) Deferred.doneUnsafe(each, exit)
    })
  )
  return {
    up: Deferred.await(up).pipe(
      Effect.timeoutOrElse({
        duration: startWithin,
        orElse: () => Effect.die(new Error(`a world does not start: ${process.output()}`))
      }),
      Effect.as(true),
      Effect.catchTag("Ended", () => Effect.succeed(false))
    ),
    process,
    scope,
    ended: Fiber.join(ended),
    order: (order) =>
      Effect.suspend(() => {
        if (!process.isRunning()) return Effect.fail(new Ended({ message: "it has ended" }))
        const answer = Deferred.makeUnsafe<unknown, Ended>()
        asked.set(++ids, answer)
        process.send({ id: ids, ...order })
        return Deferred.await(answer)
      })
  } satisfies Life
})

export interface Lane {
  /** Where clients connect to. */
  readonly url: string
  /** A set of the ground that nobody has used; a new database with a new process when all are. */
  readonly set: Effect.Effect<number, unknown>
  /** Where new characters are made from now on, also by those that come after this process. */
  readonly home: (instance: number) => Effect.Effect<void>
  /** Asks something of the process that runs now. */
  readonly order: (order: Order) => Effect.Effect<unknown, Ended>
  /** The same, of the next one if that dies of it. */
  readonly insist: (order: Order) => Effect.Effect<unknown>
  /** Waits for the end of the process that runs now. */
  readonly ended: Effect.Effect<Harness.Ended>
  readonly isRunning: Effect.Effect<boolean>
  /** Ends it. */
  readonly kill: Effect.Effect<void>
  /** Starts the next one; armed from its first moment, and it may never come up then. */
  readonly restart: (at?: Armed) => Effect.Effect<boolean>
  /** What the present one and those before it printed. */
  readonly output: () => string
  /** Runs SQL on the world's database. */
  readonly sql: <A, E>(f: Effect.Effect<A, E, PgClient.PgClient>) => Effect.Effect<A, E>
}

const printedMax = 100_000

/** A lane, as long as the scope is open. */
export const make = Effect.fnUntraced(function* ({
  world,
  ...options
}: Options): Effect.fn.Return<Lane, unknown, Scope.Scope> {
  const lane = yield* Effect.scope
  const port = yield* Harness.freePort
  let ground: Scope.Closeable | undefined
  let sql: Context.Context<PgClient.PgClient> | undefined
  let database = ""
  let home = 1
  let life: Life | undefined
  let standby: Standby | undefined
  let used = sets
  let printed = ""

  const start = Effect.fnUntraced(function* (at?: Armed) {
    if (life !== undefined) printed = (printed + life.process.output()).slice(-printedMax)
    if (life !== undefined) yield* Scope.close(life.scope, Exit.void)
    const next = standby ?? (yield* ready(world))
    standby = undefined
    life = yield* begin(next, {
      url: database,
      port,
      home,
      ...options,
      ...(at === undefined ? {} : { at })
    })
    const up = yield* life.up
    // The one after it loads while this one lives.
    standby = yield* ready(world)
    return up
  })
  const renew = Effect.gen(function* () {
    if (life !== undefined) yield* Scope.close(life.scope, Exit.void)
    if (ground !== undefined) yield* Scope.close(ground, Exit.void)
    ground = yield* Scope.fork(lane)
    const made = yield* PgFixture.database({ aggregates: erased.aggregates, migrations }).pipe(
      Scope.provide(ground)
    )
    database = Redacted.value(made.url)
    const client = PgClient.layer({ url: made.url, maxConnections: 3, applicationName: "judge" })
    sql = yield* Layer.build(client).pipe(Scope.provide(ground))
    life = undefined
    if (!(yield* start())) return yield* new Ended({ message: life!.process.output() })
    used = 0
  })
  yield* Scope.addFinalizer(
    lane,
    Effect.suspend(() =>
      Effect.forEach([life, standby], (one) =>
        one === undefined ? Effect.void : Scope.close(one.scope, Exit.void)
      )
    )
  )

  const order: Lane["order"] = (given) => Effect.suspend(() => life!.order(given))
  const insist: Lane["insist"] = (given) =>
    order(given).pipe(
      Effect.catchTag("Ended", () =>
        Effect.andThen(
          Effect.sleep(20),
          Effect.suspend(() => insist(given))
        )
      )
    )
  return {
    url: `http://127.0.0.1:${port}`,
    set: Effect.gen(function* () {
      if (used >= sets) yield* renew
      return used++
    }),
    home: (instance) =>
      Effect.suspend(() => {
        home = instance
        return Effect.asVoid(insist({ do: "home", instance }))
      }),
    order,
    insist,
    ended: Effect.suspend(() => life!.ended),
    isRunning: Effect.sync(() => life!.process.isRunning()),
    kill: Effect.suspend(() => life!.process.kill),
    restart: (at) => Effect.orDie(start(at)),
    output: () => printed + (life?.process.output() ?? ""),
    sql: (f) => Effect.suspend(() => Effect.provideContext(f, sql!))
  }
})
