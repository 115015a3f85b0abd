/** A character gives coins to another beside it. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { GoldGiven } from "../events/GoldGiven.ts"
import { Elsewhere, NotHere, TooPoor } from "../Failures.ts"

export const GiveGold = Action.make("GiveGold", {
  from: Character.Id,
  to: Character.Id,
  amount: Schema.Int.check(Schema.isGreaterThan(0))
})
/** Locks both. */
export const giveGoldRule = GiveGold.rule({
  emits: [GoldGiven],
  fails: [Elsewhere, NotHere, TooPoor],
  locks: (a) => [Character.ref(a.from), Character.ref(a.to)],
  decide: (a, { the }) =>
    Result.gen(function* () {
      const from = yield* the(Character, a.from)
      const to = yield* the(Character, a.to)
      if (!from.inside) return yield* Result.fail(new Elsewhere())
      if (!to.inside || to.room !== from.room) {
        return yield* Result.fail(new NotHere({ what: to.name }))
      }
      if (from.gold < a.amount) return yield* Result.fail(new TooPoor({ has: from.gold }))
      const names = { fromName: from.name, toName: to.name }
      return { events: [GoldGiven.make({ ...a, ...names, room: from.room })] }
    })
})
