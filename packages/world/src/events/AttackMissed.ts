/** A blow missed, or its target stepped aside. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Room } from "../aggregates/Room.ts"
import { Party } from "../Party.ts"

export const AttackMissed = Event.define("AttackMissed", {
  fields: { attacker: Party, target: Party, room: Room.Id, dodged: Schema.Boolean },
  heardBy: (e) => [Room.stream(e.room)]
})
