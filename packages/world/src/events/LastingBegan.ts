/** Something lasts on somebody from now on. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Room } from "../aggregates/Room.ts"
import { ofParty } from "../Changes.ts"
import { joined, Lasting } from "../Lasting.ts"
import { Party } from "../Party.ts"

export const LastingBegan = Event.define("LastingBegan", {
  fields: { target: Party, room: Room.Id, lasting: Lasting, at: Schema.Int },
  evolve: (e) => [
    ofParty(e.target, ({ lasting }) => ({ lasting: joined(lasting, e.lasting, e.at) }))
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
