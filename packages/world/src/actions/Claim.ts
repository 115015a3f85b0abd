/** A character fetches what is its own of a lot: gold, and the thing if it can carry it. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Lot } from "../aggregates/Lot.ts"
import * as Carried from "../Carried.ts"
import { World } from "../content/World.ts"
import { LotClaimed } from "../events/LotClaimed.ts"
import { Elsewhere, TooMuch } from "../Failures.ts"
import { unlessGone } from "../Found.ts"
import * as Lots from "../Lots.ts"

export const Claim = Action.make("Claim", { character: Character.Id, lot: Lot.Id })
/** Locks the lot and what is in it, and what is carried: nobody carries more than so much. */
export const claimRule = Claim.rule({
  emits: [LotClaimed],
  fails: [Elsewhere, TooMuch],
  locks: (a, { projection }) => [
    Character.ref(a.character),
    Lot.ref(a.lot),
    ...Carried.held(projection, "lot", a.lot),
    ...Carried.held(projection, "character", a.character)
  ],
  decide: (a, { content, every, the }) =>
    Result.gen(function* () {
      const character = yield* the(Character, a.character)
      if (!character.inside) return yield* Result.fail(new Elsewhere())
      const lot = yield* unlessGone(the(Lot, a.lot))
      if (lot === undefined) return {}
      const mine = Lots.claim(lot, character.id)
      const max = content(World).settings.carry
      const fits = Carried.count(every, character.id) < max
      const item = mine.item && fits
      if (mine.gold === 0 && !item) {
        return mine.item ? yield* Result.fail(new TooMuch({ who: "you", max })) : {}
      }
      const claimed = LotClaimed.make({
        lot: lot.id,
        left: Lots.fetched(lot, character.id, item),
        character: character.id,
        gold: mine.gold,
        item: item ? Item.Id.make(lot.item) : null,
        itemName: lot.itemName
      })
      return { events: [claimed] }
    })
})
