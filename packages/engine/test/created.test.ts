/** A row that another Action made: what may change it does not depend on which cycle it ran in. */
import { assert, it } from "@effect/vitest"
import { Action, Event, Game } from "@wr2/core"
import { Effect, Result, Schema } from "effect"
import { inBothForms, pass } from "./Lab.ts"
import { pending } from "./Looks.ts"
import { Coin, people } from "./Yard.ts"

const Made = Event.define("Made", {
  fields: { coin: Coin.Id },
  evolve: (e) => [
    Coin.insert({ id: e.coin, holder: 1, value: 1 }),
    Coin.update(e.coin, (coin) => ({ ...coin, value: 2 }))
  ],
  heardBy: () => []
})
const Spent = Event.define("Spent", {
  fields: { coin: Coin.Id },
  evolve: (e) => [Coin.update(e.coin, (coin) => ({ ...coin, value: 0 }))],
  heardBy: () => []
})
const Make = Action.make("Make", { locks: Schema.Boolean })
const Spend = Action.make("Spend", { coin: Coin.Id, locks: Schema.Boolean })
const make = Make.rule({
  emits: [Made],
  locks: () => [],
  decide: ({ locks }, { ids }) => {
    const coin = ids.next(Coin)
    return Result.succeed({ events: [Made.make({ coin })], next: [Spend.make({ coin, locks })] })
  }
})
const spend = Spend.rule({
  emits: [Spent],
  locks: ({ coin, locks }) => (locks ? [Coin.ref(coin)] : []),
  decide: ({ coin }) => Result.succeed({ events: [Spent.make({ coin })] })
})
const mint = Game.make("mint", {
  aggregates: [people(1)[0]!.ref.aggregate, Coin],
  events: [Made, Spent],
  actions: [make, spend],
  commands: []
})

inBothForms("a row that another Action made", (laboratory) => {
  it.effect.each([
    [true, ["Made", "Spent"], 0],
    [false, ["Made"], 1]
  ] as const)("is changed by who locks it, and by nobody else: %s", ([locks, events, dead]) =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ game: mint })
      yield* lab.found(1, people(1), [pending(1, 1, { type: "Make", actor: null }, { locks })])
      const m = yield* lab.machine()
      yield* m.call(1, { _tag: "Wake" })
      yield* pass(1_000)
      assert.deepStrictEqual(yield* lab.events(1), events)
      const kept = yield* lab.kept(1)
      assert.strictEqual(kept.dead.size, dead)
      for (const { error } of kept.dead.values()) assert.match(error, /Spend did not lock/)
    })
  )
})
