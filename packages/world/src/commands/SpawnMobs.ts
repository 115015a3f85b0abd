/** What a spawner wants that has been short of mobs for long enough. */
import { Command } from "@wr2/core"
import { Result, Schema } from "effect"
import { SpawnMobs } from "../actions/SpawnMobs.ts"
import { Instance } from "../aggregates/Instance.ts"
import { Room } from "../aggregates/Room.ts"

/** Plans SpawnMobs, which counts for itself how many are missing. */
export const spawnMobs = Command.define("spawn mobs", {
  fields: { instance: Instance.Id, spawner: Schema.String, room: Room.Id },
  from: ["system"],
  plan: ({ instance, room, spawner }) =>
    Result.succeed([SpawnMobs.make({ instance, spawner, room })])
})
