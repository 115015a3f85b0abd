/** What lasted on somebody is over. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Room } from "../aggregates/Room.ts"
import { ofParty } from "../Changes.ts"
import { without } from "../Lasting.ts"
import { Party } from "../Party.ts"

export const LastingEnded = Event.define("LastingEnded", {
  fields: {
    target: Party,
    room: Room.Id,
    /** Its number, and what it is called. */
    lasting: Schema.Int,
    what: Schema.String
  },
  evolve: (e) => [ofParty(e.target, ({ lasting }) => ({ lasting: without(lasting, e.lasting) }))],
  heardBy: (e) => [Room.stream(e.room)]
})
