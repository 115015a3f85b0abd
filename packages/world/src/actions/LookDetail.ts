/** A character looks closely at a part of its room that is no thing by itself. Read-only. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"
import * as Lookup from "../content/Lookup.ts"
import { DetailViewed } from "../events/DetailViewed.ts"
import { NotHere } from "../Failures.ts"

export const LookDetail = Action.make("LookDetail", {
  character: Character.Id,
  room: Room.Id,
  /** Its place in the list of what can be looked at there. */
  detail: Schema.Int
})
/** Shows what is said of it. */
export const lookDetailView = LookDetail.view({
  emits: [DetailViewed],
  fails: [NotHere],
  view: ({ character, detail, room }, { content, projection }) => {
    const here = projection.get(Room, room)
    const seen = here && Lookup.details(content, here.template)[detail]
    return seen === undefined
      ? Result.fail(new NotHere({ what: "detail" }))
      : Result.succeed([DetailViewed.make({ character, description: seen.description })])
  }
})
