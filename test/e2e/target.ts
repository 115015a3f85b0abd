/** The server that is attacked: a process of its own, on a database of its own. */
import { assert } from "@effect/vitest"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { Context, Effect, Layer, Redacted } from "effect"
import * as Attackers from "./attackers.ts"

export interface Target extends Harness.Server {
  readonly database: string
}
export const Target = Context.Service<Target>("wr2/test/Target")

/** Everything that it logs is kept, to be looked at in the end. */
export const target = Layer.effect(
  Target,
  Effect.gen(function* () {
    const { url } = yield* PgFixture.emptyDatabase
    const database = Redacted.value(url)
    const env = { WR2_LOG_LEVEL: "Debug" }
    return { ...(yield* Harness.serve({ role: "all", database, env })), database }
  })
)

/** How long an honest stranger waits for an answer, in milliseconds. */
export const honest = (url: string) =>
  Effect.gen(function* () {
    const began = performance.now()
    const wire = yield* Attackers.dial(url)
    yield* Attackers.must(wire.call("Ping"))
    return performance.now() - began
  }).pipe(Effect.scoped)

/** Whatever was tried: nothing secret was logged, nothing was an error, and it stops in order. */
export const unharmed = Effect.gen(function* () {
  const server = yield* Target
  const text = server.output()
  assert.notInclude(text, Attackers.password)
  assert.notMatch(text, /"token"\s*:/)
  const errors = server.lines().filter((line) => /"level":"(Error|Fatal)"/.test(line))
  assert.deepStrictEqual(errors, [])
  assert.strictEqual((yield* server.stop()).code, 0)
})
