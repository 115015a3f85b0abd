/** A character is in a group no longer. With its leader, or with all others gone, the group is no more. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"

export const GroupLeft = Event.define("GroupLeft", {
  fields: {
    member: Character.Id,
    name: Schema.String,
    /** Who was in it until now. */
    members: Schema.Array(Character.Id),
    over: Schema.Boolean
  },
  evolve: (e) =>
    (e.over ? e.members : [e.member]).map((id) =>
      Character.update(id, (c) => ({ ...c, party: null }))
    ),
  heardBy: (e) => e.members.map((id) => Character.stream(id))
})
