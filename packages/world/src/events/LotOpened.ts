/** A character put a thing up for auction, which holds it from now on. */
import { Event } from "@wr2/core"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Lot } from "../aggregates/Lot.ts"
import { Room } from "../aggregates/Room.ts"
import { letGo } from "../Changes.ts"

export const LotOpened = Event.define("LotOpened", {
  fields: { lot: Lot.Row, room: Room.Id },
  evolve: ({ lot }) => [
    Lot.insert(lot),
    letGo(Character.Id.make(lot.seller), Item.Id.make(lot.item)),
    Item.update(lot.item, (i) => ({ ...i, holder: "lot", holderId: lot.id }))
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
