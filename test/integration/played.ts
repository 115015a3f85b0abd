/** A world that was played by every kind of actor, for tests of what can be told of it afterwards. */
import { assert } from "@effect/vitest"
import type { Game } from "@wr2/core"
import { Engine } from "@wr2/engine"
import { prepare } from "@wr2/engine/GameDef"
import { defaults } from "@wr2/engine/Limits"
import { Placement } from "@wr2/engine/Placement"
import { Database } from "@wr2/postgres"
import * as Recorded from "@wr2/postgres/Recorded"
import * as Replaying from "@wr2/postgres/Replaying"
import * as Snapshots from "@wr2/postgres/Snapshots"
import { explain } from "@wr2/server/commands/explain"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { game, tables } from "@wr2/testkit/SmallWorld"
import { bare } from "@wr2/world/aggregates/Character"
import { ConfigProvider, Console, Context, Effect, Layer, Option, Redacted, Schedule } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { enter, founded } from "./world.ts"

const database = PgFixture.layer(tables)

/** An engine on it, for as long as what it is given to: then its instances are released. */
export const playing = Effect.provide(
  Engine.layer(game).pipe(Layer.provideMerge(Placement.layerLocal))
)

/** Runs a wr2 command on the test's database. `said`: what it printed on standard output alone. */
export const wr2 = (...args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { url } = yield* PgFixture.Fixture
    const child = yield* Harness.start({
      name: `wr2 ${args.join(" ")}`,
      script: Harness.wr2,
      args,
      env: { DATABASE_URL: Redacted.value(url) }
    })
    const { code } = yield* child.ended
    return { code, output: child.output(), said: child.lines().join("\n") }
  }).pipe(Effect.scoped)

/** A command's work in this process: what it printed, or why it ended with 1. */
export const inProcess = <E extends { readonly message: string }, R>(
  command: Effect.Effect<unknown, E, R>
) =>
  Effect.gen(function* () {
    const { url } = yield* PgFixture.Fixture
    const said: Array<string> = []
    const keep = (text: unknown) => void said.push(String(text))
    const { failure } = yield* command.pipe(
      Effect.match({
        onSuccess: () => ({ failure: undefined }),
        onFailure: ({ message }) => ({ failure: message })
      }),
      Effect.provide(
        ConfigProvider.layer(
          ConfigProvider.fromUnknown({
            DATABASE_URL: Redacted.value(url),
            WR2_CONTENT: Harness.smallWorld
          })
        )
      ),
      Effect.provideService(Console.Console, { ...console, log: keep, error: () => {} })
    )
    return { failure, output: said.join("\n") }
  })

/** `wr2 explain` */
export const explained = (character: string, command: string) =>
  inProcess(explain({ character, command, seed: Option.some(7), json: false }))

/** `wr2 explain --json` */
export const explainedJson = (character: string, command: string) =>
  Effect.map(
    inProcess(explain({ character, command, seed: Option.some(7), json: true })),
    ({ output }) => JSON.parse(output)
  )

/** The database as commands have it. */
const opened = Layer.build(Database.layer).pipe(
  Effect.map((context) => Context.get(context, Database))
)

/** What wr2 replay does, in this process. */
export const replayed = (options: Partial<Replaying.Options> = {}) =>
  Effect.gen(function* () {
    return yield* Replaying.replay(yield* opened, {
      instance: 1,
      from: undefined,
      to: undefined,
      definition: small,
      definitionOf: () => Effect.undefined,
      limits: defaults,
      guard: (thunk) => thunk(),
      progress: () => Effect.void,
      ...options
    })
  }).pipe(Effect.scoped)

/** What wr2 replay --action does, in this process. */
export const reproduced = (id: string) =>
  Effect.gen(function* () {
    return yield* Recorded.reproduce(yield* opened, {
      instance: 1,
      id,
      definition: small,
      definitionOf: () => Effect.undefined,
      limits: defaults,
      guard: (thunk) => thunk()
    })
  }).pipe(Effect.scoped)

/** What wr2 snapshot does, in this process. */
export const snapshotTaken = Effect.gen(function* () {
  return yield* Snapshots.take(yield* opened, game.aggregates, 1)
}).pipe(Effect.scoped)

/** The small world. */
export const small = prepare(game as Game.Any)

/** A history that was tampered with while something is asked of it, and is as it was afterwards. */
export const tampered = <A, E, R>(statement: string, undo: string, asked: Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    tamper(statement),
    () => asked,
    () => Effect.orDie(tamper(undo))
  )

/** Writes to the tables as nobody may: what is immutable, too. */
export const tamper = Effect.fnUntraced(function* (statement: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql.withTransaction(
    Effect.forEach(
      ["SET LOCAL session_replication_role = replica", ...statement.split("; ")],
      (each) => sql.unsafe(each)
    )
  )
})

/** Asks until there is a row; the world goes on meanwhile. */
export const until = <A extends object>(statement: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    sql.unsafe<A>(statement).pipe(
      Effect.flatMap((rows) => (rows.length === 0 ? Effect.fail("not yet") : Effect.succeed(rows))),
      Effect.retry({ schedule: Schedule.spaced("200 millis"), times: 150 })
    )
  )

/** An Action into the queue, by hand, before its instance has an owner. */
export const queued = (no: number, type: string, payload: unknown, actor: number | null) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql`
      INSERT INTO wr2.action_queue (instance_id, accept_no, action_type, version, payload, actor_type,
        actor_id, command_id, cause, idempotency_key, seed, priority, run_at, attempts, depth)
      VALUES (1, ${no}, ${type}, 1, ${JSON.stringify(payload)}::text::jsonb,
        ${actor === null ? null : "Character"}, ${actor}, null, null, ${`planted/${no}`}, 7, 0,
        now() + interval '2 seconds', 0, 0)`
  )

/**
 * Two play: they trade, walk, meet the trigger, grab the same thing, kill and are killed, go through a
 * portal and come back; timers run, memory is rebuilt, Actions are refused and break.
 */
const played = Effect.gen(function* () {
  yield* founded
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    WITH a AS (INSERT INTO wr2.account (name, name_key, password_hash) VALUES ('all', 'all', '') RETURNING id)
    INSERT INTO wr2.character_directory (id, name, name_key, account, instance_id, created)
    SELECT 2000 + n, name, lower(name), a.id, 2, true FROM a, (VALUES (1, 'Ann'), (2, 'Bob')) AS v(n, name)`
  // Nobody with this id; a message without its text; somebody who is here already.
  yield* queued(900, "Say", { character: 2_099, text: "boo" }, 2_001)
  yield* queued(901, "Say", { character: 2_001 }, 2_001)
  const stranger = {
    id: 2_001,
    name: "Ann",
    account: 1,
    description: "Again.",
    room: 1_001,
    home: 1_001,
    inside: true,
    hp: 20,
    hpAt: 0,
    exp: 0,
    gold: 0,
    wielding: null,
    fighting: null,
    fight: null,
    ...bare
  }
  yield* queued(902, "Admit", { character: stranger, items: [], session: "none" }, null)
  yield* playing(
    Effect.gen(function* () {
      const [ann, bob] = yield* Effect.all([enter(1, 2_001, "Ann"), enter(1, 2_002, "Bob")])
      yield* ann.say("give 5 gold to bob", "drop 3 gold", "n", "open east", "e")
      yield* bob.say("get gold", "n", "e")
      yield* Effect.all([ann.say("get lantern"), bob.say("get lantern")], { concurrency: 2 })
      yield* bob.say("get cutlass", "wield cutlass", "w")
      yield* sql`UPDATE wr2.room_runtime SET cache_dirty = true WHERE instance_id = 1`
      yield* sql`UPDATE wr2.mob_runtime SET cache_dirty = true WHERE instance_id = 1`
      yield* ann.say("w", "say who is there?", "e", "w")
      const [a, b] = yield* Effect.all([ann.say("kill rat"), bob.say("kill rat")])
      assert.lengthOf([...a, ...b], 2)
      yield* until(`SELECT 1 FROM wr2.dead_letter WHERE accept_no = 902`)
      const died = sql`SELECT 1 FROM wr2.event_log WHERE event_type IN ('MobDied', 'CharacterDied')`
      yield* Effect.repeat(
        Effect.gen(function* () {
          yield* Effect.sleep("500 millis")
          yield* bob.say("kill rat", "s", "kill rat", "n", "n")
          return yield* died
        }),
        { until: (rows) => rows.length > 0, times: 60 }
      )
      yield* ann.say("flee", "flee")
      const way = ["n", "n", "open north", "n", "n", "e", "enter arch"]
      yield* Effect.repeat(
        Effect.gen(function* () {
          yield* ann.say("flee", ...way, ...way)
          yield* Effect.sleep("500 millis")
          return yield* sql`SELECT 1 FROM wr2.event_log WHERE event_type = 'CharacterReceived'`
        }),
        { until: (rows) => rows.length > 0, times: 40 }
      )
      const there = yield* enter(2, 2_001, "Ann")
      yield* there.say("look", "say it is dark", "enter arch")
      yield* until(
        `SELECT 1 FROM wr2.event_log WHERE instance_id = 1 AND event_type = 'CharacterReceived'`
      )
    })
  )
})

/** A database with that history, and nobody who owns an instance. */
export const layer = Layer.effectDiscard(played).pipe(Layer.provideMerge(database))

/** Somebody comes in again. */
export const entering = (id: number, name: string) => enter(1, id, name)

/** Somebody plays on. */
export const more = playing(
  Effect.gen(function* () {
    const bob = yield* enter(1, 2_002, "Bob")
    yield* bob.say("say I am back", "drop all", "get all", "inventory", "s", "n")
  })
)

/** Somebody is given gold by hand, and gets rid of it. */
export const giving = (gold: number) =>
  playing(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const bob = yield* enter(1, 2_002, "Bob")
      yield* bob.say("say am I rich?")
      yield* sql`UPDATE wr2.character SET gold = ${gold} WHERE instance_id = 1 AND id = 2002`
      // The first finds that its row is not as it was, and the instance loads itself again.
      yield* bob.say("say now I am", `drop ${gold} gold`)
      // What he says next waits until that has taken effect.
      yield* bob.say("say poor again")
    })
  )
