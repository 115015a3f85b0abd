/** Mutants of consumers: each Command of a consumer is had once, whoever dies in between. */
import { assert } from "@effect/vitest"
import { ConsumerOffsets } from "@wr2/engine/ConsumerOffsets"
import { Consumers } from "@wr2/engine/Consumers"
import type * as Memory from "@wr2/engine/Memory"
import { Effect, Layer } from "effect"
import * as Echo from "../../packages/engine/test/Echo.ts"
import * as Lab from "../../packages/engine/test/Lab.ts"
import type { Check, Mutant } from "./Mutant.ts"

const invariant = "1 exactly once"

/** Walks three steps, has the runner die when `dies` says so, and hears what the next owner makes of it. */
const killed = (
  name: string,
  when: "before" | "after",
  dies: (call: { readonly method: string; readonly commits: number }) => boolean
): Check => ({
  name,
  run: Effect.fnUntraced(function* (options) {
    const lab = yield* Echo.peopled(Lab.make, options)
    let commits = 0
    const machine: Lab.Machine = yield* lab.machine({
      faults: {
        [when]: ({ method }: Memory.Call) => {
          if (method === "commit") commits++
          return dies({ method, commits })
            ? Effect.andThen(machine.crash, Effect.interruptible(Effect.never))
            : Effect.void
        }
      }
    })
    yield* Echo.wake(machine)
    yield* Lab.pass(2_000)
    yield* Lab.known(machine, 1, 1).start("n", "n", "n")
    yield* Lab.pass(3_000)
    yield* Echo.wake(yield* lab.machine())
    yield* Lab.pass(10_000)
    const steps = yield* Echo.steps(lab)
    assert.isAbove(steps, 0)
    assert.strictEqual(yield* Echo.rung(lab), steps)
    assert.isNull(Echo.offset(lab)!.parked)
  })
})

const before = killed(
  "what a consumer has not done is done after a kill",
  "after",
  // After the first step, of which it was to hear.
  ({ commits, method }) => method === "commit" && commits === 1
)
const between = killed(
  "a consumer's Command is had once, when its runner dies between it and the offset",
  "before",
  ({ method }) => method === "advance"
)

/** Tries by whoever, of whatever: a number that is never the same again, in no later process either. */
let tries = Date.now()

export const mutants: ReadonlyArray<Mutant> = [
  {
    name: "checkpoint before effect: the offset is written before the Commands are had",
    invariant,
    with: {
      consumers: (make) =>
        Layer.provide(
          make,
          Layer.effect(
            ConsumerOffsets,
            Effect.map(ConsumerOffsets, (offsets) => ({
              ...offsets,
              // Three steps are to come: they count as done from the beginning.
              open: (instance, head, consumers) =>
                Effect.tap(offsets.open(instance, head, consumers), (rows) =>
                  offsets.advance(
                    rows.map(({ consumer, seq }) => ({
                      instance,
                      consumer,
                      from: seq,
                      to: Math.max(seq, head + 3)
                    }))
                  )
                )
            }))
          )
        )
    },
    check: before
  },
  {
    name: "no dedup key: each try of a consumer's Command has a number of its own",
    invariant,
    with: {
      consumers: (make) =>
        Layer.effect(
          Consumers,
          Effect.map(Consumers, (consumers) => ({
            ...consumers,
            follow: (owned, call) =>
              consumers.follow(owned, (request) =>
                call(request._tag === "Consume" ? { ...request, n: ++tries } : request)
              )
          }))
        ).pipe(Layer.provide(make))
    },
    check: between
  },
  {
    name: "a consumer's cursor is lost: what it sent is had again",
    invariant,
    with: {
      store: (store) => ({
        ...store,
        activate: (instance, owner) =>
          Effect.map(store.activate(instance, owner), (activation) => ({
            ...activation,
            cursors: activation.cursors.filter(({ actor }) => !actor.startsWith("consumer:"))
          }))
      })
    },
    check: between
  }
]
