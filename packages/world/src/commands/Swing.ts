/** What a script wants: that a door of a room opens. */
import { Command } from "@wr2/core"
import { Result, Schema } from "effect"
import { SwingDoor } from "../actions/SwingDoor.ts"
import { Room } from "../aggregates/Room.ts"
import { Direction } from "../Direction.ts"
import * as Ways from "../Ways.ts"

/** Plans SwingDoor, where a door is that is not open. */
export const swing = Command.define("swing", {
  fields: { room: Room.Id, direction: Direction, who: Schema.String },
  from: ["system"],
  plan: ({ direction, room, who }, { content, projection }) => {
    const here = projection.get(Room, room)
    if (here === undefined || Ways.isOpen(here, direction, content)) return Result.succeed([])
    const way = Ways.to(direction, here, projection, content)
    return Result.succeed(way === undefined ? [] : [SwingDoor.make({ room, way, who })])
  }
})
