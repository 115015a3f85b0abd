/** A character takes the coins of a pile, or those in a container that it can reach. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import * as Lookup from "../content/Lookup.ts"
import { World } from "../content/World.ts"
import { GoldTaken } from "../events/GoldTaken.ts"
import { Elsewhere, NotHere } from "../Failures.ts"
import * as Nesting from "../Nesting.ts"

export const GetGold = Action.make("GetGold", { character: Character.Id, source: Item.Id })
/** Locks the character, and where the coins are with what is around that. */
export const getGoldRule = GetGold.rule({
  version: 2,
  emits: [GoldTaken],
  fails: [Elsewhere, NotHere],
  locks: (a, { projection }) => [Character.ref(a.character), ...Nesting.refs(projection, a.source)],
  decide: (a, { content, the }) =>
    Result.gen(function* () {
      const character = yield* the(Character, a.character)
      if (!character.inside) return yield* Result.fail(new Elsewhere())
      const source = yield* the(Item, a.source)
      if (source.gold === 0 || !(yield* Nesting.isWithinReach(the, source, character))) {
        return yield* Result.fail(new NotHere({ what: "gold" }))
      }
      const pile = source.template === content(World).settings.coins
      const taken = GoldTaken.make({
        source: source.id,
        pile,
        from: pile ? null : Lookup.itemName(content, source),
        amount: source.gold,
        character: character.id,
        name: character.name,
        room: character.room
      })
      return { events: [taken] }
    })
})
