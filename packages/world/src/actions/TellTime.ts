/** A character asks what time it is. Read-only. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { World } from "../content/World.ts"
import { TimeTold } from "../events/TimeTold.ts"
import * as Hours from "../Hours.ts"

export const TellTime = Action.make("TellTime", { character: Character.Id })
/** Shows the hour. */
export const tellTimeView = TellTime.view({
  emits: [TimeTold],
  view: ({ character }, { content, now }) =>
    Result.succeed([TimeTold.make({ character, hour: Hours.at(now, content(World).settings.day) })])
})
