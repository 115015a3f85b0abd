/** A character is in a group from now on; its leader is, too, if it was the first to join. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"

export const GroupJoined = Event.define("GroupJoined", {
  fields: {
    leader: Character.Id,
    leaderName: Schema.String,
    member: Character.Id,
    name: Schema.String,
    /** All who are in it now. */
    members: Schema.Array(Character.Id)
  },
  evolve: (e) =>
    [e.leader, e.member].map((id) => Character.update(id, (c) => ({ ...c, party: e.leader }))),
  heardBy: (e) => e.members.map((id) => Character.stream(id))
})
