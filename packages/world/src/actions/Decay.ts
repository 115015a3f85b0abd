/** A corpse rots away with all that was left in it. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Item } from "../aggregates/Item.ts"
import { Room } from "../aggregates/Room.ts"
import * as Carried from "../Carried.ts"
import * as Lookup from "../content/Lookup.ts"
import { CorpseDecayed } from "../events/CorpseDecayed.ts"

/**
 * Wakes nobody: in an empty instance nobody sees a corpse. One that is due is gone before the next
 * visitor looks, since what is overdue runs at activation.
 */
export const Decay = Action.make("Decay", { corpse: Item.Id }, { wakes: false })
/** Locks the corpse and what is in it, however deep. */
export const decayRule = Decay.rule({
  emits: [CorpseDecayed],
  locks: (a, { projection }) => [Item.ref(a.corpse), ...Carried.deep(projection, "item", a.corpse)],
  decide: (a, { content, every, the }) =>
    Result.gen(function* () {
      const corpse = yield* the(Item, a.corpse)
      const items = Carried.deepRows(every, "item", a.corpse)
      const decayed = CorpseDecayed.make({
        corpse: corpse.id,
        corpseName: Lookup.itemName(content, corpse),
        room: Room.Id.make(corpse.holderId),
        items: items.map(({ id }) => id),
        gold: items.reduce((sum, { gold }) => sum + gold, corpse.gold)
      })
      return corpse.holder === "room" ? { events: [decayed] } : {}
    })
})
