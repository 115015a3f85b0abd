/** The answer to `weather`. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { SkySight } from "../Sight.ts"

export const WeatherTold = Event.define("WeatherTold", {
  fields: {
    character: Character.Id,
    /** Null indoors. */
    sky: Schema.NullOr(SkySight)
  },
  heardBy: (e) => [Character.stream(e.character)]
})
