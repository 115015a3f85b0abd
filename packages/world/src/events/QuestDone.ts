/** A quest was rewarded: gold and a thing made, and what was brought is gone. Never twice. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Feats } from "../aggregates/Feats.ts"
import { Item } from "../aggregates/Item.ts"
import { Room } from "../aggregates/Room.ts"
import { letGo } from "../Changes.ts"

export const QuestDone = Event.define("QuestDone", {
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
    gold: Schema.Int,
    exp: Schema.Int,
    /** What was brought, and the gold in it. */
    brought: Schema.Array(Item.Id),
    broughtGold: Schema.Int,
    made: Schema.Array(Item.Row),
    /** The name of the thing that is the reward. */
    itemName: Schema.NullOr(Schema.String)
  },
  evolve: (e) => [
    Character.update(e.character, (c) => ({ ...c, gold: c.gold + e.gold, exp: c.exp + e.exp })),
    ...e.brought.flatMap((id) => [letGo(e.character, id), Item.remove(id)]),
    ...e.made.map((item) => Item.insert(item)),
    Feats.update(e.feats.id, () => e.feats)
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
