/**
 * The ceiling: what the same database does when nothing is around it. A procedure with COMMIT inside,
 * in as many sessions as the engine has executors, that does a cycle's statements set-based on the
 * same tables, with the same indexes and triggers, and with data that it makes itself: no network, no
 * planning, no decoding, nobody who listens.
 */
import { PgConnection } from "@effect/sql-pg"
import { Limits } from "@wr2/engine"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import * as Postgres from "@wr2/postgres/Postgres"
import { migrations } from "@wr2/testkit/SmallWorld"
import { Effect } from "effect"
import type { Redacted } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { database } from "./Case.ts"
import type { Sample } from "./Case.ts"
import { crowd, game } from "./Crowd.ts"
import { instancesOf } from "./Workload.ts"

/** As the engine's 20 instances: what one transaction carries at full speed, and of how many. */
const instances = 20
const carried = 4
const each = 64
/** Of those, how many come from the queue, and leave another one there: the rounds of fights. */
const queued = 4
const characters = 160

const text = `
CREATE SCHEMA bench;
-- Characters by position, and the rooms between which they walk.
CREATE TABLE bench.walker (
  instance_id bigint, k int, id bigint NOT NULL, here bigint NOT NULL, there bigint NOT NULL,
  PRIMARY KEY (instance_id, k)
);
INSERT INTO bench.walker
  SELECT c.instance_id, row_number() OVER (PARTITION BY c.instance_id ORDER BY c.id) - 1, c.id, c.room,
    (SELECT max(r.id) FROM wr2.room_instance AS r WHERE r.instance_id = c.instance_id)
  FROM wr2.character AS c;
INSERT INTO wr2.action_queue (instance_id, accept_no, action_type, version, payload, actor_type,
    actor_id, command_id, cause, idempotency_key, seed, priority, run_at, attempts, depth)
  SELECT w.instance_id, -w.k - 1, 'AttackRound', 1, '{}', 'Character', w.id, NULL, NULL, 'bench', 0, 0,
    now() + interval '1 day', 0, 0
  FROM bench.walker AS w WHERE w.k < ${queued};
ANALYZE;

CREATE PROCEDURE bench.cycles(mine bigint[], warm float, seconds float, INOUT done bigint)
LANGUAGE plpgsql AS $body$
DECLARE
  counted timestamptz := clock_timestamp() + warm * interval '1 second';
  ending timestamptz := counted + seconds * interval '1 second';
  began timestamptz;
  mine_at int := 0;
  instance_ids bigint[];
  cycle_no bigint[] := array_fill(0::bigint, ARRAY[cardinality(mine)]);
  bases bigint[];
  turns int[];
  found bigint;
  stamp xid8;
BEGIN
  LOOP
    began := clock_timestamp();
    EXIT WHEN began >= ending;
    -- Some of my instances, each time others: their characters from where they were left.
    SELECT array_agg(mine[p] ORDER BY mine[p]), array_agg(cycle_no[p] * ${each} ORDER BY mine[p]),
      array_agg((cycle_no[p] * ${each}) % ${characters} ORDER BY mine[p])
      INTO instance_ids, bases, turns
      FROM (SELECT 1 + (mine_at + i) % cardinality(mine) AS p
        FROM generate_series(0, least(${carried}, cardinality(mine)) - 1) AS i) AS picked;
    FOR i IN 0 .. least(${carried}, cardinality(mine)) - 1 LOOP
      cycle_no[1 + (mine_at + i) % cardinality(mine)] := cycle_no[1 + (mine_at + i) % cardinality(mine)] + 1;
    END LOOP;
    mine_at := mine_at + 1;

    PERFORM o.instance_id FROM wr2.instance_owner AS o
      JOIN unnest(instance_ids) AS v(instance_id) ON o.instance_id = v.instance_id AND o.epoch = 0
      ORDER BY o.instance_id FOR SHARE OF o SKIP LOCKED;
    PERFORM o.instance_id, o.id, o.xmin FROM wr2.character AS o
      JOIN (WITH v AS MATERIALIZED (SELECT w.* FROM unnest(instance_ids, turns) AS c(instance_id, turn),
          generate_series(0, ${each - 1}) AS s, bench.walker AS w
        WHERE w.instance_id = c.instance_id AND w.k = (c.turn + s) % ${characters}) SELECT * FROM v) AS v
        ON o.instance_id = v.instance_id AND o.id = v.id
      ORDER BY o.instance_id, o.id FOR NO KEY UPDATE OF o SKIP LOCKED;
    PERFORM o.instance_id, o.id, o.xmin, o.cache_dirty, o.data->'_cache_version'
      FROM wr2.character_runtime AS o
      JOIN (WITH v AS MATERIALIZED (SELECT w.* FROM unnest(instance_ids, turns) AS c(instance_id, turn),
          generate_series(0, ${each - 1}) AS s, bench.walker AS w
        WHERE w.instance_id = c.instance_id AND w.k = (c.turn + s) % ${characters}) SELECT * FROM v) AS v
        ON o.instance_id = v.instance_id AND o.id = v.id
      ORDER BY o.instance_id, o.id FOR NO KEY UPDATE OF o SKIP LOCKED;
    SELECT pg_current_xact_id() INTO stamp;

    INSERT INTO wr2.command_cursor (instance_id, actor, last_n, replies, moved_to)
      SELECT w.instance_id, 'character:' || w.id, c.base + s,
        jsonb_build_array(jsonb_build_object('n', c.base + s, 'reply',
          jsonb_build_object('_tag', 'Accepted', 'n', c.base + s, 'asOf', c.base + s, 'answers', '[]'::jsonb))),
        NULL
      FROM unnest(instance_ids, turns, bases) AS c(instance_id, turn, base),
        generate_series(0, ${each - queued - 1}) AS s, bench.walker AS w
      WHERE w.instance_id = c.instance_id AND w.k = (c.turn + s) % ${characters}
      ON CONFLICT (instance_id, actor) DO UPDATE SET last_n = excluded.last_n,
        replies = excluded.replies, moved_to = excluded.moved_to;
    WITH done AS (
      UPDATE wr2.character AS o SET version = o.version + 1, room = v.room
      FROM (SELECT w.instance_id, w.id,
          CASE WHEN (c.base / ${each}) % 2 = 0 THEN w.there ELSE w.here END AS room
        FROM unnest(instance_ids, turns, bases) AS c(instance_id, turn, base),
          generate_series(0, ${each - 1}) AS s, bench.walker AS w
        WHERE w.instance_id = c.instance_id AND w.k = (c.turn + s) % ${characters}) AS v
      WHERE o.instance_id = v.instance_id AND o.id = v.id RETURNING 1)
      SELECT wr2.expect(count(*), cardinality(instance_ids) * ${each}, 'character updated') INTO found
      FROM done;
    INSERT INTO wr2.event_log (instance_id, seq, event_type, version, payload, streams, created_at,
        action_id, command_id, actor_type, actor_id, volume)
      SELECT w.instance_id, c.base + s + 1, 'CharacterMoved', 1,
        jsonb_build_object('_tag', 'CharacterMoved', 'character', w.id, 'name', 'walker' || w.k,
          'from', w.here, 'to', w.there, 'direction', 'north'),
        ARRAY['room:' || w.here, 'character:' || w.id, 'room:' || w.there], began, c.base + s + 1,
        'character:' || w.id || '#' || c.base + s, 'Character', w.id,
        (SELECT t.volume FROM wr2.log_turn AS t)
      FROM unnest(instance_ids, turns, bases) AS c(instance_id, turn, base),
        generate_series(0, ${each - 1}) AS s, bench.walker AS w
      WHERE w.instance_id = c.instance_id AND w.k = (c.turn + s) % ${characters};
    INSERT INTO wr2.action_log (instance_id, accept_no, action_type, version, payload, actor_type,
        actor_id, command_id, cause, idempotency_key, seed, priority, run_at, attempts, depth, now,
        id_base, content_hash, rule, as_of, outcome, reason, first_seq, position, volume)
      SELECT w.instance_id, c.base + s + 1, 'Move', 1,
        jsonb_build_object('_tag', 'Move', 'character', w.id, 'from', w.here, 'way',
          jsonb_build_object('direction', 'north', 'to', w.there, 'door', NULL, 'trigger', false)),
        'Character', w.id, 'character:' || w.id || '#' || c.base + s, NULL,
        'character:' || w.id || '#' || c.base + s || '/0', (c.base + s) * 7919, 0, began, 0, 0, began,
        NULL, '0123456789abcdef0123456789abcdef', 1, c.base + s, 'done', NULL, c.base + s + 1, s,
        (SELECT t.volume FROM wr2.log_turn AS t)
      FROM unnest(instance_ids, turns, bases) AS c(instance_id, turn, base),
        generate_series(0, ${each - 1}) AS s, bench.walker AS w
      WHERE w.instance_id = c.instance_id AND w.k = (c.turn + s) % ${characters};
    WITH done AS (
      DELETE FROM wr2.action_queue AS o
      USING (SELECT c.instance_id, CASE WHEN c.base = 0 THEN -s - 1 ELSE c.base - ${each} + s + 1 END AS no
        FROM unnest(instance_ids, bases) AS c(instance_id, base), generate_series(0, ${queued - 1}) AS s) AS v
      WHERE o.instance_id = v.instance_id AND o.accept_no = v.no RETURNING 1)
      SELECT wr2.expect(count(*), cardinality(instance_ids) * ${queued}, 'action_queue removed') INTO found
      FROM done;
    INSERT INTO wr2.action_queue (instance_id, accept_no, action_type, version, payload, actor_type,
        actor_id, command_id, cause, idempotency_key, seed, priority, run_at, attempts, depth)
      SELECT c.instance_id, c.base + s + 1, 'AttackRound', 1,
        jsonb_build_object('_tag', 'AttackRound', 'fight', s, 'character', s, 'mob', s), 'Character', s,
        NULL, NULL, 'bench/' || c.base + s, s, 0, began + interval '2 seconds', 0, 0
      FROM unnest(instance_ids, bases) AS c(instance_id, base), generate_series(0, ${queued - 1}) AS s;
    COMMIT;
    IF began >= counted THEN
      done := done + cardinality(instance_ids) * ${each};
    END IF;
  END LOOP;
END $body$;
`

const script = `DO $do$ BEGIN EXECUTE $script$${text}$script$; END $do$`

/** Founds the instances; nobody will own them. */
const prepare = (url: Redacted.Redacted) =>
  Effect.gen(function* () {
    const store = yield* InstanceStore
    for (const instance of instancesOf(instances)) {
      const firstId = yield* store.ids(10_000)
      const { rows } = crowd({ instance, firstId, players: characters, fights: 0, now: Date.now() })
      yield* store.found({ instance, rows, queue: [] })
    }
    const sql = yield* SqlClient.SqlClient
    yield* sql.unsafe(script).unprepared
  }).pipe(
    Effect.provide(Postgres.layer({ url, game, migrations, runner: "bench", maxConnections: 1 })),
    Effect.scoped
  )

/** One session; answers the Actions that it counted. */
const session = Effect.fnUntraced(function* (
  url: Redacted.Redacted,
  mine: ReadonlyArray<number>,
  seconds: number
) {
  const connection = yield* PgConnection.make({ url, applicationName: "bench ceiling" })
  const { rows } = yield* connection.query(
    `CALL bench.cycles(ARRAY[${mine.join(", ")}]::bigint[], ${seconds / 2}, ${seconds}, 0)`
  )
  return Number(rows[0]!.done)
}, Effect.scoped)

/** Actions a second, by SQL alone. */
export const ceiling = (name: string) =>
  Effect.fn("bench.ceiling")(function* (options: {
    readonly url: Redacted.Redacted
    readonly seconds: number
  }) {
    const url = yield* database(options)
    yield* prepare(url)
    const { executors } = Limits.defaults
    const shares = Array.from({ length: executors }, (_, lane) =>
      instancesOf(instances).filter((_, i) => i % executors === lane)
    )
    const counted = yield* Effect.forEach(shares, (mine) => session(url, mine, options.seconds), {
      concurrency: "unbounded"
    })
    const perSecond = counted.reduce((sum, each) => sum + each, 0) / options.seconds
    const sample: Sample = {
      figures: [{ name, unit: "Actions/s", value: perSecond }],
      wrong: yield* wrong(url)
    }
    return sample
  }, Effect.scoped)

/** What it wrote is whole: as many Events as Actions, and no seq is missing. */
const wrong = Effect.fnUntraced(function* (url: Redacted.Redacted) {
  const connection = yield* PgConnection.make({ url })
  const { rows } = yield* connection.query(
    "SELECT e.instance_id FROM wr2.event_log AS e GROUP BY e.instance_id HAVING max(e.seq) <> count(*) " +
      "OR count(*) <> (SELECT count(*) FROM wr2.action_log AS a WHERE a.instance_id = e.instance_id)"
  )
  return rows.length === 0 ? [] : [`the SQL left gaps in ${rows.length} instances`]
}, Effect.scoped)
