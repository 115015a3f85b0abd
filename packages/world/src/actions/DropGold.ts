/** A character puts coins on the ground. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { World } from "../content/World.ts"
import { GoldDropped } from "../events/GoldDropped.ts"
import { Elsewhere, TooPoor } from "../Failures.ts"
import * as Ground from "../Ground.ts"

export const DropGold = Action.make("DropGold", {
  character: Character.Id,
  amount: Schema.Int.check(Schema.isGreaterThan(0))
})
/** Locks the character and the ground; the pile is new. */
export const dropGoldRule = DropGold.rule({
  emits: [GoldDropped],
  fails: [Elsewhere, TooPoor],
  locks: (a, { projection }) => [
    Character.ref(a.character),
    ...Ground.under(projection, a.character)
  ],
  decide: (a, { content, ids, the }) =>
    Result.gen(function* () {
      const { gold, inside, name, room } = yield* the(Character, a.character)
      if (!inside) return yield* Result.fail(new Elsewhere())
      if (gold < a.amount) return yield* Result.fail(new TooPoor({ has: gold }))
      const pile = { pile: ids.next(Item), template: content(World).settings.coins }
      return { events: [GoldDropped.make({ ...pile, ...a, name, room })] }
    })
})
