/** A character goes into its group's copy of a place: the one that is open, else a new one. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Instance } from "../aggregates/Instance.ts"
import { ownedBy, Passage } from "../aggregates/Passage.ts"
import { Room } from "../aggregates/Room.ts"
import * as Copies from "../Copies.ts"
import { PassageOpened } from "../events/PassageOpened.ts"
import { Elsewhere } from "../Failures.ts"
import { Depart } from "./Depart.ts"

export const Delve = Action.make("Delve", {
  character: Character.Id,
  room: Room.Id,
  portal: Schema.String,
  /** Slug and number of the place. */
  place: Schema.String,
  number: Schema.Int,
  /** Slug of the room in which one arrives. */
  arrival: Schema.String
})

/** Whose copy a character goes into: its group's, which goes by its leader. */
const ownerOf = ({ id, party }: Character): number => party ?? id

/** Locks the instance, so that of a group who go together one opens the way. */
export const delveRule = Delve.rule({
  emits: [PassageOpened],
  fails: [Elsewhere],
  locks: (a, { projection }) => {
    const character = projection.get(Character, a.character)
    const key = character === undefined ? "" : ownedBy(a.place, ownerOf(character))
    return [
      ...projection.all(Instance).map(({ id }) => Instance.ref(id)),
      Character.ref(a.character),
      ...projection.by(Passage, "owner", key).map(({ id }) => Passage.ref(id))
    ]
  },
  decide: (a, { every, ids, instance, the }) =>
    Result.gen(function* () {
      const character = yield* the(Character, a.character)
      if (!character.inside || character.room !== a.room) {
        return yield* Result.fail(new Elsewhere())
      }
      const { arrival, number, place, portal, room } = a
      const goes = (target: number) =>
        Depart.make({ character: character.id, room, portal, target, arrival })
      const owner = ownerOf(character)
      const [open] = every(Passage, "owner", ownedBy(place, owner))
      if (open !== undefined) return { next: [goes(open.copy)] }
      const id = ids.next(Passage)
      const copy = Copies.numberOf(instance, number, id)
      // An instance whose number nobody gave makes none: all go into the place itself.
      if (copy === null) return { next: [goes(number)] }
      const opened = PassageOpened.make({ passage: { id, place, owner, copy } })
      return { events: [opened], next: [goes(copy)] }
    })
})
