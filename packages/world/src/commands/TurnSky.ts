/** What an hour that has gone by wants: that those outdoors see the sky of the next. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { TurnSky } from "../actions/TurnSky.ts"
import { Instance } from "../aggregates/Instance.ts"
import { Room } from "../aggregates/Room.ts"
import * as Lookup from "../content/Lookup.ts"

/** Plans TurnSky for the rooms outdoors. */
export const turnSky = Command.define("turn sky", {
  fields: { instance: Instance.Id },
  from: ["system"],
  plan: ({ instance }, { content, projection }) => {
    const rooms = projection
      .all(Room)
      .flatMap(({ id, template }) => (Lookup.room(content, template).outdoors ? [id] : []))
    return Result.succeed([TurnSky.make({ instance, rooms })])
  }
})
