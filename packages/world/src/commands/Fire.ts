/** Something happened that may set off triggers of a room, and of the mobs in it. */
import { Command } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"
import * as Answering from "../Answering.ts"
import { On } from "../content/Triggers.ts"

/** Plans a RunScript for each trigger that answers, the room's first. */
export const fire = Command.define("fire", {
  fields: {
    on: On,
    room: Room.Id,
    /** Whose doing it is. */
    character: Character.Id,
    /** What was said; or the item that was taken, by template. */
    what: Schema.NullOr(Schema.String)
  },
  from: ["system"],
  plan: (cause, planning) => Result.succeed(Answering.scripts(cause, planning))
})
