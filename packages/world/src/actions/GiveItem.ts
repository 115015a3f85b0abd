/** A character gives an item to another beside it. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import * as Carried from "../Carried.ts"
import * as Lookup from "../content/Lookup.ts"
import { World } from "../content/World.ts"
import { ItemGiven } from "../events/ItemGiven.ts"
import { Elsewhere, NotHere, TooMuch } from "../Failures.ts"
import { isIn } from "../Reach.ts"

export const GiveItem = Action.make("GiveItem", {
  from: Character.Id,
  to: Character.Id,
  item: Item.Id
})
/** Locks what the receiver carries as well: nobody carries more than so much. */
export const giveItemRule = GiveItem.rule({
  emits: [ItemGiven],
  fails: [Elsewhere, NotHere, TooMuch],
  locks: (a, { projection }) => [
    Character.ref(a.from),
    Character.ref(a.to),
    Item.ref(a.item),
    ...Carried.held(projection, "character", a.to)
  ],
  decide: (a, { content, every, the }) =>
    Result.gen(function* () {
      const from = yield* the(Character, a.from)
      const to = yield* the(Character, a.to)
      const item = yield* the(Item, a.item)
      const itemName = Lookup.itemName(content, item)
      if (!from.inside) return yield* Result.fail(new Elsewhere())
      if (!isIn(item, "character", from.id)) {
        return yield* Result.fail(new NotHere({ what: itemName }))
      }
      if (!to.inside || to.room !== from.room) {
        return yield* Result.fail(new NotHere({ what: to.name }))
      }
      const max = content(World).settings.carry
      if (from.id !== to.id && Carried.count(every, to.id) >= max) {
        return yield* Result.fail(new TooMuch({ who: to.name, max }))
      }
      const names = { itemName, fromName: from.name, toName: to.name }
      return { events: [ItemGiven.make({ ...a, ...names, room: from.room })] }
    })
})
