/** A character ate, drank or used something; it may be healed by it, and the thing gone: an item destroyed. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Room } from "../aggregates/Room.ts"
import { letGo } from "../Changes.ts"
import { Use } from "../content/World.ts"

export const ItemUsed = Event.define("ItemUsed", {
  fields: {
    item: Item.Id,
    itemName: Schema.String,
    how: Use.fields.how,
    says: Schema.NullOr(Schema.String),
    spent: Schema.Boolean,
    character: Character.Id,
    name: Schema.String,
    room: Room.Id,
    /** Its health after it, as of `at`; null: it was not for that. */
    hp: Schema.NullOr(Schema.Int),
    at: Schema.Int
  },
  evolve: ({ at, character, hp, item, spent }) => [
    ...(hp === null ? [] : [Character.update(character, (c) => ({ ...c, hp, hpAt: at }))]),
    ...(spent ? [letGo(character, item), Item.remove(item)] : [])
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
