/** A character puts an item that it carries into a container that it can reach. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { heldBy, Item } from "../aggregates/Item.ts"
import * as Carried from "../Carried.ts"
import * as Lookup from "../content/Lookup.ts"
import { ItemPut } from "../events/ItemPut.ts"
import { Elsewhere, Full, IntoItself, NotContainer, NotHere, TooDeep } from "../Failures.ts"
import * as Nesting from "../Nesting.ts"
import { carried, isReachable } from "../Reach.ts"

export const PutItem = Action.make("PutItem", {
  character: Character.Id,
  item: Item.Id,
  container: Item.Id
})
/** Locks the item with all that is in it, and the container with what is in it and around it. */
export const putItemRule = PutItem.rule({
  emits: [ItemPut],
  fails: [Elsewhere, NotHere, NotContainer, IntoItself, Full, TooDeep],
  locks: (a, { projection }) => [
    Character.ref(a.character),
    Item.ref(a.item),
    ...Carried.deep(projection, "item", a.item),
    ...Nesting.refs(projection, a.container),
    ...Carried.held(projection, "item", a.container)
  ],
  decide: (a, deciding) =>
    Result.gen(function* () {
      const { content, every, the } = deciding
      const { character, item, itemName } = yield* carried(deciding, a)
      const container = yield* the(Item, a.container)
      const containerName = Lookup.itemName(content, container)
      const { capacity, container: holds } = Lookup.item(content, container.template)
      if (!holds) return yield* Result.fail(new NotContainer({ what: containerName }))
      const around = yield* Nesting.outwards(the, container)
      if (around.some(({ id }) => id === item.id)) {
        return yield* Result.fail(new IntoItself({ what: itemName }))
      }
      if (!isReachable(around.at(-1)!, character)) {
        return yield* Result.fail(new NotHere({ what: containerName }))
      }
      if (every(Item, "holder", heldBy("item", container.id)).length >= capacity) {
        return yield* Result.fail(new Full({ what: containerName, max: capacity }))
      }
      if (around.length + Nesting.depth(deciding, item) > Nesting.deepest) {
        return yield* Result.fail(new TooDeep({ what: containerName }))
      }
      const put = { ...a, itemName, containerName, name: character.name, room: character.room }
      return { events: [ItemPut.make(put)] }
    })
})
