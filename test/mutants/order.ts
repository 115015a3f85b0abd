/** Mutants of order: seqs without gap or reuse, an actor's Actions in their order. */
import { assert } from "@effect/vitest"
import { Inboxes } from "@wr2/engine/Ingress"
import * as Invariants from "@wr2/testkit/Invariants"
import { Effect } from "effect"
import * as Lab from "../../packages/engine/test/Lab.ts"
import { pending } from "../../packages/engine/test/Looks.ts"
import { people } from "../../packages/engine/test/Yard.ts"
import { historyOf } from "../simulation/Checks.ts"
import type { Check, Mutant } from "./Mutant.ts"
import * as Swaps from "./Swaps.ts"

const gapless: Check = {
  name: "seqs are 1, 2, 3 ... over owners",
  run: Effect.fnUntraced(function* (options) {
    const lab = yield* Lab.make(options)
    yield* lab.found(1, people(2, true))
    const told: Array<number> = []
    let n = 1
    for (let owner = 0; owner < 3; owner++) {
      const m = yield* lab.machine()
      const feed = yield* Lab.listen(m, 1, (yield* lab.kept(1)).events.length)
      yield* Lab.idle
      yield* Effect.forkDetach(Lab.known(m, 1, 1).send(Lab.text(n, "double", n - 1)))
      yield* Lab.pass(1_000)
      n++
      told.push(...feed.chunks.flatMap(({ events }) => events.map(({ seq }) => seq)))
      yield* m.crash
    }
    const { events } = yield* lab.kept(1)
    assert.deepStrictEqual(Invariants.gapless(Swaps.yard, historyOf(1, yield* lab.kept(1))), [])
    assert.strictEqual(events.length, 12)
    assert.deepStrictEqual(
      told,
      events.map(({ seq }) => seq)
    )
  })
}

const inOrder: Check = {
  name: "one actor's Actions take effect in order of (due time, acceptance number)",
  run: Effect.fnUntraced(function* (options) {
    const lab = yield* Lab.make(options)
    yield* lab.found(1, people(1, true), [
      pending(1, 1, { runAt: 3_000 }),
      pending(2, 1, { runAt: 1_000 }),
      pending(3, 1, { runAt: 2_000 })
    ])
    const m = yield* lab.machine()
    const lines = ["go 1", "go 2", "go 3", "bell 100 1 0", "go 4"]
    yield* Effect.forkDetach(Lab.known(m, 1, 1).say(...lines))
    yield* Lab.pass(2_000)
    const history = historyOf(1, yield* lab.kept(1))
    assert.deepStrictEqual(Invariants.ordered(history), [])
    const done = [...history.log].sort((a, b) => a.firstSeq! - b.firstSeq!)
    assert.deepStrictEqual(
      done.slice(0, 3).map(({ no }) => no),
      [2, 3, 1]
    )
    assert.deepStrictEqual(
      done.map(({ commandId }) => commandId),
      [null, null, null, "person:1#1", "person:1#2", "person:1#3", "person:1#5", "person:1#4"]
    )
  })
}

/** The last to come is the first to go. */
class Impatient extends Inboxes {
  override offer(...args: Parameters<Inboxes["offer"]>): void {
    super.offer(...args)
    const { inbox } = this.box(args[0].actor)
    if (inbox.length > 1) inbox.unshift(inbox.pop()!)
  }
}

export const mutants: ReadonlyArray<Mutant> = [
  {
    name: "reused seq: the next owner begins one too low, and INSERT overwrites",
    invariant: "3 seqs 1, 2, 3 ...",
    with: {
      store: (store, db) => ({
        ...store,
        activate: (instance, owner) =>
          Effect.map(store.activate(instance, owner), (activation) => ({
            ...activation,
            lastSeq: Math.max(0, activation.lastSeq - 1)
          })),
        commit: (cycles) =>
          store.commit(
            cycles.map((cycle) => ({
              ...cycle,
              decide: (locked) => {
                const writes = cycle.decide(locked)
                const events = db.state.instances.get(cycle.instance)!.events
                const first = writes?.events[0]?.seq ?? Infinity
                while ((events.at(-1)?.seq ?? 0) >= first) events.pop()
                return writes
              }
            }))
          )
      })
    },
    check: gapless
  },
  {
    name: "lost Event: of several in a cycle the first is not written",
    invariant: "3 seqs 1, 2, 3 ...",
    with: Swaps.writes((writes) =>
      writes.events.length > 1 ? { ...writes, events: writes.events.slice(1) } : writes
    ),
    check: gapless
  },
  {
    name: "reordered actor: the last Command that came is the first to be planned",
    invariant: "4 order of an actor",
    with: Swaps.inboxes((limits, cursors) => new Impatient(limits, cursors)),
    check: inOrder
  },
  {
    name: "reordered queue: it is loaded with its due times exchanged",
    invariant: "4 order of an actor",
    with: {
      store: (store) => ({
        ...store,
        activate: (instance, owner) =>
          Effect.map(store.activate(instance, owner), (activation) => ({
            ...activation,
            queue: activation.queue.map((record) => ({ ...record, runAt: 4_000 - record.runAt }))
          }))
      })
    },
    check: inOrder
  }
]
