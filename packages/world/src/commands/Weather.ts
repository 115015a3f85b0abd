/** `weather`: what the sky looks like. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { TellWeather } from "../actions/TellWeather.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"

/** Plans the view. */
export const weather = Command.define("weather", {
  grammar: "weather",
  fields: {},
  rejects: [NotHere],
  precedence: -5,
  from: ["Character"],
  help: "Look at the sky.",
  plan: (_, planning) => Result.map(me(planning), ({ id }) => [TellWeather.make({ character: id })])
})
