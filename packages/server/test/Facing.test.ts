import { assert, it } from "@effect/vitest"
import { facing } from "@wr2/server/Facing"
import { Effect } from "effect"

it.live("a machine faces itself by its own address, in either family", () =>
  Effect.gen(function* () {
    assert.strictEqual(yield* facing("127.0.0.1"), "127.0.0.1")
    assert.include(["::1", "127.0.0.1"], yield* facing("[::1]"))
  })
)

it.live("a host that is nowhere is faced by nobody but this machine", () =>
  Effect.gen(function* () {
    assert.strictEqual(yield* facing("no-such-host.invalid"), "127.0.0.1")
  })
)
