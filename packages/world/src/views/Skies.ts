/** Day, night and weather. */
import type { SkyTurned } from "../events/SkyTurned.ts"
import type { TimeTold } from "../events/TimeTold.ts"
import type { WeatherTold } from "../events/WeatherTold.ts"
import { part } from "../Hours.ts"
import type { Part } from "../Hours.ts"
import type { SkySight } from "../Sight.ts"
import type { Weather } from "../Weather.ts"
import type { View } from "./Words.ts"

const comes: { readonly [P in Part]: string } = {
  night: "The last light goes out of the sky. It is night.",
  dawn: "A grey line in the east: it dawns.",
  day: "The sun is up.",
  dusk: "Shadows reach across the ground. It is dusk."
}
const turns: { readonly [W in Weather]: string } = {
  clear: "The sky clears.",
  cloudy: "Clouds drift in from the sea.",
  fog: "Fog rises and shuts the world in.",
  rain: "It begins to rain.",
  storm: "The wind rises to a storm."
}
const is: { readonly [W in Weather]: string } = {
  clear: "under a clear sky",
  cloudy: "under heavy clouds",
  fog: "in thick fog",
  rain: "in the rain",
  storm: "in a storm"
}
const time: { readonly [P in Part]: string } = {
  night: "It is night",
  dawn: "It dawns",
  day: "It is day",
  dusk: "It is dusk"
}

/** The sky as part of what one sees. */
export const sky = (seen: SkySight): string => `${time[seen.part]}, ${is[seen.weather]}.`

/** What has become new. */
export const skyTurned: View<typeof SkyTurned> = (e) => [
  ...(e.part === null ? [] : [comes[e.part]]),
  ...(e.weather === null ? [] : [turns[e.weather]])
]
/** To `time`. */
export const timeTold: View<typeof TimeTold> = (e) => [
  `${time[part(e.hour)]}: the bell last struck ${e.hour === 0 ? "midnight" : e.hour}.`
]
/** To `weather`. */
export const weatherTold: View<typeof WeatherTold> = (e) => [
  e.sky === null ? "There is no sky to be seen from here." : sky(e.sky)
]
