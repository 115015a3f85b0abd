/** A character sold a thing to a keeper. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import { letGo } from "../Changes.ts"

export const ItemSold = Event.define("ItemSold", {
  fields: {
    item: Item.Id,
    itemName: Schema.String,
    price: Schema.Int,
    character: Character.Id,
    name: Schema.String,
    keeper: Mob.Id,
    keeperName: Schema.String,
    room: Room.Id
  },
  evolve: (e) => [
    letGo(e.character, e.item),
    Character.update(e.character, (c) => ({ ...c, gold: c.gold + e.price })),
    Mob.update(e.keeper, (m) => ({ ...m, gold: m.gold - e.price })),
    Item.update(e.item, (i) => ({ ...i, holder: "mob", holderId: e.keeper }))
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
