/** The world's own tables on a real server: they fit its declarations, and it is played on them. */
import { assert, layer } from "@effect/vitest"
import * as Engine from "@wr2/engine/Engine"
import { found } from "@wr2/engine/Founding"
import { Placement } from "@wr2/engine/Placement"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { game, tables } from "@wr2/testkit/SmallWorld"
import { Effect, Layer } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { player } from "./fixtures/Player.ts"

const database = PgFixture.layer(tables)
const world = Engine.layer(game).pipe(
  Layer.provideMerge(database),
  Layer.provideMerge(Placement.layerLocal)
)

layer(world, { excludeTestServices: true })("Saltmere on PostgreSQL", (it) => {
  it.effect("is founded, walked through and fought in", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* found(game, 1)
      const ann = yield* player(1, 900_001, "Ann")
      const lines = yield* ann.types(
        "n",
        "open door",
        "e",
        "get all",
        "wield sword",
        "drop 5 gold",
        "get gold",
        "w",
        "n",
        "i"
      )
      assert.include(
        lines,
        "You carry a storm lantern, a rusty cutlass (in hand) and a ship's biscuit."
      )
      yield* ann.types("kill rat", "who", "flee", "quit")
      const rows = yield* sql`
        SELECT c.name, c.gold, c.inside, r.data FROM wr2.character c
        LEFT JOIN wr2.character_runtime r USING (instance_id, id)`
      assert.strictEqual(rows.length, 1)
      assert.strictEqual(rows[0]!["gold"], 20n)
      const dead = yield* sql`SELECT * FROM wr2.dead_letter`
      assert.deepStrictEqual(dead, [])
      const doors = yield* sql`
        SELECT doors FROM wr2.room_instance WHERE template IN ('rope-street', 'chandlery') ORDER BY template`
      assert.deepStrictEqual(doors, [
        { doors: { west: "open", down: "locked" } },
        { doors: { east: "open" } }
      ])
    })
  )
})
