/** docs/consumers.md: while a consumer is being parked its Event stays unread, whatever else happens. */
import { assert, beforeEach, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Echo from "./Echo.ts"
import { inBothForms, known, pass } from "./Lab.ts"

beforeEach(Echo.forget)

inBothForms("a consumer that is to be parked", (laboratory) => {
  it.effect("is not past its Event until that is written down: the next owner hears it", () =>
    Effect.gen(function* () {
      const lab = yield* Echo.peopled(laboratory)
      const m = yield* lab.machine({
        faults: { before: ({ method }) => (method === "park" ? Effect.never : Effect.void) }
      })
      const p = known(m, 1, 1)
      yield* p.say(`go ${Echo.hole.throws}`)
      // All its tries, and then the database does not answer.
      yield* pass(15_000, 500)
      assert.isTrue(m.calls.some((call) => call.startsWith("park")))
      // Meanwhile something happens that it did not ask for.
      yield* p.say("bell 0 1 0")
      yield* pass(1_000)
      yield* m.stop
      assert.isNull(Echo.offset(lab)!.parked)
      assert.strictEqual(Echo.offset(lab)!.seq, 0)

      Echo.mended.now = true
      yield* Echo.wake(yield* lab.machine())
      yield* pass(5_000)
      // The bell of its own, and that of the step.
      assert.strictEqual(yield* Echo.rung(lab), 2)
      assert.strictEqual(Echo.offset(lab)!.seq, yield* Echo.newest(lab))
    })
  )

  it.effect("hears it again when it may go on at once, before it has seen that it was parked", () =>
    Effect.gen(function* () {
      const lab = yield* Echo.peopled(laboratory)
      const m = yield* lab.machine({
        faults: {
          // An operator who is quick.
          after: ({ method }) =>
            method === "park"
              ? Effect.andThen(
                  Effect.sync(() => void (Echo.mended.now = true)),
                  Echo.resume(lab, null)
                ).pipe(Effect.asVoid)
              : Effect.void
        }
      })
      const p = known(m, 1, 1)
      yield* p.say("n")
      // Its offset is written: what it finds in the row then is what it wrote itself.
      yield* pass(3_000)
      yield* p.say(`go ${Echo.hole.throws - 1}`, "s")
      yield* pass(20_000, 500)
      assert.isNull(Echo.offset(lab)!.parked)
      assert.strictEqual(yield* Echo.rung(lab), 3)
    })
  )
})
