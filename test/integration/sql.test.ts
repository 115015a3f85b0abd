/** Every statement of docs/sql.md and docs/operating.md, on the database of a world in which something has happened. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Engine } from "@wr2/engine"
import { Placement } from "@wr2/engine/Placement"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { game, tables } from "@wr2/testkit/SmallWorld"
import { Effect, Layer } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { enter, founded } from "./world.ts"

const text = ["sql.md", "operating.md"]
  .map((name) => readFileSync(join(import.meta.dirname, "../../docs", name), "utf8"))
  .join("\n")

/** Statements by the heading that they stand under. */
const statements = [...text.matchAll(/```sql\n([^`]*)```/g)].map((match) => ({
  name: text
    .slice(0, match.index)
    .match(/^## .*$/gm)!
    .at(-1)!
    .slice(3),
  sql: match[1]!
}))
const under = (heading: string) =>
  statements.filter(({ name }) => name === heading).map(({ sql }) => sql)

const world = Engine.layer(game).pipe(
  Layer.provideMerge(Placement.layerLocal),
  Layer.provideMerge(PgFixture.layer(tables))
)

layer(world, { excludeTestServices: true })("the SQL of the docs", (it) => {
  it.effect("every statement runs on the tables as they are", () =>
    Effect.gen(function* () {
      yield* founded
      const ann = yield* enter(1, 2_001, "Ann")
      yield* ann.say("n", "open east", "e", "get all")
      const sql = yield* SqlClient.SqlClient
      assert.isAtLeast(statements.length, 11)
      yield* Effect.forEach(statements, (one) =>
        sql.withTransaction(sql.unsafe(one.sql).unprepared)
      )
      const [owners] = under("Who owns what")
      assert.lengthOf(yield* sql.unsafe(owners!), 2)
      const [waits] = under("What waits")
      assert.isAbove((yield* sql.unsafe(waits!)).length, 0)
    })
  )

  it.effect("a consumer that reads from its offset takes each Event once, in order", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`DELETE FROM wr2.consumer_offset`
      const [begin, read, advance] = under("Doing something with every Event")
      yield* sql.unsafe(begin!)
      const seen: Array<number> = []
      const once = sql.withTransaction(
        Effect.gen(function* () {
          const events = yield* sql.unsafe<{ seq: string }>(read!)
          const last = events.at(-1)
          if (last === undefined) return 0
          seen.push(...events.map(({ seq }) => Number(seq)))
          yield* sql.unsafe(advance!.replace("4711", String(last.seq)))
          return events.length
        })
      )
      const ann = yield* enter(1, 2_001, "Ann")
      yield* ann.say("say one")
      assert.isAbove(yield* once, 0)
      yield* ann.say("say two")
      // Two workers of the same name take turns.
      yield* Effect.all([once, once], { concurrency: "unbounded" })
      yield* Effect.repeat(once, { until: (count) => count === 0 })
      assert.deepStrictEqual(
        seen,
        seen.map((_, i) => i + 1)
      )
      const said = yield* sql<{ n: number }>`
        SELECT count(*)::int AS n FROM wr2.event_log WHERE instance_id = 1 AND event_type = 'Said'
        AND seq <= ${seen.at(-1)!}`
      assert.deepStrictEqual(said, [{ n: 2 }])
    })
  )
})
