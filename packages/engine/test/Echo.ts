/**
 * The yard with consumers: for each step that somebody takes a bell rings for them, once, wherever
 * they are by then. So bells are steps, whatever happens in between.
 */
import { Action, Command, Consumer, Event, Game } from "@wr2/core"
import { ConsumerOffsets } from "@wr2/engine/ConsumerOffsets"
import * as Memory from "@wr2/engine/Memory"
import { Effect, Result, Schema } from "effect"
import type { Lab, Machine, Options } from "./Lab.ts"
import { go, people, Person, Rang, Wall, Walked, yard } from "./Yard.ts"

const who = { person: Person.Id }

/** On its way to where the person went. */
const Passed = Event.define("Passed", {
  fields: { ...who, target: Schema.Int },
  heardBy: () => [],
  sends: (e) => ({ target: e.target, command: { _tag: "chime", person: e.person } })
})
const Chime = Action.make("Chime", who)
const chimeRule = Chime.rule({
  emits: [Rang, Passed],
  locks: (a) => [Person.ref(a.person)],
  decide: (a, { instance, now, the }) =>
    Result.succeed({
      events: [
        // Gone in this very cycle: where to is known when it is asked again.
        Result.isSuccess(the(Person, a.person))
          ? Rang.make({ ...a, at: now })
          : Passed.make({ ...a, target: instance })
      ]
    })
})
const PassOn = Action.make("PassOn", { ...who, target: Schema.Int })
const passOnRule = PassOn.rule({
  emits: [Passed],
  locks: () => [],
  decide: (a) => Result.succeed({ events: [Passed.make(a)] })
})
export const chime = Command.define("chime", {
  fields: who,
  from: ["consumer:echo", "instance"],
  rejects: [Wall],
  plan: (c, { departed, projection }) => {
    if (projection.get(Person, c.person) !== undefined) return Result.succeed([Chime.make(c)])
    const target = departed({ type: "Person", id: c.person })
    return target === null
      ? Result.fail(new Wall({ at: c.person }))
      : Result.succeed([PassOn.make({ ...c, target })])
  }
})

/** Places at which `echo` goes wrong. */
export const hole = { throws: 13, spins: 14, forbidden: 15, rejected: 16 } as const
/** What was asked of `echo`, as it may be asked again: `instance/seq`. */
export const heard: Array<string> = []
/** Mended: it throws no more. */
export const mended = { now: false }

const spin = (place: number): void => {
  for (;;) if (place < -1) break
}

export const echo = Consumer.make("echo", {
  events: [Walked],
  issues: [chime, go],
  from: "beginning",
  handle: ({ person, to }, { instance, seq }) => {
    heard.push(`${instance}/${seq}`)
    if (!mended.now) {
      if (to === hole.throws) throw new Error("it was written to throw")
      if (to === hole.spins) spin(to)
      if (to === hole.forbidden) return [{ _tag: "arrive" } as never]
    }
    if (to === hole.rejected) return [chime.make({ person: Person.Id.make(999) })]
    return [chime.make({ person })]
  }
})

/** With a consumer `echo`, or others. */
export const echoing = (...consumers: ReadonlyArray<Consumer.Any>) =>
  Game.make("echo", {
    aggregates: yard.aggregates,
    events: [...yard.events, Passed],
    actions: [...yard.actions, chimeRule, passOnRule],
    commands: [...yard.commands, chime],
    players: yard.players,
    consumers: consumers.length === 0 ? [echo] : consumers
  })

// ---------------------------------------------------------------------- what is asked of a laboratory

/** Nothing was heard yet, and nothing is mended. */
export const forget = (): void => {
  heard.length = 0
  mended.now = false
}
/** Hears what nobody says: with it alone, `echo` falls behind. */
export const deaf = echoing(Consumer.make("deaf", { events: [], issues: [], handle: () => [] }))

/** Two people inside, in each of so many instances of the game. */
export const peopled = Effect.fnUntraced(function* (
  laboratory: (options?: Options) => Effect.Effect<Lab>,
  options: Options = {},
  instances = 1
) {
  // Nobody claims sessions here, and time passes by the minute.
  const limits = { linklessAfter: 1e9, ...options.limits }
  const lab = yield* laboratory({ game: echoing(), ...options, limits })
  for (let instance = 1; instance <= instances; instance++)
    yield* lab.found(instance, people(2, true))
  return lab
})
/** A consumer's row. */
export const offset = (lab: Lab, instance = 1, consumer = "echo") =>
  lab.db.state.offsets.get(`${instance}/${consumer}`)
/** The seq of an instance's newest Event. */
export const newest = (lab: Lab, instance = 1) =>
  Effect.map(lab.kept(instance), ({ events }) => events.at(-1)!.seq)
/** How often the bell rang for somebody. */
export const rung = (lab: Lab, instance = 1, id = 1) =>
  Effect.map(lab.row(instance, `person:${id}`), (row): number => row?.rung ?? 0)
/** Steps taken in an instance. */
export const steps = (lab: Lab, instance = 1) =>
  Effect.map(lab.events(instance), (types) => types.filter((type) => type === "Walked").length)
/** The Waker. */
export const wake = (m: Machine, instance = 1) => m.call(instance, { _tag: "Wake" })
/** An operator's word. */
export const resume = (lab: Lab, to: number | null, instance = 1) =>
  Effect.flatMap(ConsumerOffsets, (offsets) => offsets.resume(instance, "echo", to)).pipe(
    Effect.provide(Memory.layerFrom(lab.db))
  )
