/** Mobs of a kind have come back, as all in the room saw. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"

export const MobsAppeared = Event.define("MobsAppeared", {
  fields: { room: Room.Id, mobName: Schema.String, mobs: Schema.Array(Mob.Id) },
  heardBy: (e) => [Room.stream(e.room)]
})
