/** After a while a room's trigger may greet somebody again. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"
import { RoomRemembered } from "../events/RoomRemembered.ts"

/** Wakes nobody: it only matters to who is there. */
export const ForgetGreeting = Action.make(
  "ForgetGreeting",
  { room: Room.Id, character: Character.Id },
  { wakes: false }
)
/** Locks the room. */
export const forgetGreetingRule = ForgetGreeting.rule({
  emits: [RoomRemembered],
  locks: (a) => [Room.ref(a.room)],
  decide: (a, { runtime }) => {
    const memory = runtime(Room, a.room)
    if (Result.isFailure(memory)) return Result.succeed({})
    const greeted = memory.success.greeted.filter((id) => id !== a.character)
    return Result.succeed({
      events: [RoomRemembered.make({ room: a.room, memory: { greeted } })]
    })
  }
})
