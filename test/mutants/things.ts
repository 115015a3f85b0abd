/** Mutants of conservation: each thing is in one place, and totals change only by Events that say so. */
import { assert } from "@effect/vitest"
import type { Event } from "@wr2/core"
import { Inboxes } from "@wr2/engine/Ingress"
import type { Box } from "@wr2/engine/Ingress"
import { StoreError } from "@wr2/engine/InstanceStore"
import { Effect } from "effect"
import * as Lab from "../../packages/engine/test/Lab.ts"
import { Coin, people, Person } from "../../packages/engine/test/Yard.ts"
import { conserved } from "../simulation/Checks.ts"
import type { Check, Mutant } from "./Mutant.ts"
import * as Swaps from "./Swaps.ts"

const invariant = "10 conservation"

const crossed: Check = {
  name: "who crosses, killed on the way, is in one place with all that was carried",
  run: Effect.fnUntraced(function* (options) {
    const lost = () => Effect.fail(new StoreError({ reason: "Unknown", message: "lost" }))
    const lab = yield* Lab.make(options)
    const coins = [1, 2].map((id) => Coin.row({ id: 100 + id, holder: id, value: id }))
    yield* lab.found(1, [...people(2, true), ...coins])
    yield* lab.found(2, [])
    const first = yield* lab.machine({
      faults: {
        before: (call) =>
          call.method === "commit" && call.instances.includes(2) ? Effect.never : Effect.void
      }
    })
    yield* Lab.known(first, 1, 1).say("cross 2")
    yield* Lab.pass(200)
    yield* first.crash
    const second = yield* lab.machine({
      faults: {
        after: Lab.once((c) => c.method === "commit" && c.instances.includes(2), lost)
      }
    })
    yield* Lab.known(second, 1, 2).say("cross 2")
    yield* Lab.pass(3_000)
    assert.deepStrictEqual(conserved([yield* lab.kept(1), yield* lab.kept(2)], 2), [])
    assert.strictEqual((yield* lab.kept(2)).rows.size, 4)
  })
}

const paid: Check = {
  name: "handing coins round keeps their sum",
  run: Effect.fnUntraced(function* (options) {
    const lab = yield* Lab.make(options)
    const coins = [1, 2].map((id) => Coin.row({ id: 100 + id, holder: id, value: 10 * id }))
    yield* lab.found(1, [...people(2, true), ...coins])
    const m = yield* lab.machine()
    yield* Lab.known(m, 1, 1).say("hand 2", "mint 1 5", "hand 2")
    yield* Lab.known(m, 1, 2).say("hand 1", "hand 1", "melt")
    const { events, rows } = yield* lab.kept(1)
    const values = new Map([...coins].map(({ row }) => [row.id as number, row.value as number]))
    for (const { payload } of events) {
      const told = JSON.parse(payload)
      if (told._tag === "Minted") values.set(told.coin, told.value)
      if (told._tag === "Melted") values.delete(told.coin)
    }
    const sum = (all: Iterable<number>) => [...all].reduce((a, b) => a + b, 0)
    const held = [...rows.values()].flatMap(({ row }) =>
      row.value === undefined ? [] : [row.value]
    )
    assert.strictEqual(sum(held), sum(values.values()))
  })
}

const evolve = (change: (event: any) => ReadonlyArray<unknown>): Partial<Event.Any> =>
  ({ evolve: change }) as never

/** Takes a message in again that it had before. */
class Gullible extends Inboxes {
  override box(...args: Parameters<Inboxes["box"]>): Box {
    const box = super.box(...args)
    if (box.actor.type === "instance") box.lastN = 0
    return box
  }
}

export const mutants: ReadonlyArray<Mutant> = [
  {
    name: "duplicated item: who crosses leaves the coins behind as well",
    invariant,
    with: Swaps.event("Crossed", () => evolve((e) => [Person.remove(e.person)])),
    check: crossed
  },
  {
    name: "lost message: it is not written with the Event that sends it",
    invariant,
    with: Swaps.writes((writes) => ({ ...writes, outbox: [] })),
    check: crossed
  },
  {
    name: "message not kept: its row goes before it is acknowledged",
    invariant,
    with: {
      store: (store, db) => ({
        ...store,
        commit: (cycles) =>
          Effect.tap(store.commit(cycles), () =>
            Effect.sync(() => {
              for (const { instance } of cycles) db.state.instances.get(instance)?.outbox.clear()
            })
          )
      })
    },
    check: crossed
  },
  {
    name: "doubled message: what was delivered is taken in again",
    invariant,
    with: Swaps.inboxes((limits, cursors) => new Gullible(limits, cursors)),
    check: crossed
  },
  {
    name: "non-conserving transfer: a coin grows when it is handed on",
    invariant,
    with: Swaps.event("Handed", () =>
      evolve((e) => [Coin.update(e.coin, (c) => ({ ...c, holder: e.to, value: c.value + 1 }))])
    ),
    check: paid
  }
]
