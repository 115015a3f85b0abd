/** A character takes an item from the ground, or out of a container that it can reach. Of two who try, one gets it. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import * as Carried from "../Carried.ts"
import * as Lookup from "../content/Lookup.ts"
import { World } from "../content/World.ts"
import { ItemTaken } from "../events/ItemTaken.ts"
import { Elsewhere, NotHere, NotTakeable, TooMuch } from "../Failures.ts"
import * as Nesting from "../Nesting.ts"
import { isIn } from "../Reach.ts"
import * as Triggers from "../Triggers.ts"

export const GetItem = Action.make("GetItem", {
  character: Character.Id,
  item: Item.Id,
  /** Null: from the ground. */
  container: Schema.NullOr(Item.Id)
})
/** Locks what is around the container, and what it carries: nobody carries more than so much. */
export const getItemRule = GetItem.rule({
  version: 2,
  emits: [ItemTaken],
  fails: [Elsewhere, NotHere, NotTakeable, TooMuch],
  locks: (a, { projection }) => [
    Character.ref(a.character),
    Item.ref(a.item),
    ...(a.container === null ? [] : Nesting.refs(projection, a.container)),
    ...Carried.held(projection, "character", a.character)
  ],
  decide: (a, { content, every, the }) =>
    Result.gen(function* () {
      const character = yield* the(Character, a.character)
      if (!character.inside) return yield* Result.fail(new Elsewhere())
      const item = yield* the(Item, a.item)
      const container = a.container === null ? null : yield* the(Item, a.container)
      const itemName = Lookup.itemName(content, item)
      const there =
        container === null
          ? isIn(item, "room", character.room)
          : isIn(item, "item", container.id) &&
            (yield* Nesting.isWithinReach(the, container, character))
      if (!there) return yield* Result.fail(new NotHere({ what: itemName }))
      if (!Lookup.item(content, item.template).takeable) {
        return yield* Result.fail(new NotTakeable({ what: itemName }))
      }
      const max = content(World).settings.carry
      if (Carried.count(every, character.id) >= max) {
        return yield* Result.fail(new TooMuch({ who: "you", max }))
      }
      const taken = ItemTaken.make({
        item: item.id,
        itemName,
        character: character.id,
        name: character.name,
        room: character.room,
        from: container === null ? null : Lookup.itemName(content, container)
      })
      const about = { room: character.room, character: character.id, what: item.template }
      return { events: [taken], issue: Triggers.happened(content, "get", about) }
    })
})
