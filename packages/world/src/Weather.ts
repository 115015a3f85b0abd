/** The weather: it changes now and then, and never from clear sky to storm. */
import type { Dice } from "@wr2/core"
import { Schema } from "effect"

/** What falls from the sky, or hangs in it. */
export const Weather = Schema.Literals(["clear", "cloudy", "fog", "rain", "storm"])
export type Weather = typeof Weather.Type

/** It changes in so many hours of a hundred. */
const changes = 25

const leadsTo: { readonly [W in Weather]: ReadonlyArray<Weather> } = {
  clear: ["cloudy", "fog"],
  cloudy: ["clear", "rain", "fog"],
  fog: ["clear", "cloudy"],
  rain: ["cloudy", "storm"],
  storm: ["rain"]
}

/** The weather of the next hour. */
export const next = (weather: Weather, dice: Dice.Dice): Weather =>
  dice.chance(changes) ? dice.pick(leadsTo[weather])! : weather
