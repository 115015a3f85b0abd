/** A character looks at its room. Read-only. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"
import { RoomViewed } from "../events/RoomViewed.ts"
import * as Sight from "../Sight.ts"

export const Look = Action.make("Look", {
  character: Character.Id,
  /** After a move: only if it is no longer here, so that a refused step shows nothing. */
  unless: Schema.NullOr(Room.Id)
})
/** Shows the room; nothing to who is not inside. */
export const lookView = Look.view({
  emits: [RoomViewed],
  view: (a, look) => {
    const character = look.projection.get(Character, a.character)
    return Result.succeed(
      character === undefined || !character.inside || character.room === a.unless
        ? []
        : [RoomViewed.make({ character: a.character, sight: Sight.room(character, look) })]
    )
  }
})
