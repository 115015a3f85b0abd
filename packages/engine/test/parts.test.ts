/** Engine.Parts: each service of the path is wrapped, or replaced, by a layer. */
import { assert, it } from "@effect/vitest"
import { ActionQueue } from "@wr2/engine/ActionQueue"
import type { Parts } from "@wr2/engine/Engine"
import { ExecutorPool } from "@wr2/engine/ExecutorPool"
import { Ingress } from "@wr2/engine/Ingress"
import { Planner } from "@wr2/engine/Planner"
import { Publisher } from "@wr2/engine/Publisher"
import { Scheduler } from "@wr2/engine/Scheduler"
import { Rejected } from "@wr2/core"
import { Effect, Layer, Result } from "effect"
import { known, make, pass, tag } from "./Lab.ts"
import { people } from "./Yard.ts"

/** What is done with an engine whose parts these are: one walks and comes back later, and is heard of. */
const played = Effect.fnUntraced(function* (parts: Parts) {
  const lab = yield* make({ parts, limits: { timersHorizon: 500 } })
  yield* lab.found(1, people(2, true))
  const m = yield* lab.machine()
  yield* m.call(1, { _tag: "Wake" })
  const replies = yield* known(m, 1, 1).say("n", "bell 100 1 0")
  yield* pass(1_000)
  return { lab, m, replies: replies.map(tag) }
})

it.effect("all services of the path wrapped at once: each is asked, and all goes as before", () =>
  Effect.gen(function* () {
    const asked = new Set<string>()
    const told =
      <A extends ReadonlyArray<any>, B>(name: string, f: (...args: A) => B) =>
      (...args: A): B => (asked.add(name), f(...args))
    const { lab, replies } = yield* played({
      ingress: Layer.effect(
        Ingress,
        Effect.map(Ingress, ({ open }) => ({ open: told("ingress", open) }))
      ),
      planner: Layer.effect(
        Planner,
        Effect.map(Planner, ({ plan }) => ({ plan: told("planner", plan) }))
      ),
      queue: Layer.effect(
        ActionQueue,
        Effect.map(ActionQueue, (own) => ({ ...own, due: told("queue", own.due) }))
      ),
      scheduler: Layer.effect(
        Scheduler,
        Effect.map(Scheduler, ({ start }) => ({ start: told("scheduler", start) }))
      ),
      executors: Layer.effect(
        ExecutorPool,
        Effect.map(ExecutorPool, (own) => ({ ...own, execute: told("executors", own.execute) }))
      ),
      publisher: Layer.effect(
        Publisher,
        Effect.map(Publisher, (own) => ({ ...own, publish: told("publisher", own.publish) }))
      )
    })
    assert.deepStrictEqual(replies, ["Accepted", "Accepted"])
    assert.deepStrictEqual(yield* lab.events(1), ["Walked", "Rang"])
    assert.sameMembers(
      [...asked],
      ["ingress", "planner", "queue", "scheduler", "executors", "publisher"]
    )
  })
)

it.effect("a Scheduler of one's own in a few lines: closed to all who come", () =>
  Effect.gen(function* () {
    const closed = Layer.effect(
      Scheduler,
      Effect.map(Scheduler, ({ start }) => ({
        start: (...args: Parameters<typeof start>) => {
          const running = start(...args)
          return {
            ...running,
            offer: (mail) => mail.turnAway(new Rejected.NotAllowed({ command: "all" }))
          }
        }
      }))
    )
    const { lab, replies } = yield* played({ scheduler: closed })
    assert.deepStrictEqual(replies, ["NotAllowed", "NotAllowed"])
    assert.deepStrictEqual(yield* lab.events(1), [])
  })
)

it.effect("a Planner of one's own in a few lines: who walks is turned down", () =>
  Effect.gen(function* () {
    const seated = Layer.effect(
      Planner,
      Effect.map(Planner, ({ plan }) => ({
        plan: (input) => {
          const planned = plan(input)
          return Result.isSuccess(planned) && planned.success.command === "go"
            ? Result.fail(new Rejected.NotAllowed({ command: "go" }))
            : planned
        }
      }))
    )
    const { lab, replies } = yield* played({ planner: seated })
    assert.deepStrictEqual(replies, ["NotAllowed", "Accepted"])
    assert.deepStrictEqual(yield* lab.events(1), ["Rang"])
  })
)
