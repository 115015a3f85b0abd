/**
 * The shortest whole game: purses, and gold that moves between them. Tests run it unchanged, in
 * memory and on Postgres.
 */
import { Action, Aggregate, Command, Event, Game } from "@wr2/core"
import { Result, Schema } from "effect"

export class TooPoor extends Schema.TaggedError<TooPoor>()("TooPoor", { has: Schema.Int }) {}
export class Nobody extends Schema.TaggedError<Nobody>()("Nobody", { name: Schema.String }) {}

export const Purse = Aggregate.define("Purse", {
  rank: 1,
  fields: { owner: Schema.String, gold: Schema.Int },
  indexes: { owner: (p) => p.owner }
})
export const Paid = Event.define("Paid", {
  fields: { from: Purse.Id, to: Purse.Id, gold: Schema.Int },
  evolve: (e) => [
    Purse.update(e.from, (p) => ({ ...p, gold: p.gold - e.gold })),
    Purse.update(e.to, (p) => ({ ...p, gold: p.gold + e.gold }))
  ],
  heardBy: (e) => [Purse.stream(e.from), Purse.stream(e.to)]
})
export const Pay = Action.make("Pay", { from: Purse.Id, to: Purse.Id, gold: Schema.Int })
export const payRule = Pay.rule({
  emits: [Paid],
  fails: [TooPoor],
  locks: (a) => [Purse.ref(a.from), Purse.ref(a.to)],
  decide: (a, { the }) =>
    Result.gen(function* () {
      const payer = yield* the(Purse, a.from)
      yield* the(Purse, a.to)
      if (payer.gold < a.gold) return yield* Result.fail(new TooPoor({ has: payer.gold }))
      return { events: [Paid.make(a)] }
    })
})
export const pay = Command.define("pay", {
  grammar: "pay <gold> [to] <name>",
  fields: { gold: Schema.Int.check(Schema.isGreaterThan(0)), name: Schema.String },
  rejects: [Nobody],
  plan: (c, { actor, projection }) => {
    const to = projection.by(Purse, "owner", c.name)[0]
    return to
      ? Result.succeed([Pay.make({ from: Purse.Id.make(actor), to: to.id, gold: c.gold })])
      : Result.fail(new Nobody({ name: c.name }))
  }
})
export const bank = Game.make("bank", {
  aggregates: [Purse],
  events: [Paid],
  actions: [payRule],
  commands: [pay]
})
