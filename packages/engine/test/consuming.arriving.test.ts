/** docs/consumers.md: whom a consumer's Command is about may be on its way back when it comes. */
import { assert, beforeEach, it } from "@effect/vitest"
import { Consumers } from "@wr2/engine/Consumers"
import { Effect, Latch, Layer } from "effect"
import * as Echo from "./Echo.ts"
import { inBothForms, known, pass } from "./Lab.ts"
import type { Lab, Options } from "./Lab.ts"

beforeEach(Echo.forget)

/** Commits of instance 1 are slow from when `isSlow` says so; what its consumer sends waits outside. */
const setting = Effect.fnUntraced(function* (
  laboratory: (options?: Options) => Effect.Effect<Lab>
) {
  const lab = yield* Echo.peopled(laboratory)
  yield* lab.found(2, [])
  const heard = Latch.makeUnsafe(false)
  const world = { lab, heard, isSlow: false }
  const machine = lab.machine({
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
        world.isSlow && method === "commit" && instances.includes(1)
          ? Effect.sleep(500)
          : Effect.void
    }
  })
  const m = yield* machine
  // A step, of which the consumer hears, and away.
  const p = known(m, 1, 1)
  yield* p.say("n", "cross 2")
  yield* pass(1_000)
  assert.include(yield* lab.events(2), "Arrived")
  // Back again: it takes its time.
  world.isSlow = true
  yield* p.at(m, 2).start("cross 1")
  yield* pass(300)
  return { ...world, m, machine, calm: () => (world.isSlow = false) }
})

const once = Effect.fnUntraced(function* (lab: Lab) {
  yield* pass(30_000)
  assert.isTrue((yield* lab.kept(1)).rows.has("person:1"))
  assert.strictEqual(yield* Echo.rung(lab), 1)
  assert.strictEqual(Echo.offset(lab)!.seq, yield* Echo.newest(lab))
})

inBothForms("a consumer's Command", (laboratory) => {
  it.effect("waits for who is accepted as an arrival and not here yet", () =>
    Effect.gen(function* () {
      const { heard, lab } = yield* setting(laboratory)
      heard.openUnsafe()
      yield* once(lab)
    })
  )

  it.effect("also when another owner executes it, by a clock that was set back", () =>
    Effect.gen(function* () {
      const { calm, heard, lab, m, machine } = yield* setting(laboratory)
      yield* pass(400)
      yield* m.crash
      yield* lab.db.shiftClock(-1_500)
      calm()
      heard.openUnsafe()
      const next = yield* machine
      yield* Echo.wake(next, 1)
      yield* Echo.wake(next, 2)
      yield* once(lab)
    })
  )
})
