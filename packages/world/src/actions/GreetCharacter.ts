/** A room's trigger speaks to who came in, and may give something. Whoever is gone by then is not greeted. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { heldBy, Item } from "../aggregates/Item.ts"
import { Room } from "../aggregates/Room.ts"
import * as Carried from "../Carried.ts"
import * as Lookup from "../content/Lookup.ts"
import { World } from "../content/World.ts"
import { Greeted } from "../events/Greeted.ts"
import { ItemMade } from "../events/ItemMade.ts"
import { RoomRemembered } from "../events/RoomRemembered.ts"
import { unlessGone } from "../Found.ts"
import * as Making from "../Making.ts"
import { ForgetGreeting } from "./ForgetGreeting.ts"

export const GreetCharacter = Action.make("GreetCharacter", {
  room: Room.Id,
  character: Character.Id
})
/** Locks the room, the character and what it carries: who has the gift is given none. */
export const greetCharacterRule = GreetCharacter.rule({
  emits: [Greeted, RoomRemembered, ItemMade],
  locks: (a, { projection }) => [
    Room.ref(a.room),
    Character.ref(a.character),
    ...Carried.held(projection, "character", a.character)
  ],
  decide: (a, { content, dice, every, ids, runtime, the }) =>
    Result.gen(function* () {
      const room = yield* the(Room, a.room)
      const character = yield* unlessGone(the(Character, a.character))
      if (character === undefined) return {}
      const { id, inside, name } = character
      const { onEnter } = Lookup.room(content, room.template)
      const { greeted } = Result.getOrElse(runtime(Room, a.room), () => nobody)
      if (onEnter === null || !inside || character.room !== room.id || greeted.includes(id)) {
        return {}
      }
      const { again, gives, says, speaker } = onEnter
      const memory = { greeted: [...greeted, id] }
      const greeting = { room: room.id, speaker, text: says, character: id, name }
      const carried = every(Item, "holder", heldBy("character", id))
      const wanted =
        gives !== null &&
        carried.length < content(World).settings.carry &&
        carried.every(({ template }) => template !== gives)
      const gift = wanted
        ? Making.items({ content, dice, nextId: () => ids.next(Item) }, gives, "character", id)
        : []
      const made = gift.slice(0, 1).map((item) =>
        ItemMade.make({
          character: id,
          giver: speaker,
          itemName: Lookup.itemName(content, item),
          items: gift
        })
      )
      return {
        events: [Greeted.make(greeting), RoomRemembered.make({ room: room.id, memory }), ...made],
        next: [ForgetGreeting.make(a, { after: again * 1_000 })]
      }
    })
})

const nobody: { readonly greeted: ReadonlyArray<number> } = { greeted: [] }
