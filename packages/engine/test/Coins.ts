/** The part of the test game that deals in coins and company: ids, indexes, lock sets that look around. */
import { Action, Command, Event } from "@wr2/core"
import { Result, Schema } from "effect"
import { Coin, Person } from "./People.ts"

const P = Person.Id
const one = { person: P }
const me = (actor: number) => ({ person: P.make(actor) })

export class Penniless extends Schema.TaggedError<Penniless>()("Penniless", {}) {}

/** A coin as it travels. */
export const Carried = Schema.Struct({ id: Coin.Id, value: Schema.Int })

export const Minted = Event.define("Minted", {
  fields: { coin: Coin.Id, holder: P, value: Schema.Int },
  evolve: (e) => [Coin.insert({ id: e.coin, holder: e.holder, value: e.value })],
  heardBy: (e) => [Person.stream(e.holder)]
})
export const Handed = Event.define("Handed", {
  fields: { coin: Coin.Id, from: P, to: P },
  evolve: (e) => [Coin.update(e.coin, (c) => ({ ...c, holder: e.to }))],
  heardBy: (e) => [Person.stream(e.from), Person.stream(e.to)]
})
export const Melted = Event.define("Melted", {
  fields: { coin: Coin.Id, holder: P },
  evolve: (e) => [Coin.remove(e.coin)],
  heardBy: (e) => [Person.stream(e.holder)]
})
export const Greeted = Event.define("Greeted", {
  fields: { person: P, whom: P },
  evolve: (e) => [Person.update(e.whom, (p) => ({ ...p, rung: p.rung + 1 }))],
  heardBy: (e) => [Person.stream(e.whom)]
})
export const Ticked = Event.define("Ticked", {
  fields: { person: P, at: Schema.Int },
  evolve: (e) => [Person.update(e.person, (p) => ({ ...p, rung: p.rung + 1 }))],
  heardBy: (e) => [Person.stream(e.person)]
})

/** Makes coins with new ids. */
export const Mint = Action.make("Mint", { ...one, count: Schema.Int, value: Schema.Int })
export const mint = Mint.rule({
  emits: [Minted],
  locks: (a) => [Person.ref(a.person)],
  decide: (a, { ids, the }) =>
    Result.map(the(Person, a.person), () => ({
      events: Array.from({ length: a.count }, () =>
        Minted.make({ coin: ids.next(Coin), holder: a.person, value: a.value })
      )
    }))
})
/** Hands the first coin on. */
export const Hand = Action.make("Hand", { ...one, to: P })
export const hand = Hand.rule({
  emits: [Handed],
  fails: [Penniless],
  locks: (a, { projection }) => [
    Person.ref(a.person),
    Person.ref(a.to),
    ...projection.by(Coin, "holder", a.person).map((c) => Coin.ref(c.id))
  ],
  decide: (a, { every, the }) =>
    Result.gen(function* () {
      yield* the(Person, a.person)
      yield* the(Person, a.to)
      const coin = every(Coin, "holder", a.person)[0]
      if (coin === undefined) return yield* Result.fail(new Penniless())
      return { events: [Handed.make({ coin: coin.id, from: a.person, to: a.to })] }
    })
})
/** Takes the first coin out of the world. */
export const Melt = Action.make("Melt", one)
export const melt = Melt.rule({
  emits: [Melted],
  fails: [Penniless],
  locks: (a, { projection }) => [
    Person.ref(a.person),
    ...projection.by(Coin, "holder", a.person).map((c) => Coin.ref(c.id))
  ],
  decide: (a, { every }) => {
    const coin = every(Coin, "holder", a.person)[0]
    return coin === undefined
      ? Result.fail(new Penniless())
      : Result.succeed({ events: [Melted.make({ coin: coin.id, holder: a.person })] })
  }
})
/** Greets everybody at the same place: a lock set that depends on where others are. */
export const Greet = Action.make("Greet", one)
export const greet = Greet.rule({
  emits: [Greeted],
  locks: (a, { projection }) => [
    Person.ref(a.person),
    ...projection
      .by(Person, "place", projection.get(Person, a.person)?.place ?? 0)
      .map((p) => Person.ref(p.id))
  ],
  decide: (a, { every, the }) =>
    Result.map(the(Person, a.person), (self) => ({
      events: every(Person, "place", self.place)
        .filter((p) => p.id !== a.person)
        .map((p) => Greeted.make({ person: a.person, whom: p.id }))
    }))
})
const recurring = { ...one, every: Schema.Int, times: Schema.Int }
const again = <A extends { readonly times: number; readonly every: number }>(a: A) =>
  [{ ...a, times: a.times - 1 }, { every: a.every }] as const
/** Recurs while somebody is there; missed times are skipped. */
export const Tick = Action.make("Tick", recurring, { wakes: false })
export const tick = Tick.rule({
  emits: [Ticked],
  locks: (a) => [Person.ref(a.person)],
  decide: (a, { now, the }) =>
    Result.map(the(Person, a.person), () => ({
      events: [Ticked.make({ person: a.person, at: now })],
      next: a.times > 1 ? [Tick.make(...again(a))] : []
    }))
})
/** Recurs, whoever is there; each missed time is made up for. */
export const Tock = Action.make("Tock", recurring, { missed: "run" })
export const tock = Tock.rule({
  emits: [Ticked],
  locks: (a) => [Person.ref(a.person)],
  decide: (a, { now, the }) =>
    Result.map(the(Person, a.person), () => ({
      events: [Ticked.make({ person: a.person, at: now })],
      next: a.times > 1 ? [Tock.make(...again(a))] : []
    }))
})

export const mintCoins = Command.define("mint", {
  grammar: "mint <count> <value>",
  fields: { count: Schema.Int, value: Schema.Int },
  plan: (c, { actor }) => Result.succeed([Mint.make({ ...me(actor), ...c })])
})
export const handCoin = Command.define("hand", {
  grammar: "hand <to>",
  fields: { to: P },
  plan: (c, { actor }) => Result.succeed([Hand.make({ ...me(actor), to: c.to })])
})
export const meltCoin = Command.define("melt", {
  grammar: "melt",
  fields: {},
  plan: (_, { actor }) => Result.succeed([Melt.make(me(actor))])
})
export const greetAll = Command.define("greet", {
  grammar: "greet",
  fields: {},
  plan: (_, { actor }) => Result.succeed([Greet.make(me(actor))])
})
export const tickOn = Command.define("tick", {
  grammar: ["tick <every> <times>"],
  fields: { every: Schema.Int, times: Schema.Int },
  plan: (c, { actor }) => Result.succeed([Tick.make({ ...me(actor), ...c }, { every: c.every })])
})
export const tockOn = Command.define("tock", {
  grammar: ["tock <every> <times>"],
  fields: { every: Schema.Int, times: Schema.Int },
  plan: (c, { actor }) => Result.succeed([Tock.make({ ...me(actor), ...c }, { every: c.every })])
})

export const coins = {
  events: [Minted, Handed, Melted, Greeted, Ticked],
  actions: [mint, hand, melt, greet, tick, tock],
  commands: [mintCoins, handCoin, meltCoin, greetAll, tickOn, tockOn]
} as const
