/** A game for the engine's tests: people on a line of places, bells, and rules that go wrong on purpose. */
import { Action, Command, Event, Game } from "@wr2/core"
import { Result, Schema } from "effect"
import { Carried, coins, Greeted } from "./Coins.ts"
import { comings, players } from "./Comings.ts"
import { Coin, Person } from "./People.ts"

export { Coin, people, Person } from "./People.ts"

export class Wall extends Schema.TaggedError<Wall>()("Wall", { at: Schema.Int }) {}

const P = Person.Id
const person = (id: number) => Person.stream(id)

export const Walked = Event.define("Walked", {
  fields: { person: P, from: Schema.Int, to: Schema.Int },
  evolve: (e) => [Person.update(e.person, (p) => ({ ...p, place: e.to }))],
  heardBy: (e) => [`place:${e.from}`, `place:${e.to}`],
  follows: (e) => [
    { subscriber: person(e.person), leave: [`place:${e.from}`], join: [`place:${e.to}`] }
  ]
})
export const Rang = Event.define("Rang", {
  fields: { person: P, at: Schema.Int },
  evolve: (e) => [Person.update(e.person, (p) => ({ ...p, rung: p.rung + 1 }))],
  heardBy: (e) => [person(e.person)]
})
export const Seen = Event.define("Seen", {
  fields: { place: Schema.Int, names: Schema.Array(Schema.String) },
  heardBy: () => []
})
const traveller = {
  person: P,
  name: Schema.String,
  rung: Schema.Int,
  session: Schema.String,
  coins: Schema.Array(Carried)
}
export const Crossed = Event.define("Crossed", {
  fields: { ...traveller, target: Schema.Int },
  evolve: (e) => [...e.coins.map((c) => Coin.remove(c.id)), Person.remove(e.person)],
  heardBy: (e) => [person(e.person)],
  sends: ({ target, ...e }) => ({
    target,
    command: arrive.make({ ...e, back: false }),
    traveller: { type: "Person", id: e.person }
  })
})
/** Not let in: on the way back, where it is always let in. */
export const TurnedBack = Event.define("TurnedBack", {
  fields: { ...traveller, target: Schema.Int },
  heardBy: () => [],
  sends: ({ target, ...e }) => ({
    target,
    command: arrive.make({ ...e, back: true }),
    traveller: { type: "Person", id: e.person }
  })
})
export const Arrived = Event.define("Arrived", {
  fields: traveller,
  evolve: (e) => [
    Person.insert({ id: e.person, name: e.name, place: 0, rung: e.rung }),
    Person.setRuntime(e.person, { session: e.session, mood: "arrived" }),
    ...e.coins.map((c) => Coin.insert({ ...c, holder: e.person }))
  ],
  heardBy: (e) => [person(e.person)]
})

const one = { person: P }
export const Walk = Action.make("Walk", { ...one, by: Schema.Int })
export const walk = Walk.rule({
  emits: [Walked],
  fails: [Wall],
  locks: (a) => [Person.ref(a.person)],
  decide: (a, { the }) =>
    Result.gen(function* () {
      const { place } = yield* the(Person, a.person)
      const to = place + a.by
      if (to < 0) return yield* Result.fail(new Wall({ at: place }))
      return { events: [Walked.make({ person: a.person, from: place, to })] }
    })
})
export const Ring = Action.make(
  "Ring",
  { ...one, times: Schema.Int, every: Schema.Int },
  { wakes: true }
)
export const ring = Ring.rule({
  emits: [Rang],
  locks: (a) => [Person.ref(a.person)],
  decide: (a, { now, the }) =>
    Result.gen(function* () {
      yield* the(Person, a.person)
      return {
        events: [Rang.make({ person: a.person, at: now })],
        next:
          a.times > 1
            ? [Ring.make({ ...a, times: a.times - 1 }, a.every > 0 ? { every: a.every } : {})]
            : []
      }
    })
})
/** Forces another to walk: an issued Command. */
export const Push = Action.make("Push", { ...one, whom: P, by: Schema.Int })
export const push = Push.rule({
  emits: [Rang],
  locks: (a) => [Person.ref(a.person), Person.ref(a.whom)],
  decide: (a, { now }) =>
    Result.succeed({
      events: [Rang.make({ person: a.person, at: now })],
      issue: [{ actor: { type: "Person", id: a.whom }, command: go.make({ by: a.by }) }]
    })
})
/** Does not come back. */
const spin = (place: number): void => {
  for (;;) if (place < -1) break
}
export const Misbehave = Action.make("Misbehave", { ...one, how: Schema.String })
export const misbehave = Misbehave.rule({
  emits: [Rang, Greeted, Crossed],
  locks: (a, { projection }) => {
    if (a.how === "unlocked") return []
    const coins = a.how === "hoard" ? projection.by(Coin, "holder", a.person) : []
    return [Person.ref(a.person), ...coins.map(({ id }) => Coin.ref(id))]
  },
  decide: (a, { now, the }) =>
    Result.gen(function* () {
      if (a.how === "throw") throw new Error("it was written to throw")
      if (a.how === "hoard") throw new Error("it was written to throw over a hoard")
      // What cannot even be asked what it is.
      if (a.how === "strange") throw Object.create(null)
      if (a.how === "loop") return { next: [Misbehave.make(a)] }
      // One follow-up that is fine, and one that is none.
      if (a.how === "follow")
        return { next: [Misbehave.make({ ...a, how: "fine" }), { _tag: "Dance", payload: {} }] }
      if (a.how === "mutter") {
        return {
          issue: [{ actor: { type: "Person", id: a.person }, command: { _tag: "nonsense" } }]
        }
      }
      const p = yield* the(Person, a.person)
      if (a.how === "spin") spin(p.place)
      const rang = Rang.make({ person: a.person, at: now })
      // An Event that changes somebody who is not locked; one that sends, before one that is wrong.
      if (a.how === "reach")
        return { events: [Greeted.make({ person: a.person, whom: P.make(2) })] }
      if (a.how === "flee") {
        const gone = { person: a.person, name: p.name, rung: 0, session: "", coins: [], target: 2 }
        return { events: [Crossed.make(gone), { ...rang, at: 0.5 }] }
      }
      if (a.how === "half") return { events: [rang, { ...rang, at: 0.5 }] }
      return { events: [rang] }
    })
})
export const Slow = Action.make("Slow", one, { queueFirst: true })
export const slow = Slow.rule({
  emits: [Rang],
  locks: (a) => [Person.ref(a.person)],
  decide: (a, { now, the }) =>
    Result.map(the(Person, a.person), () => ({
      events: [Rang.make({ person: a.person, at: now })]
    }))
})
export const Look = Action.make("Look", one)
export const look = Look.view({
  emits: [Seen],
  view: (a, { projection }) => {
    const me = projection.get(Person, a.person)
    return me === undefined
      ? Result.fail(new Action.Gone({ aggregate: "Person", id: a.person }))
      : Result.succeed([
          Seen.make({
            place: me.place,
            names: projection.by(Person, "place", me.place).map((p) => p.name)
          })
        ])
  }
})
/** A view that goes wrong on purpose. */
export const Peek = Action.make("Peek", { ...one, how: Schema.String })
export const peekView = Peek.view({
  emits: [Seen],
  view: (a, { projection }) => {
    if (a.how === "throw") throw new Error("the view was written to throw")
    const place = projection.get(Person, a.person)?.place ?? 0
    if (a.how === "spin") spin(place)
    return Result.succeed([Seen.make({ place, names: [] })])
  }
})
export const Cross = Action.make("Cross", { ...one, target: Schema.Int })
export const cross = Cross.rule({
  emits: [Crossed],
  locks: (a, { projection }) => [
    Person.ref(a.person),
    ...projection.by(Coin, "holder", a.person).map((c) => Coin.ref(c.id))
  ],
  decide: (a, { every, runtime, the }) =>
    Result.gen(function* () {
      const { name, rung } = yield* the(Person, a.person)
      const session = (yield* runtime(Person, a.person)).session ?? ""
      const coins = every(Coin, "holder", a.person).map(({ id, value }) => ({ id, value }))
      return { events: [Crossed.make({ ...a, name, rung, session, coins })] }
    })
})
/** Two of one name are too many: who comes second is sent back. `nobody` is refused, which is wrong. */
export const Arrive = Action.make("Arrive", { ...traveller, back: Schema.Boolean })
export const arriveRule = Arrive.rule({
  emits: [Arrived, TurnedBack],
  fails: [Wall],
  locks: (a, { projection }) => projection.by(Person, "name", a.name).map((p) => Person.ref(p.id)),
  decide: (a, { actor, every }) => {
    if (a.name === "nobody") return Result.fail(new Wall({ at: 0 }))
    const full = !a.back && every(Person, "name", a.name).length > 0
    return Result.succeed({
      events: [full ? TurnedBack.make({ ...a, target: actor!.id }) : Arrived.make(a)]
    })
  }
})
const me = (actor: number) => ({ person: P.make(actor) })
export const go = Command.define("go", {
  grammar: ["go <by>", ["n", { by: 1 }], ["s", { by: -1 }]],
  fields: { by: Schema.Int },
  plan: (c, { actor }) => Result.succeed([Walk.make({ ...me(actor), by: c.by })])
})
export const goLook = Command.define("stroll", {
  grammar: "stroll",
  fields: {},
  plan: (_, { actor }) => Result.succeed([Walk.make({ ...me(actor), by: 1 }), Look.make(me(actor))])
})
export const double = Command.define("double", {
  grammar: "double",
  fields: {},
  plan: (_, { actor }) =>
    Result.succeed([
      Walk.make({ ...me(actor), by: 1 }),
      Ring.make({ ...me(actor), times: 2, every: 0 }),
      Walk.make({ ...me(actor), by: 1 })
    ])
})
export const bell = Command.define("bell", {
  grammar: "bell <after> <times> <every>",
  fields: { after: Schema.Int, times: Schema.Int, every: Schema.Int },
  plan: (c, { actor }) =>
    Result.succeed([
      Ring.make({ ...me(actor), times: c.times, every: c.every }, { after: c.after })
    ])
})
export const shove = Command.define("shove", {
  grammar: "shove <whom> <by>",
  fields: { whom: P, by: Schema.Int },
  plan: (c, { actor }) => Result.succeed([Push.make({ ...me(actor), ...c })])
})
export const wrong = Command.define("wrong", {
  grammar: "wrong <how>",
  fields: { how: Schema.String },
  plan: (c, { actor }) => {
    if (c.how === "plan") throw new Error("the plan was written to throw")
    if (c.how === "planstrange") throw Object.create(null)
    if (c.how === "nothing") return Result.succeed([])
    if (c.how === "planspin") spin(actor)
    return Result.succeed([Misbehave.make({ ...me(actor), how: c.how })])
  }
})
export const slowly = Command.define("slow", {
  grammar: "slow",
  fields: {},
  plan: (_, { actor }) => Result.succeed([Slow.make(me(actor))])
})
export const see = Command.define("look", {
  grammar: "look",
  fields: {},
  plan: (_, { actor }) => Result.succeed([Look.make(me(actor))])
})
export const crossTo = Command.define("cross", {
  grammar: "cross <target>",
  fields: { target: Schema.Int },
  plan: (c, { actor }) => Result.succeed([Cross.make({ ...me(actor), target: c.target })])
})
export const arrive = Command.define("arrive", {
  fields: { ...traveller, back: Schema.Boolean },
  from: ["instance"],
  rejects: [Wall],
  plan: (c) =>
    c.name === "refugee" ? Result.fail(new Wall({ at: 1 })) : Result.succeed([Arrive.make(c)])
})
export const urgent = Command.define("urgent", {
  grammar: "urgent <after> <priority>",
  fields: { after: Schema.Int, priority: Schema.Int },
  plan: (c, { actor }) => Result.succeed([Ring.make({ ...me(actor), times: 1, every: 0 }, c)])
})
/** Of its three Actions one is refused, one breaks, one rings. */
export const stumble = Command.define("stumble", {
  grammar: "stumble",
  fields: {},
  plan: (_, { actor }) =>
    Result.succeed([
      Walk.make({ ...me(actor), by: -99 }),
      Misbehave.make({ ...me(actor), how: "throw" }),
      Ring.make({ ...me(actor), times: 1, every: 0 })
    ])
})
/** Rings later; shows where one stands at once. */
export const alarm = Command.define("alarm", {
  grammar: "alarm <after>",
  fields: { after: Schema.Int },
  plan: (c, { actor }) =>
    Result.succeed([Ring.make({ ...me(actor), times: 1, every: 0 }, c), Look.make(me(actor))])
})
export const peek = Command.define("peek", {
  grammar: ["peek <how>", ["strollpeek <how>", { first: 1 }]],
  fields: { how: Schema.String, first: Schema.NullOr(Schema.Int) },
  plan: (c, { actor }) =>
    Result.succeed([
      ...(c.first === null ? [] : [Walk.make({ ...me(actor), by: c.first })]),
      Peek.make({ ...me(actor), how: c.how })
    ])
})

export const yard = Game.make("yard", {
  aggregates: [Person, Coin],
  events: [Walked, Rang, Seen, Crossed, TurnedBack, Arrived, ...comings.events, ...coins.events],
  actions: [
    walk,
    ring,
    push,
    misbehave,
    slow,
    look,
    peekView,
    cross,
    arriveRule,
    ...comings.actions,
    ...coins.actions
  ],
  commands: [
    go,
    goLook,
    double,
    bell,
    shove,
    wrong,
    slowly,
    see,
    crossTo,
    arrive,
    urgent,
    peek,
    alarm,
    stumble,
    ...coins.commands
  ],
  players
})
