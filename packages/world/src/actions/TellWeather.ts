/** A character looks at the sky. Read-only. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { WeatherTold } from "../events/WeatherTold.ts"
import { NotHere } from "../Failures.ts"
import * as Sight from "../Sight.ts"

export const TellWeather = Action.make("TellWeather", { character: Character.Id })
/** Shows the sky, to who is under it. */
export const tellWeatherView = TellWeather.view({
  emits: [WeatherTold],
  fails: [NotHere],
  view: ({ character }, looking) => {
    const row = looking.projection.get(Character, character)
    if (row === undefined) return Result.fail(new NotHere({ what: "you" }))
    return Result.succeed([WeatherTold.make({ character, sky: Sight.room(row, looking).sky })])
  }
})
