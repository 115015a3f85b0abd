/** A character has fetched what is its own of a lot, which goes when nothing is left in it. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Lot } from "../aggregates/Lot.ts"

export const LotClaimed = Event.define("LotClaimed", {
  fields: {
    lot: Lot.Id,
    left: Schema.NullOr(Lot.Row),
    character: Character.Id,
    gold: Schema.Int,
    item: Schema.NullOr(Item.Id),
    itemName: Schema.String
  },
  evolve: (e) => [
    Character.update(e.character, (c) => ({ ...c, gold: c.gold + e.gold })),
    ...(e.item === null
      ? []
      : [Item.update(e.item, (i) => ({ ...i, holder: "character", holderId: e.character }))]),
    e.left === null ? Lot.remove(e.lot) : Lot.update(e.lot, () => e.left!)
  ],
  heardBy: (e) => [Character.stream(e.character)]
})
