import { createServer } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as Http from "@wr2/server/Http"
import { Effect } from "effect"

const host = "127.0.0.1"

/** A port that somebody else has. */
const taken = Effect.acquireRelease(
  Effect.callback<{ readonly port: number; readonly close: () => void }>((resume) => {
    const server = createServer()
    server.listen(0, host, () => {
      const { port } = server.address() as { readonly port: number }
      resume(Effect.succeed({ port, close: () => server.close() }))
    })
  }),
  ({ close }) => Effect.sync(close)
)

describe("a port", () => {
  it.live("that is taken is a Problem that names another", () =>
    Effect.gen(function* () {
      const { port } = yield* taken
      const problem = yield* Effect.flip(Http.check({ host, port }))
      assert.include(problem.message, `port ${port} is in use`)
      assert.include(problem.message, `PORT=${port + 1}`)
    }).pipe(Effect.scoped)
  )

  it.live("that is taken is passed over where any will do", () =>
    Effect.gen(function* () {
      const { port } = yield* taken
      const place = yield* Http.orFree({ host, port })
      assert.notStrictEqual(place.port, port)
      yield* Http.check(place)
    }).pipe(Effect.scoped)
  )
})
