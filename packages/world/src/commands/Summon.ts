/** What a script wants: that a mob appears in a room. */
import { Command } from "@wr2/core"
import { Result, Schema } from "effect"
import { Summon } from "../actions/Summon.ts"
import { Instance } from "../aggregates/Instance.ts"
import { Room } from "../aggregates/Room.ts"

/** Plans Summon, which counts for itself how many there are. */
export const summon = Command.define("summon", {
  fields: { room: Room.Id, mob: Schema.String },
  from: ["system"],
  plan: (c, { instance }) =>
    Result.succeed([Summon.make({ instance: Instance.Id.make(instance), ...c })])
})
