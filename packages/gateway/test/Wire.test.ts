/** What of a frame gets as far as the calls. */
import { assert, describe, it } from "@effect/vitest"
import * as Wire from "../src/Wire.ts"

const read = (message: object): Record<string, unknown> => {
  const parser = Wire.serialization(10_000).makeUnsafe()
  const [first] = parser.decode(JSON.stringify(message)) as ReadonlyArray<Record<string, unknown>>
  return first!
}
const request = { _tag: "Request", id: "1", tag: "Ping", payload: null, headers: [] }
const [traceId, spanId] = ["a".repeat(32), "b".repeat(16)]

describe("a client's trace", () => {
  it("goes on, if it is one", () => {
    const { sampled, ...trace } = read({ ...request, traceId, spanId, sampled: true })
    assert.deepStrictEqual([trace["traceId"], trace["spanId"], sampled], [traceId, spanId, true])
  })
  it("is left out, whatever else it may be", () => {
    for (const other of [
      { traceId: [traceId], spanId },
      { traceId, spanId: [spanId] },
      { traceId: { toString: traceId }, spanId },
      { traceId: `${traceId}\n`, spanId },
      { traceId: traceId.slice(1), spanId },
      { traceId: "A".repeat(32), spanId },
      { traceId }
    ]) {
      const found = read({ ...request, ...other, sampled: true })
      assert.notProperty(found, "traceId", JSON.stringify(other))
      assert.notProperty(found, "spanId")
      assert.notProperty(found, "sampled")
    }
  })
})
