/** The answer to `look`: a room as its viewer sees it. */
import { Event } from "@wr2/core"
import { Character } from "../aggregates/Character.ts"
import { RoomSight } from "../Sight.ts"

export const RoomViewed = Event.define("RoomViewed", {
  fields: { character: Character.Id, sight: RoomSight },
  heardBy: (e) => [Character.stream(e.character)]
})
