/** `wr2 audit`: a world that was played is clean; each kind of damage is found, and its Action named. */
import { assert, layer } from "@effect/vitest"
import type { Game } from "@wr2/core"
import { prepare } from "@wr2/engine/GameDef"
import { Database } from "@wr2/postgres"
import * as Auditing from "@wr2/postgres/Auditing"
import * as Snapshots from "@wr2/postgres/Snapshots"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { game } from "@wr2/testkit/SmallWorld"
import { Effect, Fiber, Redacted } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { damaged, look, number, only, playing, world } from "./audited.ts"
import { enter } from "./world.ts"

layer(world, { excludeTestServices: true, timeout: 120_000 })("wr2 audit", (it) => {
  it.effect("a world that was played is clean, and is counted", () =>
    Effect.gen(function* () {
      const { findings, instances, transit } = yield* look()
      assert.deepStrictEqual(findings, [])
      assert.deepStrictEqual(
        instances.map(({ from, instance, unchecked }) => [instance, from, unchecked]),
        [
          [1, 0, []],
          [2, 0, []]
        ]
      )
      assert.isAbove(instances[0]!.events, 30)
      assert.isAbove(instances[0]!.actions, 30)
      assert.isAbove(instances[0]!.held["gold"] ?? 0, 0)
      assert.deepInclude(transit, { messages: 0, pending: 0, dead: 0 })
    })
  )

  it.effect("gold from nowhere: the row, who wrote it last, and the sum", () =>
    Effect.gen(function* () {
      const last = yield* number(
        `SELECT max(seq)::float8 AS n FROM wr2.event_log WHERE instance_id = 1 AND event_type = 'CharacterReceived'`
      )
      const action = yield* number(
        `SELECT action_id::float8 AS n FROM wr2.event_log WHERE instance_id = 1 AND seq = ${last}`
      )
      const { findings } = yield* damaged(
        ["UPDATE wr2.character SET gold = gold + 1000 WHERE instance_id = 1 AND id = 2001"],
        look()
      )
      const [sum] = only(findings, "conserved")
      assert.match(sum!.what, /gold, and ought to be .*: Character 2001 holds 1\d\d\d/)
      assert.deepInclude(sum, { instance: 1, seq: last, action })
      const [row] = only(findings, "folds")
      assert.match(row!.what, /Character 2001 has gold 10\d+, and by its Events \d+/)
      assert.lengthOf(findings, 2)
      assert.deepStrictEqual((yield* look()).findings, [])
    })
  )

  it.effect("an Event that makes more than it says: its Action is named, the first one", () =>
    Effect.gen(function* () {
      const seq = yield* number(
        `SELECT min(seq)::float8 AS n FROM wr2.event_log WHERE event_type = 'GoldGiven'`
      )
      const action = yield* number(
        `SELECT action_id::float8 AS n FROM wr2.event_log WHERE instance_id = 1 AND seq = ${seq}`
      )
      // A gift of which the taker gets more than the giver loses: as a rule that is wrong would do.
      const wrong = prepare({
        ...(game as Game.Any),
        audit: {
          ...game.audit!,
          makes: (event) =>
            event._tag === "GoldGiven" ? { gold: 1, items: 0 } : game.audit!.makes(event)
        }
      })
      const database = yield* Database
      const { findings } = yield* Auditing.audit(database, {
        definition: wrong,
        instances: [1],
        pause: 0,
        page: 1_000,
        progress: () => Effect.void
      })
      const [first, ...more] = only(findings, "conserved")
      assert.deepStrictEqual(more, [])
      assert.deepInclude(first, { seq, action, instance: 1 })
      assert.match(first!.what, /GoldGiven .* says that it makes 1 gold, and makes 0/)
    })
  )

  it.effect("an Event that is gone, and one that was rewritten: the Action where it shows", () =>
    Effect.gen(function* () {
      const seq = 12
      const next = yield* number(
        `SELECT action_id::float8 AS n FROM wr2.event_log WHERE instance_id = 1 AND seq = ${seq + 1}`
      )
      const gone = yield* damaged(
        [`DELETE FROM wr2.event_log WHERE instance_id = 1 AND seq = ${seq}`],
        look([1])
      )
      const [gap] = only(gone.findings, "seqs")
      assert.deepInclude(gap, {
        what: `Event ${seq} is missing: after it comes ${seq + 1}`,
        seq: seq + 1,
        action: next
      })
      const taken = yield* number(
        `SELECT seq::float8 AS n FROM wr2.event_log WHERE instance_id = 1 AND event_type = 'ItemTaken' ORDER BY seq LIMIT 1`
      )
      const taker = yield* number(
        `SELECT action_id::float8 AS n FROM wr2.event_log WHERE instance_id = 1 AND seq = ${taken}`
      )
      const rewritten = yield* damaged(
        [
          `UPDATE wr2.event_log SET payload = jsonb_set(payload, '{item}', '999999') WHERE instance_id = 1 AND seq = ${taken}`
        ],
        look([1])
      )
      const [first] = only(rewritten.findings, "folds")
      assert.deepInclude(first, { seq: taken, action: taker })
      assert.match(first!.what, /Event \d+ \(ItemTaken\) does not fold/)
      const last = yield* number(
        `SELECT max(seq)::float8 AS n FROM wr2.event_log WHERE instance_id = 1`
      )
      const cut = yield* damaged(
        [
          `DELETE FROM wr2.event_log WHERE instance_id = 1 AND seq = ${last}`,
          `UPDATE wr2.instance_owner SET last_seq = ${last} WHERE instance_id = 1`
        ],
        look([1])
      )
      assert.match(only(cut.findings, "seqs")[0]!.what, /are missing at the end/)
    })
  )

  it.effect("an Action that is nowhere, in two tables, or done twice", () =>
    Effect.gen(function* () {
      const no = yield* number(
        `SELECT max(accept_no)::float8 AS n FROM wr2.action_queue WHERE instance_id = 1 AND accept_no < (SELECT max(accept_no) FROM wr2.action_log WHERE instance_id = 1)`
      )
      const lost = yield* damaged(
        [`DELETE FROM wr2.action_queue WHERE instance_id = 1 AND accept_no = ${no}`],
        look([1])
      )
      assert.deepStrictEqual(
        only(lost.findings, "actions").map(({ action, what }) => [action, what]),
        [[no, `Action ${no} is nowhere: neither pending, nor done, nor dead`]]
      )
      const columns = `instance_id, accept_no, action_type, version, payload, actor_type, actor_id,
        command_id, cause, idempotency_key, seed, priority, run_at, attempts, depth`
      const done = yield* number(
        `SELECT min(accept_no)::float8 AS n FROM wr2.action_log WHERE instance_id = 1`
      )
      const both = yield* damaged(
        [
          `INSERT INTO wr2.action_queue (${columns}) SELECT ${columns} FROM wr2.action_log WHERE instance_id = 1 AND accept_no = ${done}`
        ],
        look([1])
      )
      assert.match(only(both.findings, "actions")[0]!.what, /is in the log and in the queue/)
      assert.strictEqual(only(both.findings, "actions")[0]!.action, done)
      const next = yield* number(
        `SELECT greatest((SELECT max(accept_no) FROM wr2.action_log WHERE instance_id = 1), (SELECT max(accept_no) FROM wr2.action_queue WHERE instance_id = 1))::float8 + 1 AS n`
      )
      const again = yield* damaged(
        [
          `INSERT INTO wr2.action_queue (${columns}) SELECT ${columns.replace("accept_no", String(next))} FROM wr2.action_log WHERE instance_id = 1 AND accept_no = ${done}`
        ],
        look([1])
      )
      assert.match(only(again.findings, "actions")[0]!.what, /has the key of Action .* there twice/)
      assert.strictEqual(only(again.findings, "actions")[0]!.action, next)
    })
  )

  it.effect(
    "what belongs to nothing: Actions of nobody, messages, runtime rows, things in no place",
    () =>
      Effect.gen(function* () {
        const { findings } = yield* damaged(
          [
            `UPDATE wr2.action_queue SET actor_type = 'Character', actor_id = 77 WHERE instance_id = 1 AND accept_no = (SELECT max(accept_no) FROM wr2.action_queue WHERE instance_id = 1)`,
            `UPDATE wr2.action_queue SET action_type = 'Dance' WHERE instance_id = 1 AND accept_no = (SELECT min(accept_no) FROM wr2.action_queue WHERE instance_id = 1)`,
            `INSERT INTO wr2.instance_outbox (instance_id, n, target, command) VALUES (1, 3, 99, '{}'), (1, 4, 2, '{}')`,
            `INSERT INTO wr2.mob_runtime (instance_id, id, data) VALUES (1, 424242, '{}')`,
            `INSERT INTO wr2.command_cursor (instance_id, actor, last_n, replies) VALUES (55, 'character:1', 1, '[]')`,
            `UPDATE wr2.character SET room = 31337 WHERE instance_id = 1 AND id = 2002`
          ],
          look()
        )
        const told = only(findings, "orphans").map(({ what }) => what)
        for (const what of [
          /waits for Character 77, who never was here/,
          /is a Dance, which this game does not know/,
          /message 3 is for instance 99, which does not exist/,
          /message 4 in the outbox is of no Event/,
          /Mob 424242 has a runtime row, and is not there/,
          /command_cursor has rows of instance 55/,
          /Character 2002 is in Room 31337, which is not there/
        ])
          assert.isTrue(
            told.some((each) => what.test(each)),
            `${what}: ${told.join("; ")}`
          )
        const homeless = only(findings, "orphans").find(({ what }) => what.includes("31337"))
        assert.isNotNull(homeless!.action)
      })
  )

  it.effect("in two places: copied into another instance, or travelling and here", () =>
    Effect.gen(function* () {
      const columns = yield* Effect.flatMap(
        SqlClient.SqlClient,
        (sql) =>
          sql<{
            list: string
          }>`SELECT string_agg(quote_ident(column_name), ', ') AS list FROM information_schema.columns
          WHERE table_schema = 'wr2' AND table_name = 'character' AND column_name <> 'instance_id' AND is_generated = 'NEVER'`
      )
      const { list } = columns[0]!
      const copied = yield* damaged(
        [
          `INSERT INTO wr2.character (instance_id, ${list}) SELECT 2, ${list} FROM wr2.character WHERE instance_id = 1 AND id = 2002`
        ],
        look()
      )
      const [two] = only(copied.findings, "places")
      assert.match(
        two!.what,
        /Character 2002 is in instances 1 and 2; no Event of instance 2 put it there/
      )
      assert.isNotNull(two!.action)
      const sent = yield* number(
        `SELECT max(seq)::float8 AS n FROM wr2.event_log WHERE instance_id = 1 AND event_type = 'CharacterSent'`
      )
      // Its target has not had it: the cursor is behind, and the message lies there still.
      const doubled = yield* damaged(
        [
          `INSERT INTO wr2.instance_outbox (instance_id, n, target, command) SELECT 1, seq, 2, payload FROM wr2.event_log WHERE instance_id = 1 AND seq = ${sent}`,
          `UPDATE wr2.command_cursor SET last_n = ${sent - 1} WHERE instance_id = 2 AND actor = 'instance:1'`
        ],
        look()
      )
      const both = only(doubled.findings, "places")
      assert.isTrue(
        both.some(({ what }) => /Character 2001 is in instance 1 and in message 1\/\d+/.test(what)),
        JSON.stringify(both)
      )
      assert.strictEqual(doubled.transit.messages, 1)
      const lost = yield* damaged(
        [
          `DELETE FROM wr2.action_log WHERE instance_id = 2 AND command_id = 'instance:1#${sent}'`,
          `UPDATE wr2.command_cursor SET last_n = ${sent - 1} WHERE instance_id = 2 AND actor = 'instance:1'`
        ],
        look()
      )
      const [never] = only(lost.findings, "places")
      assert.match(never!.what, /message \d+ to instance 2 is not there, and never arrived/)
      assert.strictEqual(never!.seq, sent)
    })
  )

  it.effect("a row that does not decode, and one that is gone", () =>
    Effect.gen(function* () {
      const { findings } = yield* damaged(
        [
          `UPDATE wr2.character SET hp = 1152921504606846977 WHERE instance_id = 1 AND id = 2002`,
          `DELETE FROM wr2.mob_instance WHERE instance_id = 1 AND id = (SELECT min(id) FROM wr2.mob_instance WHERE instance_id = 1)`
        ],
        look([1])
      )
      assert.match(only(findings, "decodes")[0]!.what, /Character 2002.*does not decode/)
      assert.isTrue(
        only(findings, "folds").some(({ what }) =>
          /Mob \d+ is not there, and by its Events it is/.test(what)
        )
      )
    })
  )

  it.effect(
    "where history was dropped it begins at a snapshot, or says what it could not check",
    () =>
      Effect.gen(function* () {
        const drop = "DELETE FROM wr2.event_log WHERE instance_id = 1 AND seq <= 20"
        const blind = yield* damaged([drop], look([1]))
        assert.deepStrictEqual(blind.findings, [])
        assert.lengthOf(blind.instances[0]!.unchecked, 1)
        assert.match(blind.instances[0]!.unchecked[0]!, /rows against its Events.*begins at seq 21/)

        const taken = yield* Snapshots.take(yield* Database, game.aggregates, 1)
        yield* playing(
          Effect.gen(function* () {
            const bob = yield* enter(1, 2_002, "Bob")
            yield* bob.say("drop 2 gold", "say so much for that", "drop all")
          })
        )
        const dropped = `DELETE FROM wr2.event_log WHERE instance_id = 1 AND seq <= ${taken.seq}`
        const later = yield* damaged([dropped], look([1]))
        assert.deepStrictEqual(later.findings, [])
        assert.deepInclude(later.instances[0], { from: taken.seq, unchecked: [] })
        assert.isAbove(later.instances[0]!.events, 0)
        const { findings } = yield* damaged(
          [dropped, "UPDATE wr2.character SET gold = gold + 1 WHERE instance_id = 1 AND id = 2002"],
          look([1])
        )
        assert.match(only(findings, "conserved")[0]!.what, /gold, and ought to be/)
      })
  )

  it.effect(
    "the command: clean 0, findings 1, what cannot be looked at 2; text and JSON",
    () =>
      Effect.gen(function* () {
        const { url } = yield* PgFixture.Fixture
        const run = Effect.fnUntraced(function* (database: string, ...args: ReadonlyArray<string>) {
          const child = yield* Harness.start({
            name: "audit",
            script: Harness.wr2,
            args: ["audit", ...args],
            env: { DATABASE_URL: database, WR2_LOG_LEVEL: "Warn" }
          })
          const { code } = yield* child.ended
          // A slow one tells how far it is: on standard error.
          return { code, output: child.output(), said: child.lines().join("\n") }
        })
        const here = Redacted.value(url)
        const clean = yield* run(here)
        assert.strictEqual(clean.code, 0, clean.output)
        assert.match(clean.output, /instance 1: .* Events since birth[^]*nothing wrong was found/)
        const dirty = yield* damaged(
          ["UPDATE wr2.character SET gold = gold + 1 WHERE instance_id = 1 AND id = 2001"],
          Effect.all([run(here), run(here, "1", "--json")])
        )
        assert.strictEqual(dirty[0].code, 1)
        assert.match(dirty[0].output, /conserved: instance 1: .*\[Event \d+, Action \d+\]/)
        assert.strictEqual(dirty[1].code, 1)
        assert.lengthOf(JSON.parse(dirty[1].said).findings, 2)
        const nowhere = yield* run("postgres://nobody@127.0.0.1:1/none")
        assert.strictEqual(nowhere.code, 2)
        assert.include(nowhere.output, "not audited")
        const none = yield* run(here, "77")
        assert.strictEqual(none.code, 2)
        assert.include(none.output, "instance 77")
      }),
    120_000
  )

  it.effect("beside players who go to and fro it finds nothing wrong", () =>
    playing(
      Effect.gen(function* () {
        const bob = yield* enter(1, 2_002, "Bob")
        let stop = false
        const talking = yield* Effect.forkChild(
          Effect.gen(function* () {
            while (!stop)
              yield* bob.say("n", "s", "drop all", "get all", "say hm", "drop 1 gold", "get gold")
          })
        )
        for (let turn = 0; turn < 5; turn++) {
          const { findings } = yield* look()
          assert.deepStrictEqual(findings, [])
        }
        stop = true
        yield* Fiber.join(talking)
      })
    )
  )
})
