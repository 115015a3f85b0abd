/**
 * A character that did not walk by a Command of its own sees where it has got to. The sight is planned
 * with the step; who did not get there is shown nothing.
 */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { RoomViewed } from "../events/RoomViewed.ts"
import { unlessGone } from "../Found.ts"
import { RoomSight } from "../Sight.ts"

export const ShowRoom = Action.make("ShowRoom", { character: Character.Id, sight: RoomSight })
/** Locks the character. */
export const showRoomRule = ShowRoom.rule({
  emits: [RoomViewed],
  locks: (a) => [Character.ref(a.character)],
  decide: (a, { the }) =>
    Result.gen(function* () {
      const character = yield* unlessGone(the(Character, a.character))
      return character?.inside === true && character.room === a.sight.room
        ? { events: [RoomViewed.make(a)] }
        : {}
    })
})
