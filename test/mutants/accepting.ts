/** Mutants of acceptance: every acknowledged Command's Actions exactly once, a rejected one changes nothing. */
import { assert } from "@effect/vitest"
import { Inboxes } from "@wr2/engine/Ingress"
import type { Box } from "@wr2/engine/Ingress"
import { Planner } from "@wr2/engine/Planner"
import { Effect, Layer, Result } from "effect"
import * as Lab from "../../packages/engine/test/Lab.ts"
import { people, Ring } from "../../packages/engine/test/Yard.ts"
import type { Check, Mutant } from "./Mutant.ts"
import * as Swaps from "./Swaps.ts"

const invariant = "1 exactly once"

const once: Check = {
  name: "a Command that is sent again is executed once, also by the next owner",
  run: Effect.fnUntraced(function* (options) {
    const lab = yield* Lab.make(options)
    yield* lab.found(1, people(1, true))
    const m = yield* lab.machine()
    const p = Lab.known(m, 1, 1)
    const both = [Lab.text(1, "n"), Lab.text(2, "n")]
    const first = yield* p.send(...both)
    assert.deepStrictEqual(yield* p.send(...both), first)
    yield* Lab.idle
    yield* m.crash
    const again = yield* p.at(yield* lab.machine()).send(...both)
    assert.deepStrictEqual(again.map(Lab.tag), ["Accepted", "Accepted"])
    assert.strictEqual((yield* lab.row(1, "person:1")).place, 2)
    assert.strictEqual((yield* lab.kept(1)).log.size, 2)
  })
}

const acknowledged: Check = {
  name: "what is acknowledged is committed",
  run: Effect.fnUntraced(function* (options) {
    const lab = yield* Lab.make(options)
    yield* lab.found(1, people(1, true))
    const m = yield* lab.machine()
    const [reply] = yield* Lab.known(m, 1, 1).say("n")
    assert.strictEqual(Lab.tag(reply), "Accepted")
    yield* m.crash
    assert.strictEqual((yield* lab.kept(1)).log.size, 1)
    assert.strictEqual((yield* lab.row(1, "person:1")).place, 1)
  })
}

const followed: Check = {
  name: "follow-ups happen, whoever is the owner by then",
  run: Effect.fnUntraced(function* (options) {
    const lab = yield* Lab.make(options)
    yield* lab.found(1, people(1, true))
    const m = yield* lab.machine()
    yield* Lab.known(m, 1, 1).say("bell 0 3 1000")
    yield* Lab.pass(1_500)
    yield* m.crash
    yield* (yield* lab.machine()).call(1, { _tag: "Wake" })
    yield* Lab.pass(3_000)
    assert.strictEqual((yield* lab.row(1, "person:1")).rung, 3)
  })
}

const rejected: Check = {
  name: "a rejected Command changes nothing",
  run: Effect.fnUntraced(function* (options) {
    const lab = yield* Lab.make(options)
    yield* lab.found(1, people(1, true))
    const before = yield* lab.kept(1)
    yield* Lab.known(yield* lab.machine(), 1, 1).say("dance", "go far", "wrong nothing")
    const { cursors, dead, events, log, queue, rows } = yield* lab.kept(1)
    assert.deepStrictEqual(rows, before.rows)
    assert.deepStrictEqual(
      [cursors, dead, log, queue].map(({ size }) => size).concat(events.length),
      [0, 0, 0, 0, 0]
    )
  })
}

/** Accepts an n again that was had before. */
class Forgetful extends Inboxes {
  override box(...args: Parameters<Inboxes["box"]>): Box {
    const box = super.box(...args)
    box.replies.clear()
    box.lastN = 0
    return box
  }
}

export const mutants: ReadonlyArray<Mutant> = [
  {
    name: "doubled accept: an n that was had before is taken again",
    invariant,
    with: Swaps.inboxes((limits, cursors) => new Forgetful(limits, cursors)),
    check: once
  },
  {
    name: "lost cursor: it is not written with the Actions",
    invariant,
    with: Swaps.writes((writes) => ({ ...writes, cursors: [] })),
    check: once
  },
  {
    name: "lost write: Committed is answered, nothing was",
    invariant,
    with: {
      store: (store) => ({
        ...store,
        commit: (cycles) =>
          Effect.map(
            store.commit(
              cycles.map((cycle) => ({ ...cycle, decide: (locked) => void cycle.decide(locked) }))
            ),
            (outcomes) =>
              outcomes.map((outcome) =>
                outcome._tag === "Nothing" ? { _tag: "Committed", stamp: 1 } : outcome
              )
          )
      })
    },
    check: acknowledged
  },
  {
    name: "lost follow-up: what an Action causes for later is not queued",
    invariant,
    with: Swaps.writes((writes) => ({
      ...writes,
      queued: writes.queued.filter(({ cause }) => cause === null)
    })),
    check: followed
  },
  {
    name: "a rejection that writes: it rings the bell",
    invariant,
    with: {
      parts: {
        planner: Layer.effect(
          Planner,
          Effect.map(Planner, ({ plan }) => ({
            plan: (input) =>
              Result.orElse(plan(input), () =>
                Result.succeed({
                  command: "oops",
                  actions: [Ring.make({ person: input.actor.id as never, times: 1, every: 0 })]
                })
              )
          }))
        )
      }
    },
    check: rejected
  }
]
