/**
 * The game of simulated worlds: the yard, and a consumer that writes down each step that somebody
 * takes: one note of it, by a Command, in the book of who took it, wherever they are by then.
 */
import { Action, Command, Consumer, Event } from "@wr2/core"
import type { Game } from "@wr2/core"
import { Result, Schema } from "effect"
import { Person, Walked, Wall, yard } from "../../packages/engine/test/Yard.ts"

/** Of which step: its Event's instance and seq, its name for ever. */
const step = { person: Person.Id, instance: Schema.Int, seq: Schema.Int }
export type Step = { readonly person: number; readonly instance: number; readonly seq: number }

/** What was written down. */
const Noted = Event.define("Noted", {
  fields: step,
  evolve: (e) => [Person.update(e.person, (p) => ({ ...p, rung: p.rung + 1 }))],
  heardBy: (e) => [Person.stream(e.person)]
})
/** On its way to where the person went. */
const Followed = Event.define("Followed", {
  fields: { ...step, target: Schema.Int },
  heardBy: () => [],
  sends: ({ target, ...e }) => ({ target, command: { ...e, _tag: "note" } })
})

const Note = Action.make("Note", step)
const noteRule = Note.rule({
  emits: [Noted, Followed],
  locks: (a) => [Person.ref(a.person)],
  decide: (a, { instance, the }) =>
    Result.succeed({
      events: [
        // Gone in this very cycle: where to is known when it is asked again.
        Result.isSuccess(the(Person, a.person))
          ? Noted.make(a)
          : Followed.make({ ...a, target: instance })
      ]
    })
})
const Follow = Action.make("Follow", { ...step, target: Schema.Int })
const followRule = Follow.rule({
  emits: [Followed],
  locks: () => [],
  decide: (a) => Result.succeed({ events: [Followed.make(a)] })
})
const note = Command.define("note", {
  fields: step,
  from: ["consumer:scribe", "instance"],
  rejects: [Wall],
  plan: (c, { departed, projection }) => {
    if (projection.get(Person, c.person) !== undefined) return Result.succeed([Note.make(c)])
    const target = departed({ type: "Person", id: c.person })
    return target === null
      ? Result.fail(new Wall({ at: c.person }))
      : Result.succeed([Follow.make({ ...c, target })])
  }
})

/** The consumer's name, and the Events that it hears. */
export const scribe = "scribe"
export const heard: string = Walked._tag
/** Actions by which a step's Command is had, and the Event by which it took effect. */
export const taken: ReadonlySet<string> = new Set([Note._tag, Follow._tag])
export const noted: string = Noted._tag
/** What it throws while it is broken. */
export const broken = "the scribe has no ink"

/** A game, the yard or a broken one, with the scribe; `isBroken` is asked at each step that it hears. */
export const scribed = (
  game: Game.Any = yard,
  isBroken: () => boolean = () => false
): Game.Any => ({
  ...game,
  events: [...game.events, Noted, Followed],
  actions: [...game.actions, noteRule, followRule],
  commands: [...game.commands, note],
  consumers: [
    Consumer.make(scribe, {
      events: [Walked],
      issues: [note],
      from: "beginning",
      handle: ({ person }, { instance, seq }) => {
        if (isBroken()) throw new Error(broken)
        return [note.make({ person, instance, seq })]
      }
    })
  ]
})

/** The game as it is meant to be. */
export const game = scribed()
