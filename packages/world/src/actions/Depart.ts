/** A character goes through a portal to another instance, with all that it carries. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Feats } from "../aggregates/Feats.ts"
import { Instance } from "../aggregates/Instance.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import * as Carried from "../Carried.ts"
import * as Copies from "../Copies.ts"
import { CharacterDeparted } from "../events/CharacterDeparted.ts"
import { CharacterSent } from "../events/CharacterSent.ts"
import { FeatsSent } from "../events/FeatsSent.ts"
import { Elsewhere, Fighting } from "../Failures.ts"
import * as Fights from "../Fights.ts"
import { unlessGone } from "../Found.ts"
import { LeaveCopy } from "./LeaveCopy.ts"

export const Depart = Action.make("Depart", {
  character: Character.Id,
  room: Room.Id,
  portal: Schema.String,
  /** Instance and authored room in which it arrives. */
  target: Schema.Int,
  arrival: Schema.String
})
/** Locks the character and, however deep, all that goes with it. */
export const departRule = Depart.rule({
  emits: [CharacterDeparted, FeatsSent, CharacterSent],
  fails: [Elsewhere, Fighting],
  locks: (a, { projection }) => [
    Character.ref(a.character),
    Feats.ref(a.character),
    ...Fights.foes(projection, a.character),
    ...Carried.deep(projection, "character", a.character)
  ],
  decide: (a, { every, instance, runtime, the }) =>
    Result.gen(function* () {
      const character = yield* the(Character, a.character)
      if (character.room !== a.room) return yield* Result.fail(new Elsewhere())
      if (character.fighting !== null || every(Mob, "fighting", a.character).length > 0) {
        return yield* Result.fail(new Fighting())
      }
      const { session } = yield* runtime(Character, a.character)
      const items = Carried.deepRows(every, "character", a.character)
      const feats = yield* unlessGone(the(Feats, a.character))
      const { arrival, portal, room, target } = a
      return {
        events: [
          CharacterDeparted.make({ character: character.id, name: character.name, room, portal }),
          ...(feats === undefined ? [] : [FeatsSent.make({ feats, target })]),
          CharacterSent.make({ character, items, session, target, arrival })
        ],
        next: Copies.isCopy(instance)
          ? [LeaveCopy.make({ instance: Instance.Id.make(instance) })]
          : []
      }
    })
})
