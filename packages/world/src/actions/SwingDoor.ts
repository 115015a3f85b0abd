/** A door opens by a script: both sides of it, whatever holds it. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Room } from "../aggregates/Room.ts"
import { DoorOpened } from "../events/DoorOpened.ts"
import * as Ways from "../Ways.ts"

export const SwingDoor = Action.make("SwingDoor", {
  room: Room.Id,
  way: Ways.Way,
  /** Who is seen to do it. */
  who: Schema.String
})
/** Locks both rooms. */
export const swingDoorRule = SwingDoor.rule({
  emits: [DoorOpened],
  locks: (a) => [Room.ref(a.room), Room.ref(a.way.to)],
  decide: ({ room, way: { direction, door, to }, who }, { content, the }) =>
    Result.gen(function* () {
      const side = yield* the(Room, room)
      yield* the(Room, to)
      if (door === null || Ways.isOpen(side, direction, content)) return {}
      // No character has this id.
      const by = { character: 0, name: who }
      return { events: [DoorOpened.make({ room, direction, beyond: to, door, ...by })] }
    })
})
