/**
 * What the requirements say of tables, transactions and replay, looked up in a database in which the
 * small world is played. docs/requirements.md names these tests.
 */
import { assert, it as test } from "@effect/vitest"
import { Content, Dice, LockSet } from "@wr2/core"
import type { Action, Event, Game } from "@wr2/core"
import { Engine } from "@wr2/engine"
import { prepare } from "@wr2/engine/GameDef"
import { Placement } from "@wr2/engine/Placement"
import * as Fold from "@wr2/testkit/Fold"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { game, tables } from "@wr2/testkit/SmallWorld"
import { Effect, Layer, Result } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { enter, founded } from "./world.ts"

const engine = Engine.layer(game).pipe(Layer.provideMerge(Placement.layerLocal))
const world = engine.pipe(Layer.provideMerge(PgFixture.layer(tables)))

const it = (name: string, body: Effect.Effect<void, unknown, Layer.Success<typeof world>>) =>
  test.live(name, () => Effect.scoped(Effect.provide(Effect.andThen(founded, body), world)), 60_000)

/** Rows of a statement. */
const rows = <A extends object>(text: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<A>(text))

test("the world's classes have the order of locks that is asked for", () => {
  const refs = game.aggregates.flatMap((each) => [each.ref(10), each.ref(9)])
  assert.deepStrictEqual(
    LockSet.make(refs.toReversed()).map(LockSet.key),
    // Feats and what follows are the world's own, behind those that were asked for.
    ["Instance", "Room", "Character", "Mob", "Item", "Feats", "Sky", "Passage", "Lot"].flatMap(
      (name) => [`${name}:9`, `${name}:10`]
    )
  )
})

const runtimes = {
  instance_runtime: "instance",
  room_runtime: "room_instance",
  character_runtime: "character",
  mob_runtime: "mob_instance"
}

it(
  "a runtime table is 1:1 with its canonical table: the same key, which refers to it; data is JSONB",
  Effect.gen(function* () {
    const keys = yield* rows<{ name: string; target: string; key: string }>(`
      SELECT r.relname AS name, t.relname AS target, pg_get_constraintdef(p.oid) AS key
      FROM pg_constraint AS c
      JOIN pg_constraint AS p ON p.conrelid = c.conrelid AND p.contype = 'p' AND p.conkey = c.conkey
      JOIN pg_class AS r ON r.oid = c.conrelid AND r.relname LIKE '%\\_runtime'
      JOIN pg_class AS t ON t.oid = c.confrelid
      WHERE c.contype = 'f'`)
    assert.deepStrictEqual(
      Object.fromEntries(keys.map(({ name, target }) => [name, target])),
      runtimes
    )
    assert.isTrue(keys.every(({ key }) => key === "PRIMARY KEY (instance_id, id)"))
    const columns = yield* rows<{ text: string }>(`
      SELECT DISTINCT string_agg(column_name || ' ' || data_type, ', ' ORDER BY ordinal_position) AS text
      FROM information_schema.columns
      WHERE table_schema = 'wr2' AND table_name LIKE '%\\_runtime' GROUP BY table_name`)
    assert.deepStrictEqual(columns, [
      {
        text: "instance_id bigint, id bigint, data jsonb, cache_dirty boolean, updated_at timestamp with time zone"
      }
    ])
  })
)

/** Items in the hands of nobody, and holders removed below their items. */
const homeless = {
  "an item in a room that is not": "UPDATE wr2.item_instance SET holder = 'room', holder_id = 0",
  "on a character": "UPDATE wr2.item_instance SET holder = 'character', holder_id = 0",
  "on a mob": "UPDATE wr2.item_instance SET holder = 'mob', holder_id = 0",
  "in an item": "UPDATE wr2.item_instance SET holder = 'item', holder_id = 0",
  "a character goes and leaves its things": "DELETE FROM wr2.character",
  "a room goes with what lies in it": "DELETE FROM wr2.room_instance"
}

it(
  "items are owned and located by foreign keys: in a room, on a character or mob, in an item",
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const ann = yield* enter(1, 2_001, "Ann")
    yield* ann.say("n", "open east", "e", "get lantern")
    const held = yield* rows<{ holder: string }>(`
      SELECT DISTINCT holder FROM wr2.item_instance
      WHERE holder_id = coalesce(room_id, character_id, mob_id, container_id)`)
    assert.includeMembers(
      held.map(({ holder }) => holder),
      ["room", "character", "mob", "item"]
    )
    for (const [what, text] of Object.entries(homeless)) {
      const refused = yield* Effect.flip(sql.withTransaction(rows(text)))
      assert.match(JSON.stringify(refused), /23503|foreign key/, what)
    }
  })
)

it(
  "runtime data holds _cache_version and _built_at; the row is there while its character is inside",
  Effect.gen(function* () {
    const placement = yield* Placement
    const ann = yield* enter(1, 2_001, "Ann")
    const here = rows(`SELECT 1 FROM wr2.character_runtime WHERE id = 2001`)
    assert.lengthOf(yield* here, 1)
    yield* ann.say("n", "open east", "e")
    for (const name of Object.keys(runtimes)) {
      const wrong = yield* rows(`
        SELECT data FROM wr2.${name} WHERE jsonb_typeof(data->'_cache_version') IS DISTINCT FROM 'number'
          OR jsonb_typeof(data->'_built_at') IS DISTINCT FROM 'number'`)
      assert.deepStrictEqual(wrong, [])
    }
    yield* placement.call(1, { _tag: "Leave", id: 2_001, session: "session-2001" })
    assert.lengthOf(yield* here, 0)
    assert.lengthOf(yield* rows(`SELECT 1 FROM wr2.character WHERE id = 2001 AND NOT inside`), 1)
  })
)

it(
  "an Action's row says all that it is executed with, and an Event's row what it came of and who hears it",
  Effect.gen(function* () {
    const ann = yield* enter(1, 2_001, "Ann")
    yield* ann.say("n")
    const [action] = yield* rows<Record<string, unknown>>(`
      SELECT accept_no::int, action_type, payload->'way'->>'direction' AS way, actor_type,
        actor_id::int, command_id, idempotency_key, seed BETWEEN 0 AND 9007199254740991 AS seeded,
        priority, run_at IS NOT NULL AS timed, instance_id::int, outcome, first_seq::int
      FROM wr2.action_log WHERE action_type = 'Move' AND actor_type = 'Character'`)
    const { accept_no, first_seq, idempotency_key, ...said } = action!
    assert.deepStrictEqual(said, {
      action_type: "Move",
      way: "north",
      actor_type: "Character",
      actor_id: 2001,
      command_id: "character:2001#1",
      seeded: true,
      priority: 0,
      timed: true,
      instance_id: 1,
      outcome: "done"
    })
    // Derived from the actor, the client's number of the Command, and the Action's place in its Plan.
    assert.strictEqual(idempotency_key, "character:2001#1/0")
    const [event] = yield* rows<Record<string, unknown>>(`
      SELECT instance_id::int, action_id::int, command_id, actor_type, actor_id::int, streams,
        payload->>'from' AS "from", payload->>'to' AS "to", created_at IS NOT NULL AS timed
      FROM wr2.event_log WHERE event_type = 'CharacterMoved' AND seq = ${Number(first_seq)}`)
    const { from, streams, to, ...told } = event!
    assert.deepStrictEqual(told, {
      instance_id: 1,
      action_id: accept_no,
      command_id: "character:2001#1",
      actor_type: "Character",
      actor_id: 2001,
      timed: true
    })
    assert.includeMembers(streams as Array<string>, [`room:${from}`, `room:${to}`])
    const waiting = yield* rows<{ keys: number; n: number }>(`
      SELECT count(DISTINCT (instance_id, idempotency_key))::int AS keys, count(*)::int AS n FROM (
        SELECT instance_id, idempotency_key FROM wr2.action_queue
        UNION ALL SELECT instance_id, idempotency_key FROM wr2.action_log) AS a`)
    assert.isAbove(waiting[0]!.n, 10)
    assert.strictEqual(waiting[0]!.keys, waiting[0]!.n)
  })
)

it(
  "rows, Events, log and cursor of an Action are written by one transaction",
  Effect.gen(function* () {
    const ann = yield* enter(1, 2_001, "Ann")
    yield* ann.say("n")
    const [written] = yield* rows(`
      SELECT c.xmin = e.xmin AND l.xmin = e.xmin AND k.xmin = e.xmin AS once
      FROM wr2.event_log AS e
      JOIN wr2.action_log AS l ON l.instance_id = e.instance_id AND l.accept_no = e.action_id
      JOIN wr2.character AS c ON c.instance_id = e.instance_id AND c.id = e.actor_id
      JOIN wr2.command_cursor AS k ON k.instance_id = e.instance_id AND k.actor = 'character:2001'
      WHERE e.event_type = 'CharacterMoved'`)
    assert.deepStrictEqual(written, { once: true })
  })
)

it(
  "runtime data that is thrown away, all of it, is built again from canonical rows, and they stay as they are",
  Effect.gen(function* () {
    const ann = yield* enter(1, 2_001, "Ann")
    yield* ann.say("n", "open east", "e", "get all", "w", "n")
    const canonical = rows<{ text: string }>(`
      SELECT string_agg(t.text, E'\\n' ORDER BY t.text) AS text FROM (
        SELECT (to_jsonb(r) - 'version')::text FROM wr2.room_instance AS r
        UNION ALL SELECT (to_jsonb(c) - 'version')::text FROM wr2.character AS c
        UNION ALL SELECT (to_jsonb(i) - 'version')::text FROM wr2.item_instance AS i) AS t(text)`)
    for (const name of Object.keys(runtimes)) {
      yield* rows(`UPDATE wr2.${name} SET data = '{}', cache_dirty = true`)
    }
    const before = yield* canonical
    // Says nothing that changes a canonical row, but uses what the room and the character remember.
    yield* ann.say("say hello")
    // Whose session was forgotten is told so, and comes in again.
    const again = yield* enter(1, 2_001, "Ann")
    assert.deepStrictEqual(yield* canonical, before)
    const [look] = yield* again.say("look")
    assert.strictEqual(look!._tag, "Accepted")
    const rebuilt = yield* rows<{ aggregate: string }>(`
      SELECT payload->>'aggregate' AS aggregate FROM wr2.event_log WHERE event_type = 'RuntimeRebuilt'`)
    assert.include(
      rebuilt.map(({ aggregate }) => aggregate),
      "Character"
    )
    const [kept] = yield* rows(`SELECT cache_dirty FROM wr2.character_runtime WHERE id = 2001`)
    assert.deepStrictEqual(kept, { cache_dirty: false })
  })
)

interface Logged {
  readonly accept_no: number
  readonly action_type: string
  readonly payload: unknown
  readonly actor_type: string | null
  readonly actor_id: number | null
  readonly seed: string
  readonly id_base: string | null
  readonly now: Date
  readonly outcome: "done" | "refused"
  readonly reason: unknown
  readonly content_hash: string
}

it(
  "what players, mobs, triggers and timers did, each Action of the log run again on the same state with its seed, time and ids, gives the same Events",
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [ann, bob] = yield* Effect.all([enter(1, 2_001, "Ann"), enter(1, 2_002, "Bob")])
    yield* ann.say("give 5 gold to bob", "drop 3 gold", "n", "open east")
    yield* bob.say("get gold", "n", "e", "get all", "wield cutlass", "w", "n", "kill rat")
    yield* ann.say("e", "say who is there?", "w", "n", "kill rat")
    // Until there were some rounds, and mobs, the room's trigger and the world's timers have acted as well.
    const acted = sql<{ rounds: number; actors: ReadonlyArray<string> }>`
      SELECT count(*) FILTER (WHERE action_type = 'AttackRound')::int AS rounds,
        array_agg(DISTINCT coalesce(actor_type, 'timer') ORDER BY coalesce(actor_type, 'timer')) AS actors
      FROM wr2.action_log WHERE instance_id = 1`
    const [last] = yield* Effect.repeat(Effect.delay(acted, "200 millis"), {
      until: ([row]) => row!.rounds >= 2 && row!.actors.length >= 4
    })
    assert.deepStrictEqual(last!.actors, ["Character", "Mob", "system", "timer"])
    const parts = yield* sql<{ rows: ReadonlyArray<Fold.SnapshotRow> }>`
      SELECT rows FROM wr2.snapshot WHERE instance_id = 1 AND seq = 0 ORDER BY part`
    const snapshot = parts.flatMap((part) => part.rows)
    const log = yield* sql<Logged>`
      SELECT accept_no::int, action_type, payload, actor_type, actor_id::int, seed::text, id_base::text,
        now, outcome, reason, content_hash
      FROM wr2.action_log WHERE instance_id = 1 ORDER BY now, xmin::text::bigint, position`
    const told = yield* sql<{ action_id: number; payload: Event.AnyValue; at: Date }>`
      SELECT action_id::int, payload, created_at AS at FROM wr2.event_log
      WHERE instance_id = 1 ORDER BY seq`

    const { rules } = prepare(game as Game.Any)
    const state = Fold.ofSnapshot(game as Game.Any, snapshot)
    for (const action of log) {
      assert.strictEqual(action.content_hash, game.content.hash)
      const events = told.filter(({ action_id }) => action_id === action.accept_no)
      const { rule } = rules.get(action.action_type)!
      const again = rule.decide!(action.payload, deciding(state, rule, action))
      if (Result.isFailure(again)) {
        assert.strictEqual(action.outcome, "refused")
        assert.deepStrictEqual(JSON.parse(JSON.stringify(again.failure)), action.reason)
      } else {
        const values = again.success.events ?? []
        assert.deepStrictEqual(
          JSON.parse(JSON.stringify(values)),
          events.map(({ payload }) => payload),
          `${action.action_type} ${action.accept_no}`
        )
      }
      Fold.fold(
        game as Game.Any,
        state,
        events.map(({ at, payload }) => ({ value: payload, at: at.getTime() }))
      )
    }
    // Nothing in the log was left out, dice and new ids among it.
    const ran = new Set(log.map(({ action_type }) => action_type))
    assert.includeMembers([...ran], ["Move", "GiveGold", "GetItem", "AttackRound", "DropGold"])
    assert.isTrue(log.some(({ id_base }) => id_base !== null))
  })
)

/** What `decide` is given: rows as they are, and from the log its time, seed and first id. */
const deciding = (
  state: ReturnType<typeof Fold.ofSnapshot>,
  rule: Action.AnyRule,
  action: Logged
): Action.Deciding => {
  const locked = new Set(
    rule.locks(action.payload, { projection: state }).map((ref) => LockSet.key(ref))
  )
  const gone = (aggregate: string, id: number) =>
    Result.fail({ _tag: "Gone", aggregate, id } as Action.Gone)
  const found = (aggregate: { readonly _tag: string }, id: number, value: any) => {
    assert.isTrue(locked.has(`${aggregate._tag}:${id}`), `${aggregate._tag} ${id} is not locked`)
    return value === undefined ? gone(aggregate._tag, id) : Result.succeed(value)
  }
  let id = Number(action.id_base)
  return {
    the: (aggregate, key) => found(aggregate, key, state.get(aggregate, key)),
    every: (aggregate, index, key) => state.by(aggregate, index, key) as ReadonlyArray<any>,
    runtime: (aggregate, key) => found(aggregate, key, state.runtime(aggregate, key)),
    content: Content.reader(game.content),
    now: action.now.getTime(),
    dice: Dice.fromSeed(Number(action.seed)),
    ids: { next: () => id++ as any },
    actor:
      action.actor_type === null ? null : { type: action.actor_type, id: action.actor_id ?? 0 },
    instance: 1
  }
}
