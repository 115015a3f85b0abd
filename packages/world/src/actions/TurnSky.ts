/** The day goes on, and the weather may change. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Instance } from "../aggregates/Instance.ts"
import { Room } from "../aggregates/Room.ts"
import { Sky } from "../aggregates/Sky.ts"
import { World } from "../content/World.ts"
import { SkyTurned } from "../events/SkyTurned.ts"
import { unlessGone } from "../Found.ts"
import * as Hours from "../Hours.ts"
import * as Weather from "../Weather.ts"

export const TurnSky = Action.make("TurnSky", {
  instance: Instance.Id,
  /** The rooms outdoors. */
  rooms: Schema.Array(Room.Id)
})
/** Locks the sky. */
export const turnSkyRule = TurnSky.rule({
  emits: [SkyTurned],
  locks: (a) => [Sky.ref(a.instance)],
  decide: (a, { content, dice, now, the }) =>
    Result.gen(function* () {
      const before = yield* unlessGone(the(Sky, a.instance))
      const { day } = content(World).settings
      const part = Hours.part(Hours.at(now, day))
      const weather = Weather.next(before?.weather ?? "clear", dice)
      if (part === before?.part && weather === before.weather) return {}
      const turned = SkyTurned.make({
        sky: { id: Sky.Id.make(a.instance), part, weather },
        first: before === undefined,
        part: part === before?.part ? null : part,
        weather: weather === before?.weather ? null : weather,
        rooms: a.rooms
      })
      return { events: [turned] }
    })
})
