/** docs/consumers.md: whom a consumer's Command is about may be on its way back when it comes. */
import { assert, beforeEach, it } from "@effect/vitest"
import { Consumers } from "@wr2/engine/Consumers"
import { Effect, Latch, Layer } from "effect"
import * as Echo from "./Echo.ts"
import { inBothForms, known, pass } from "./Lab.ts"

beforeEach(Echo.forget)

inBothForms("a consumer's Command", (laboratory) => {
  it.effect("waits for who is accepted as an arrival and not here yet", () =>
    Effect.gen(function* () {
      const lab = yield* Echo.peopled(laboratory)
      yield* lab.found(2, [])
      const heard = Latch.makeUnsafe(false)
      let isSlow = false
      const m = yield* lab.machine({
        // What the consumer sends waits outside.
        consumers: (make) =>
          Layer.effect(
            Consumers,
            Effect.map(Consumers, (consumers) => ({
              ...consumers,
              follow: (owned, call) =>
                consumers.follow(owned, (request) => Effect.andThen(heard.await, call(request)))
            }))
          ).pipe(Layer.provide(make)),
        faults: {
          before: ({ instances, method }) =>
            isSlow && method === "commit" && instances.includes(1) ? Effect.sleep(500) : Effect.void
        }
      })
      const p = known(m, 1, 1)
      yield* p.say("n", "cross 2")
      yield* pass(1_000)
      assert.include(yield* lab.events(2), "Arrived")
      // Back again: while that is accepted, the Command of its first step comes.
      isSlow = true
      yield* p.at(m, 2).start("cross 1")
      yield* pass(300)
      heard.openUnsafe()
      yield* pass(30_000)
      assert.isTrue((yield* lab.kept(1)).rows.has("person:1"))
      assert.strictEqual(yield* Echo.rung(lab), 1)
      assert.strictEqual(Echo.offset(lab)!.seq, yield* Echo.newest(lab))
    })
  )
})
