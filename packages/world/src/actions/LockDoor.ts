/** A character locks or unlocks a door with the key it carries: both sides of it, in one. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Room } from "../aggregates/Room.ts"
import * as Lookup from "../content/Lookup.ts"
import { DoorLocked } from "../events/DoorLocked.ts"
import { DoorUnlocked } from "../events/DoorUnlocked.ts"
import { DoorOpen, Elsewhere, LockAlready, NoKey, NotHere } from "../Failures.ts"
import { carried } from "../Reach.ts"
import * as Ways from "../Ways.ts"

export const LockDoor = Action.make("LockDoor", {
  character: Character.Id,
  room: Room.Id,
  way: Ways.Way,
  key: Item.Id,
  locked: Schema.Boolean
})
/** Locks both rooms, the character and the key. */
export const lockDoorRule = LockDoor.rule({
  emits: [DoorLocked, DoorUnlocked],
  fails: [Elsewhere, NotHere, NoKey, DoorOpen, LockAlready],
  locks: (a) => [Room.ref(a.room), Room.ref(a.way.to), Character.ref(a.character), Item.ref(a.key)],
  decide: ({ character: id, key, locked, room, way }, deciding) =>
    Result.gen(function* () {
      const { content, the } = deciding
      const side = yield* the(Room, room)
      yield* the(Room, way.to)
      const { character, item, itemName } = yield* carried(deciding, { character: id, item: key })
      if (character.room !== room) return yield* Result.fail(new Elsewhere())
      const door = way.door ?? way.direction
      if (Lookup.room(content, side.template).exits[way.direction]?.key !== item.template) {
        return yield* Result.fail(new NoKey({ door }))
      }
      const standing = Ways.standing(side, way.direction, content)
      if (standing === "open") return yield* Result.fail(new DoorOpen({ door }))
      if ((standing === "locked") === locked) {
        return yield* Result.fail(new LockAlready({ door, locked }))
      }
      const set = { room, direction: way.direction, beyond: way.to, door }
      const by = { character: id, name: character.name, keyName: itemName }
      return { events: [(locked ? DoorLocked : DoorUnlocked).make({ ...set, ...by })] }
    })
})
