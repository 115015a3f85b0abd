/**
 * History run again by the command that operators use, on a world that was really played; then with
 * a row, an Event, a rule that are not as they were.
 */
import { assert, layer } from "@effect/vitest"
import type { Game } from "@wr2/core"
import { prepare } from "@wr2/engine/GameDef"
import type { Difference } from "@wr2/engine/Replay"
import { files, game, parse } from "@wr2/testkit/SmallWorld"
import { guard } from "@wr2/server/DecideGuard"
import { world } from "@wr2/world"
import { Effect } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as Played from "./played.ts"

const { replayed, small, snapshotTaken, tamper, tampered, wr2 } = Played

/** The first Event like this, and its Action. */
const one = Effect.fnUntraced(function* (where: string) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql.unsafe<{ seq: number; no: number }>(
    `SELECT seq::int, action_id::int AS no FROM wr2.event_log WHERE instance_id = 1 AND ${where} ORDER BY seq LIMIT 1`
  )
  assert.isDefined(row, where)
  return row!
})

/** Replays instance 1, which must find a difference. */
const difference = Effect.map(replayed(), (report) => {
  assert.isDefined(report.difference, JSON.stringify(report))
  return report.difference as Difference & { readonly recorded: any; readonly now: any }
})

/** Copies of rows, put back afterwards. */
const removed = <A, E, R>(table: string, where: string, asked: Effect.Effect<A, E, R>) =>
  tampered(
    `CREATE TABLE public.kept AS SELECT * FROM wr2.${table} WHERE ${where}; DELETE FROM wr2.${table} WHERE ${where}`,
    `INSERT INTO wr2.${table} SELECT * FROM public.kept; DROP TABLE public.kept`,
    asked
  )

layer(Played.layer, { timeout: "3 minutes", excludeTestServices: true })("replay", (it) => {
  it.effect("comes to the same in both instances: Events, and at the end rows", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      for (const instance of ["1", "2"]) {
        const { code, output } = yield* wr2("replay", instance)
        assert.strictEqual(code, 0, output)
        assert.match(output, /from its birth/)
        assert.match(output, /rows are as their tables have them/)
        assert.notInclude(output, "not comparable")
      }
      const report = yield* replayed()
      const [log] = yield* sql`
        SELECT count(*)::int AS actions, count(*) FILTER (WHERE first_seq IS NULL)::int > 0 AS silent,
          count(*) FILTER (WHERE outcome = 'refused')::int > 0 AS refused,
          count(*) FILTER (WHERE actor_type IS NULL)::int > 0 AS timers
        FROM wr2.action_log WHERE instance_id = 1`
      assert.deepStrictEqual(
        { ...log },
        { actions: report.same, silent: true, refused: true, timers: true }
      )
      assert.isAbove(report.same, 50)
      assert.strictEqual(report.dead, 1)
      const told = yield* sql<{ type: string }>`
        SELECT DISTINCT event_type AS type FROM wr2.event_log WHERE instance_id = 1`
      const types = told.map(({ type }) => type)
      assert.includeMembers(types, [
        "CharacterMoved",
        "GoldGiven",
        "ItemTaken",
        "DamageDealt",
        "RuntimeRebuilt",
        "CharacterSent",
        "CharacterReceived",
        "Greeted",
        "ActionRefused",
        "ActionFailed"
      ])
      assert.isTrue(types.includes("MobDied") || types.includes("CharacterDied"))
    })
  )

  it.effect("tells an Event that was changed, at its seq, with the part that differs", () =>
    Effect.gen(function* () {
      const { no, seq } = yield* one("event_type = 'GoldGiven'")
      const set = (gold: number) =>
        `UPDATE wr2.event_log SET payload = jsonb_set(payload, '{amount}', '${gold}') WHERE instance_id = 1 AND seq = ${seq}`
      yield* tampered(
        set(6),
        set(5),
        Effect.gen(function* () {
          const found = yield* difference
          assert.deepStrictEqual([found.seq, found.action.no], [seq, no])
          assert.deepStrictEqual([found.recorded.amount, found.now.amount], [6, 5])
          const { code, output } = yield* wr2("replay", "1")
          assert.strictEqual(code, 1)
          assert.include(output, `DIFFERENT at seq ${seq}, Action ${no} (GiveGold)`)
          assert.include(output, "amount: recorded 6, now 5")
          // What is before it is as it was; what is after it is not looked at.
          const before = yield* wr2("replay", "1", "--to", String(seq - 1))
          assert.strictEqual(before.code, 0, before.output)
          assert.include(before.output, "rows are compared at the end of the log only")
        })
      )
      // Who hears it is part of it, and when it was.
      const streams = (to: string) =>
        `UPDATE wr2.event_log SET streams = ${to} WHERE instance_id = 1 AND seq = ${seq}`
      yield* tampered(
        streams("streams || '{room:1}'::text[]"),
        streams("streams[1:cardinality(streams) - 1]"),
        Effect.map(difference, (found) => {
          assert.strictEqual(found.seq, seq)
          assert.match(found.what, /streams/)
        })
      )
    })
  )

  it.effect("tells an Event, and a logged Action, that are not there", () =>
    Effect.gen(function* () {
      const { no, seq } = yield* one("event_type = 'CharacterMoved'")
      const gap = yield* removed("event_log", `instance_id = 1 AND seq = ${seq}`, difference)
      assert.strictEqual(gap.seq, seq)
      assert.match(gap.what, /missing/)
      const nobody = yield* removed(
        "action_log",
        `instance_id = 1 AND accept_no = ${no}`,
        difference
      )
      assert.strictEqual(nobody.action.no, no)
      assert.match(nobody.what, /not in the log/)
      assert.isUndefined((yield* replayed()).difference)
    })
  )

  it.effect(
    "tells a row that was changed, made or taken away by hand, with the Event that changed it last",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const gold = (by: number) =>
          `UPDATE wr2.character SET gold = gold + ${by} WHERE instance_id = 1 AND id = 2002`
        const changed = yield* tampered(gold(100), gold(-100), difference)
        assert.strictEqual(changed.what, "Character 2002: gold")
        assert.strictEqual(changed.now, changed.recorded + 100)
        // No later Event is about Bob, and this one is.
        const [last] = yield* sql<{ seq: number; no: number }>`
        SELECT seq::int, action_id::int AS no FROM wr2.event_log WHERE instance_id = 1 AND seq <= ${changed.seq}
          AND (actor_id = 2002 OR payload::text LIKE '%2002%') ORDER BY seq DESC LIMIT 1`
        assert.deepStrictEqual({ ...last }, { seq: changed.seq, no: changed.action.no! })
        const gone = yield* removed("character", "instance_id = 1 AND id = 2002", difference)
        // More than a row may hold: it does not decode, and is told all the same.
        const huge = "UPDATE wr2.character SET gold = gold + 1152921504606846976 WHERE id = 2002"
        const beyond = yield* tampered(huge, huge.replace("+ ", "- "), difference)
        assert.strictEqual(beyond.what, "Character 2002: gold")
        assert.match(beyond.now, /^11529215\d+$/)
        assert.match(gone.what, /Character 2002: a row is not in its table/)
        const made = yield* tampered(
          `INSERT INTO wr2.character SELECT (jsonb_populate_record(c, '{"id": 2098}')).* FROM wr2.character AS c WHERE id = 2002`,
          "DELETE FROM wr2.character WHERE id = 2098",
          difference
        )
        assert.match(made.what, /Character 2098: no Event made this row/)
        const memory = (mood: string) =>
          `UPDATE wr2.instance_runtime SET data = data || '{"short": ${mood}}' WHERE instance_id = 1`
        const [kept] = yield* sql<{ short: unknown }>`
        SELECT data->'short' AS short FROM wr2.instance_runtime WHERE instance_id = 1`
        if (kept !== undefined) {
          const undo = memory(JSON.stringify(kept.short))
          const found = yield* tampered(memory('{"planted": 7}'), undo, difference)
          assert.match(found.what, /Instance \d+: its memory/)
        }
      })
  )

  it.effect(
    "says what is not comparable, and takes it as recorded: rules, messages and content of other versions",
    () =>
      Effect.gen(function* () {
        const set = (what: string) => `UPDATE wr2.action_log SET ${what} WHERE instance_id = 1`
        const cases: ReadonlyArray<readonly [string, string, RegExp]> = [
          ["rule = 0", "rule = 2", /recorded with rule version 0 of Move, this build has 2/],
          [
            "version = 9",
            "version = 1",
            /recorded with version 9 of the message Move, this build has 1/
          ],
          [
            "content_hash = content_hash || 'x'",
            "content_hash = left(content_hash, -1)",
            /recorded with content \w+x, which is neither/
          ],
          ["action_type = 'Stroll'", "action_type = 'Move'", /this build has no Action Stroll/]
        ]
        for (const [to, back, why] of cases) {
          const report = yield* tampered(
            `${set(to)} AND action_type = 'Move'`,
            `${set(back)} AND action_type IN ('Move', 'Stroll')`,
            replayed()
          )
          assert.isUndefined(report.difference ?? report.stopped)
          const [[told, count] = ["", 0], ...more] = [...report.notComparable]
          assert.match(told, why)
          assert.isAbove(count, 5)
          assert.deepStrictEqual(more, [])
          assert.isAbove(report.rows!, 20)
        }
      })
  )

  it.effect("runs an Action on the content that it was decided on, where that is still known", () =>
    Effect.gen(function* () {
      // This build's game has other words; the log was written with its own.
      const others = files.map((file) => ({
        ...file,
        text: file.text.replaceAll("name: a marsh rat", "name: a marsh owl")
      }))
      const definition = prepare(world(parse(others)) as Game.Any)
      assert.notStrictEqual(definition.game.content.hash, small.game.content.hash)
      const asked: Array<string> = []
      const known = yield* replayed({
        definition,
        definitionOf: (hash) =>
          Effect.sync(() => {
            asked.push(hash)
            return small
          })
      })
      assert.isUndefined(known.difference ?? known.stopped)
      assert.strictEqual(known.notComparable.size, 0)
      assert.deepStrictEqual(asked, [small.game.content.hash])
      const unknown = yield* replayed({ definition })
      assert.isUndefined(unknown.difference ?? unknown.stopped)
      assert.strictEqual(unknown.same, 0)
      assert.strictEqual(unknown.rows, known.rows)
    })
  )

  it.effect("stops where an Event is of a version that this build does not have, and says so", () =>
    Effect.gen(function* () {
      const { seq } = yield* one("event_type = 'CharacterMoved'")
      const set = (version: number) =>
        `UPDATE wr2.event_log SET version = ${version} WHERE instance_id = 1 AND seq = ${seq}`
      const { stopped, to } = yield* tampered(set(2), set(1), replayed())
      assert.strictEqual(to, seq - 1)
      assert.match(
        stopped ?? "",
        new RegExp(
          `^Event ${seq} is a CharacterMoved of version 2, and this build has version 1: replay from a snapshot`
        )
      )
    })
  )

  it.effect("ends a rule that does not end, and says at which Action", () =>
    Effect.gen(function* () {
      const { no, seq } = yield* one("event_type = 'Said'")
      const loops = (): never => {
        for (;;);
      }
      const actions = (game as Game.Any).actions.map((rule) =>
        rule._tag === "Say" ? { ...rule, decide: loops } : rule
      )
      const { same, stopped } = yield* replayed({
        definition: prepare({ ...(game as Game.Any), actions }),
        guard: (thunk) => guard(500, thunk)
      })
      assert.isAbove(same, 0)
      assert.include(stopped ?? "", `Action ${no} (Say), after seq ${seq - 1}: Overran`)
    })
  )

  it.effect("reads by pages of any size, whatever falls on their edges", () =>
    Effect.gen(function* () {
      const whole = yield* replayed()
      for (const page of [1, 2, 7, 100_000]) {
        let told = 0
        const progress = () => Effect.sync(() => void told++)
        const { dead, rows, same, to } = yield* replayed({ page, progress })
        assert.deepStrictEqual(
          { dead, rows, same, to },
          { dead: whole.dead, rows: whole.rows, same: whole.same, to: whole.to }
        )
        if (page < 10) assert.isAbove(told, whole.to / page / 4)
      }
    })
  )

  it.effect("begins and ends where it is told", () =>
    Effect.gen(function* () {
      const { difference, from, rows, to } = yield* replayed({ from: 20, to: 30 })
      assert.isUndefined(difference)
      assert.isAtLeast(from, 20)
      assert.isAtLeast(to, 30)
      assert.isBelow(to, 45)
      assert.isNull(rows)
      const nowhere = yield* Effect.flip(replayed({ instance: 77 }))
      assert.strictEqual(nowhere._tag, "NoInstance")
    })
  )

  it.effect(
    "goes on from a snapshot when the log before it is gone; without one it says what to do",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const taken = yield* snapshotTaken
        assert.strictEqual(taken.existed, false)
        assert.deepStrictEqual(yield* snapshotTaken, {
          ...taken,
          existed: true
        })
        const [kept] = yield* sql`
        SELECT format, lineage = (SELECT lineage FROM wr2.instance_owner WHERE instance_id = 1) AS own,
          row_count::int AS rows, (SELECT count(*)::int FROM wr2.snapshot AS s,
            jsonb_array_elements(s.rows) WHERE s.instance_id = 1 AND s.seq = h.seq) AS there,
          next_id = (SELECT next FROM wr2.entity_id) AS ids, jsonb_array_length(cursors) > 1 AS cursors,
          length(content_hash) AS hash
        FROM wr2.snapshot_head AS h WHERE instance_id = 1`
        const { rows, seq } = taken
        const said = { format: 1, own: true, rows, there: rows, ids: true, cursors: true, hash: 32 }
        assert.deepEqual(kept as object, said)
        // It plays on from there.
        yield* Played.more
        const through = `instance_id = 1 AND seq <= ${seq}`
        const all = yield* replayed()
        assert.isUndefined(all.difference ?? all.stopped)
        assert.strictEqual(all.snapshot, 0)
        yield* removed(
          "event_log",
          through,
          Effect.gen(function* () {
            const report = yield* replayed()
            assert.isUndefined(report.difference ?? report.stopped)
            assert.strictEqual(report.snapshot, seq)
            assert.isAbove(report.same, 3)
            assert.isAbove(report.rows!, 20)
            const half = yield* Effect.flip(
              tampered(
                `CREATE TABLE public.whole AS SELECT * FROM wr2.snapshot WHERE seq = ${seq}; UPDATE wr2.snapshot SET rows = rows - 0 WHERE seq = ${seq}`,
                `UPDATE wr2.snapshot AS s SET rows = w.rows FROM public.whole AS w WHERE w.instance_id = s.instance_id AND w.seq = s.seq AND w.part = s.part; DROP TABLE public.whole`,
                replayed()
              )
            )
            assert.match(half.message, /is not whole: \d+ of \d+ rows/)
            yield* tamper(`UPDATE wr2.snapshot_head SET format = 99 WHERE instance_id = 1`)
            const without = yield* Effect.flip(replayed())
            yield* tamper(`UPDATE wr2.snapshot_head SET format = 1 WHERE instance_id = 1`)
            assert.match(
              without.message,
              /begins at seq \d+, and no snapshot leads up to it.*newer WR2.*wr2 snapshot 1/
            )
          })
        )
      })
  )

  it.effect(
    "tells where a row was changed by hand, at the first Action that came to something else",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const [{ seq }] = (yield* sql`
        SELECT max(seq)::int AS seq FROM wr2.event_log WHERE instance_id = 1`) as [{ seq: number }]
        const [{ gold }] = (yield* sql`
        SELECT gold::int FROM wr2.character WHERE instance_id = 1 AND id = 2002`) as [
          { gold: number }
        ]
        yield* Played.giving(gold + 40)
        const found = yield* difference
        assert.isAbove(found.seq, seq)
        const [{ type }] = (yield* sql`
        SELECT event_type AS type FROM wr2.event_log WHERE instance_id = 1 AND seq = ${found.seq}`) as [
          { type: string }
        ]
        assert.strictEqual(type, "GoldDropped")
        // A snapshot taken since then is as the rows are: from there on all is well.
        const { seq: now } = yield* snapshotTaken
        const after = yield* replayed({ from: now + 1 })
        assert.isUndefined(after.difference ?? after.stopped)
        assert.isAbove(after.rows!, 20)
      })
  )
})
