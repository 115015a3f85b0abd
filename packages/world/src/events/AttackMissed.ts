/** A blow missed. */
import { Event } from "@wr2/core"
import { Room } from "../aggregates/Room.ts"
import { Party } from "../Party.ts"

export const AttackMissed = Event.define("AttackMissed", {
  fields: { attacker: Party, target: Party, room: Room.Id },
  heardBy: (e) => [Room.stream(e.room)]
})
