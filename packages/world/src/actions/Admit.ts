/** Lets a traveller in, always: it is nowhere else. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { CharacterArrived } from "../events/CharacterArrived.ts"
import { CharacterReceived } from "../events/CharacterReceived.ts"
import * as Triggers from "../Triggers.ts"

export const Admit = Action.make("Admit", {
  /** As it will stand here: room and home are of this instance. */
  character: Character.Row,
  items: Schema.Array(Item.Row),
  session: Schema.String
})
/** Locks nothing: all its rows are new. */
export const admitRule = Admit.rule({
  emits: [CharacterReceived, CharacterArrived],
  locks: () => [],
  decide: (a, { now }) => {
    const { id: character, name, room } = a.character
    return Result.succeed({
      events: [
        CharacterReceived.make({ ...a, at: now }),
        CharacterArrived.make({ character, name, room })
      ],
      issue: Triggers.arrived(character, room)
    })
  }
})
