/**
 * What the requirements say of locks, queue and scheduling, on a game of five classes and a bell:
 * the order of locks as it is on the wire, and that how Actions are queued changes nothing else.
 * docs/requirements.md names these tests.
 */
import { assert, it } from "@effect/vitest"
import { Action, Aggregate, Command, Event, Game } from "@wr2/core"
import { Engine, Limits } from "@wr2/engine"
import { ActionQueue } from "@wr2/engine/ActionQueue"
import { ExecutorPool } from "@wr2/engine/ExecutorPool"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import { Placement } from "@wr2/engine/Placement"
import { Postgres } from "@wr2/postgres"
import * as DelayProxy from "@wr2/testkit/DelayProxy"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { Effect, Fiber, Layer, Result, Schema } from "effect"
import * as SqlClient from "effect/sql/SqlClient"

/** The classes of the requirements, in their order; by name they would come in another. */
const names = ["Instance", "Room", "Character", "Mob", "Item"]
const classes = names.map((name, rank) =>
  Aggregate.define(name, { rank, fields: { count: Schema.Int }, table: `t_${name.toLowerCase()}` })
)
const [Instance, , Character] = classes as [any, any, any]

const Rang = Event.define("Rang", {
  fields: { character: Schema.Int, left: Schema.Int, roll: Schema.Int },
  evolve: (e) => [
    Character.update(e.character, (row: any) => ({ ...row, count: row.count + e.roll }))
  ],
  heardBy: (e) => [Character.stream(e.character)]
})
/** Rings so many times, and names everything that there is, the wrong way round. */
const Ring = Action.make("Ring", {
  character: Schema.Int,
  left: Schema.Int,
  every: Schema.Int
})
const ring = Ring.rule({
  emits: [Rang],
  locks: (a) => [
    ...classes.toReversed().flatMap((each) => [each.ref(2), each.ref(1)]),
    Character.ref(a.character)
  ],
  decide: ({ character, every, left }, { dice, the }) =>
    Result.map(the(Instance, 1), () => ({
      events: [Rang.make({ character, left, roll: dice.roll(100) })],
      next: left > 1 ? [Ring.make({ character, left: left - 1, every }, { every })] : []
    }))
})
const bell = Command.define("ring", {
  grammar: "ring <times> <every>",
  fields: { times: Schema.Int, every: Schema.Int },
  plan: ({ every, times }, { actor }) =>
    Result.succeed(times > 0 ? [Ring.make({ character: actor, left: times, every })] : [])
})
const bells = Game.make("bells", {
  aggregates: classes,
  events: [Rang],
  actions: [ring],
  commands: [bell]
})

const found = (instance: number) =>
  Effect.flatMap(InstanceStore, (store) =>
    store.found({
      instance,
      rows: classes.flatMap((each) => [1, 2].map((id) => each.row({ id, count: 0 } as never))),
      queue: []
    })
  )

const say = (instance: number, id: number, n: number, text: string) =>
  Effect.flatMap(Placement, (placement) =>
    placement.call(instance, {
      _tag: "Submit",
      actor: { type: "Character", id },
      session: null,
      intents: [{ n, settled: n - 1, text, command: null }],
      trace: null
    })
  )

/** Waits until so many Events of an instance are told; gives them. */
const told = (instance: number, count: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* Effect.repeat(
      Effect.delay(
        sql<{ command: string; left: number }>`
          SELECT command_id AS command, (payload->>'left')::int AS left FROM wr2.event_log
          WHERE instance_id = ${instance} ORDER BY seq`,
        "20 millis"
      ),
      { until: (rows) => rows.length >= count }
    )
  })

it.live(
  "locks are taken in the order Instance, Room, Character, Mob, Item, then by id, in the transaction that writes",
  () =>
    Effect.gen(function* () {
      const { url } = yield* PgFixture.database(bells)
      const proxy = yield* DelayProxy.make({ url })
      const chunks: Array<string> = []
      const layer = Engine.layer(bells).pipe(
        Layer.provideMerge(Placement.layerLocal),
        Layer.provideMerge(Postgres.layer({ url: proxy.url(url), game: bells, runner: "test" })),
        Layer.provide(Layer.succeed(Limits.Limits, { ...Limits.defaults, executors: 1 }))
      )
      yield* Effect.gen(function* () {
        yield* found(1)
        proxy.judge((chunk) => (chunks.push(chunk), "pass"))
        yield* say(1, 1, 1, "ring 1 0")
      }).pipe(Effect.provide(layer))
      // A statement is sent as text when it is new to its connection, as all of these are.
      const flight = chunks.join("")
      const begin = flight.indexOf("FOR SHARE OF o")
      const locks = [...flight.matchAll(/FROM wr2\."?t_(\w+)"? AS o JOIN[^\0]*\0/g)].filter(
        ([text]) => text.includes("FOR NO KEY UPDATE")
      )
      assert.deepStrictEqual(
        locks.map((match) => match[1]),
        names.map((name) => name.toLowerCase())
      )
      for (const [text] of locks) {
        assert.match(text, /ORDER BY o\.instance_id, o\.id FOR NO KEY UPDATE OF o SKIP LOCKED/)
      }
      const written = flight.search(/INSERT INTO wr2\."?event_log/)
      const commit = flight.indexOf("COMMIT", begin)
      assert.isTrue(begin > 0 && locks.every(({ index }) => index > begin && index < written))
      assert.isBelow(written, commit)
    }).pipe(Effect.scoped),
  60_000
)

let handedOver = 0
/** Hands everything over twice, the latest first: what a broker may do. */
const careless = Layer.effect(
  ActionQueue,
  Effect.map(ActionQueue, ({ due, nextDue }) => ({
    due: (instance, range) =>
      Effect.map(due(instance, range), (found) => {
        handedOver += found.length
        return [...found.toReversed(), ...found]
      }),
    nextDue
  }))
)

const variants = {
  "as it is": { limits: {}, parts: {} },
  "accepted in a transaction of its own first": { limits: { queueFirst: true }, parts: {} },
  "by another transport, at least once and in any order": { limits: {}, parts: { queue: careless } }
}

it.live.each(Object.entries(variants))(
  "Commands, Actions and Events are the same, however Actions are queued: %s",
  ([, { limits, parts }]) =>
    Effect.gen(function* () {
      // A horizon so near that every Action of later comes through the queue.
      const bounds = { ...Limits.defaults, timersHorizon: 30, ...limits }
      const layer = Engine.layer(bells, parts).pipe(
        Layer.provideMerge(Placement.layerLocal),
        Layer.provideMerge(PgFixture.layer(bells)),
        Layer.provide(Layer.succeed(Limits.Limits, bounds))
      )
      yield* Effect.gen(function* () {
        yield* found(1)
        yield* say(1, 1, 1, "ring 3 100")
        yield* say(1, 1, 2, "ring 1 0")
        const events = yield* told(1, 4)
        const of = (n: number) =>
          events.filter(({ command }) => command === `character:1#${n}`).map(({ left }) => left)
        assert.deepStrictEqual([of(1), of(2)], [[3, 2, 1], [1]])
        const sql = yield* SqlClient.SqlClient
        const actions = yield* sql`
          SELECT action_type, command_id, idempotency_key, outcome FROM wr2.action_log
          ORDER BY idempotency_key`
        assert.lengthOf(actions, 4)
        assert.lengthOf(new Set(actions.map((row) => row["idempotency_key"])), 4)
        assert.deepStrictEqual(
          actions.map((row) => [row["action_type"], row["outcome"]]),
          Array.from({ length: 4 }, () => ["Ring", "done"])
        )
        assert.deepStrictEqual(yield* sql`SELECT 1 FROM wr2.action_queue`, [])
        if ("queue" in parts) assert.isAtLeast(handedOver, 2)
      }).pipe(Effect.provide(layer))
    }).pipe(Effect.scoped),
  60_000
)

it.live(
  "work is scheduled for each instance: one whose every row somebody holds keeps no other waiting",
  () =>
    Effect.gen(function* () {
      const layer = Engine.layer(bells).pipe(
        Layer.provideMerge(Placement.layerLocal),
        Layer.provideMerge(PgFixture.layer(bells))
      )
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* Effect.forEach([1, 2], found)
        yield* say(1, 1, 1, "ring 5 100")
        yield* sql.withTransaction(
          Effect.gen(function* () {
            yield* sql`SELECT 1 FROM wr2.instance_owner WHERE instance_id = 1 FOR UPDATE`
            for (const { table } of classes) {
              yield* sql`SELECT 1 FROM ${sql(`wr2.${table}`)} WHERE instance_id = 1 FOR UPDATE`
            }
            const before = yield* told(1, 1)
            yield* say(2, 1, 1, "ring 3 50")
            yield* told(2, 3)
            assert.lengthOf(yield* told(1, 1), before.length)
          })
        )
        yield* told(1, 5)
      }).pipe(Effect.provide(layer))
    }).pipe(Effect.scoped),
  60_000
)

it.live(
  "executors are supervised: those that die are replaced, and the instance goes on",
  () =>
    Effect.gen(function* () {
      let pool: ExecutorPool["Service"] | undefined
      const executors = Layer.effect(
        ExecutorPool,
        Effect.map(ExecutorPool, (own) => (pool = own))
      )
      const layer = Engine.layer(bells, { executors }).pipe(
        Layer.provideMerge(Placement.layerLocal),
        Layer.provideMerge(PgFixture.layer(bells))
      )
      yield* Effect.gen(function* () {
        yield* found(1)
        yield* say(1, 1, 1, "ring 1 0")
        const before = yield* pool!.executors
        assert.lengthOf(before, Limits.defaults.executors)
        yield* Fiber.interruptAll(before)
        yield* say(1, 1, 2, "ring 1 0")
        yield* told(1, 2)
        const after = yield* pool!.executors
        assert.lengthOf(after, before.length)
        assert.isTrue(after.every((fiber) => !before.includes(fiber)))
      }).pipe(Effect.provide(layer))
    }).pipe(Effect.scoped),
  60_000
)

it.live(
  "a Command that plans nothing is rejected, and nothing is written",
  () =>
    Effect.gen(function* () {
      const layer = Engine.layer(bells).pipe(
        Layer.provideMerge(Placement.layerLocal),
        Layer.provideMerge(PgFixture.layer(bells))
      )
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* found(1)
        const replied = yield* say(1, 1, 1, "ring 0 0")
        assert.deepStrictEqual(replied, {
          _tag: "Replies",
          replies: [{ _tag: "Rejected", n: 1, reason: { _tag: "NothingToDo" } }]
        })
        const written = yield* sql`
          SELECT 1 FROM wr2.action_log UNION ALL SELECT 1 FROM wr2.action_queue
          UNION ALL SELECT 1 FROM wr2.event_log UNION ALL SELECT 1 FROM wr2.command_cursor`
        assert.deepStrictEqual(written, [])
      }).pipe(Effect.provide(layer))
    }).pipe(Effect.scoped),
  60_000
)
