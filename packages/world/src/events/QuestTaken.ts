/** A mob gave somebody a quest, as all in the room heard. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Feats } from "../aggregates/Feats.ts"
import { Room } from "../aggregates/Room.ts"

export const QuestTaken = Event.define("QuestTaken", {
  fields: {
    character: Character.Id,
    name: Schema.String,
    room: Room.Id,
    mobName: Schema.String,
    /** Slug. */
    quest: Schema.String,
    title: Schema.String,
    text: Schema.String,
    feats: Feats.Row,
    /** There were none before. */
    first: Schema.Boolean
  },
  evolve: ({ feats, first }) => [first ? Feats.insert(feats) : Feats.update(feats.id, () => feats)],
  heardBy: (e) => [Room.stream(e.room)]
})
