/** A mob died. What it carried, gold too, lies in its corpse; who fought it fights nobody. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"

export const MobDied = Event.define("MobDied", {
  fields: {
    mob: Mob.Id,
    mobName: Schema.String,
    room: Room.Id,
    killer: Character.Id,
    killerName: Schema.String,
    exp: Schema.Int,
    /** The corpse, with the mob's gold in it. */
    corpse: Item.Row,
    /** What the mob carried. */
    items: Schema.Array(Item.Id),
    /** Who fought it. */
    freed: Schema.Array(Character.Id)
  },
  evolve: (e) => [
    ...e.freed.map((id) => Character.update(id, (c) => ({ ...c, fighting: null, fight: null }))),
    Character.update(e.killer, (c) => ({ ...c, exp: c.exp + e.exp })),
    Mob.remove(e.mob),
    Item.insert(e.corpse),
    ...e.items.map((id) =>
      Item.update(id, (i) => ({ ...i, holder: "item", holderId: e.corpse.id }))
    )
  ],
  /** What lasts on it may kill it elsewhere. */
  heardBy: (e) => [Room.stream(e.room), Character.stream(e.killer)]
})
