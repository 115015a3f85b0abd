/** A connection that breaks while its character is between two instances, over real websockets, judged by the tables. */
import { assert, it } from "@effect/vitest"
import type { Game } from "@wr2/core"
import { Postgres } from "@wr2/postgres"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { game } from "@wr2/testkit/SmallWorld"
import { Deferred, Effect, Fiber, Redacted } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as Gate from "../../scripts/chaos/Gate.ts"
import * as Player from "../../scripts/chaos/Player.ts"
import { judge } from "../../scripts/chaos/Rules.ts"
import * as Tables from "../../scripts/chaos/Tables.ts"
import { tame } from "./tame.ts"

/** However busy the machine is: what is tried here is not how soon. */
const within = 60_000

const way = ["n", "n", "n", "open gate", "n", "n", "e"]

/** A player on a line that can be cut, at the foot of the arch. */
const traveller = Effect.fnUntraced(function* (name: string, target: () => number) {
  const gate = yield* Gate.make(target)
  const player = yield* Player.make(gate.url, { retryFirst: 20, retryMax: 100 })
  const { client, submit } = player
  yield* Player.patiently(client.register(name, Player.password))
  const { id } = yield* client.create(name, { description: `${name} has no other face.` })
  yield* client.enter(id)
  for (const step of way) yield* submit(step)
  return { ...player, gate, history: player.history(name, id) }
})

/** Nothing is taken in by an instance while its owner's row is held. */
const held = (instance: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [taken, over] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
    const holding = yield* sql
      .withTransaction(
        Effect.andThen(
          sql`SELECT 1 FROM wr2.instance_owner WHERE instance_id = ${instance} FOR UPDATE`,
          Effect.andThen(Deferred.succeed(taken, undefined), Deferred.await(over))
        )
      )
      .pipe(Effect.forkScoped)
    yield* Deferred.await(taken)
    const release = Effect.andThen(Deferred.succeed(over, undefined), Fiber.join(holding))
    return { release }
  })

it.live(
  "in the middle of a journey: it hears all of it, and every answer, by whichever gateway",
  () =>
    Effect.gen(function* () {
      const { url } = yield* PgFixture.emptyDatabase
      const database = Redacted.value(url)
      const env = { WR2_CONTENT: yield* tame }
      const server = yield* Harness.serve({ role: "all", database, within, env })
      const other = yield* Harness.serve({ role: "gateway", database, within, env })
      const nobody = yield* Harness.freePort
      let port = server.port
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const count = (from: string) =>
          Effect.map(
            sql.unsafe<{ n: number }>(`SELECT count(*)::int AS n FROM wr2.${from}`),
            (rows) => rows[0]!.n
          )
        const until = <R>(what: string, holds: Effect.Effect<boolean, unknown, R>) =>
          Harness.waitUntil(what, holds, { within, explain: () => server.output().slice(-3_000) })
        const came = count("event_log WHERE instance_id = 2 AND event_type = 'CharacterArrived'")
        const bob = yield* traveller("Bob", () => server.port)
        yield* bob.submit("enter arch")
        yield* until(
          "Bob arrives",
          Effect.map(came, (all) => all === 1)
        )
        let dialled = 0
        const ann = yield* traveller("Ann", () => (dialled++, port))
        const goes = Effect.fnUntraced(function* (n: number) {
          const { release } = yield* held(2)
          const before = yield* came
          const said = yield* Effect.forEach(["enter arch", `say here ${n}`, "look"], (line) =>
            Effect.forkChild(ann.submit(line))
          )
          yield* until(
            "she is under way",
            Effect.map(
              count(`instance_outbox WHERE target = 2 AND command->'character'->>'name' = 'Ann'`),
              (all) => all === 1
            )
          )
          // Cut off by one gateway, she asks for herself at the other; cut off there as well.
          for (const at of [other.port, server.port, nobody]) {
            const before = dialled
            port = at
            ann.gate.cut()
            yield* until(
              "she comes back",
              Effect.sync(() => dialled > before)
            )
          }
          yield* release
          yield* until(
            "she arrives",
            Effect.map(came, (all) => all > before)
          )
          for (const word of ["one", "two", "three"]) yield* bob.submit(`say welcome ${word} ${n}`)
          port = n % 2 === 0 ? server.port : other.port
          yield* Effect.forEach(said, Fiber.join)
        })
        yield* goes(1)
        yield* ann.submit("enter arch")
        yield* goes(2)
        yield* ann.submit("say that was all")
        yield* bob.submit("look")
        yield* until(
          "at rest",
          Effect.map(Tables.unsettled, (all) => all === 0)
        )

        for (const gateway of [other, server]) yield* gateway.stop("30 seconds")
        const histories = [ann.history, bob.history]
        const world = yield* Tables.world(game as Game.Any)
        assert.deepStrictEqual(judge(game as Game.Any, { histories, ...world }), [])
        const { answers, seen, sent } = ann.history
        assert.strictEqual(seen.filter(({ _tag }) => _tag === "Arrived").length, 3)
        assert.strictEqual(seen.filter(({ _tag }) => _tag === "Began").length, 1)
        assert.strictEqual(answers.size, sent.size)
        const own = seen.filter((one) => one._tag === "Event" && one.type === "CharacterArrived")
        assert.isAtLeast(own.length, 3)
      }).pipe(
        Effect.scoped,
        Effect.provide(Postgres.client({ url, runner: "test", maxConnections: 4 }))
      )
    }).pipe(Effect.scoped),
  240_000
)
