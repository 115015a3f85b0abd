/** A character opens or closes a door: both sides of it, in one. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"
import { DoorClosed } from "../events/DoorClosed.ts"
import { DoorOpened } from "../events/DoorOpened.ts"
import { DoorAlready, Elsewhere, Locked } from "../Failures.ts"
import * as Ways from "../Ways.ts"

export const SetDoor = Action.make("SetDoor", {
  character: Character.Id,
  room: Room.Id,
  way: Ways.Way,
  open: Schema.Boolean
})
/** Locks both rooms. */
export const setDoorRule = SetDoor.rule({
  emits: [DoorOpened, DoorClosed],
  fails: [Elsewhere, DoorAlready, Locked],
  locks: (a) => [Room.ref(a.room), Room.ref(a.way.to), Character.ref(a.character)],
  decide: ({ character: id, open, room, way }, { content, the }) =>
    Result.gen(function* () {
      const character = yield* the(Character, id)
      const side = yield* the(Room, room)
      yield* the(Room, way.to)
      if (!character.inside || character.room !== room) return yield* Result.fail(new Elsewhere())
      const door = way.door ?? way.direction
      if (Ways.isOpen(side, way.direction, content) === open) {
        return yield* Result.fail(new DoorAlready({ door, open }))
      }
      if (Ways.standing(side, way.direction, content) === "locked") {
        return yield* Result.fail(new Locked({ door }))
      }
      const set = { room, direction: way.direction, beyond: way.to, door }
      const by = { character: id, name: character.name }
      return { events: [(open ? DoorOpened : DoorClosed).make({ ...set, ...by })] }
    })
})
