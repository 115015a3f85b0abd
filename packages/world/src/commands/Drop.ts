/** `drop sword`, `drop all`, `drop 5 gold`. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { DropGold } from "../actions/DropGold.ts"
import { DropItem } from "../actions/DropItem.ts"
import { Littered, NotCarried, NotHere, TooPoor } from "../Failures.ts"
import * as Ground from "../Ground.ts"
import { me } from "../Me.ts"
import { atOnce } from "../Selector.ts"
import * as Things from "../Things.ts"

/** Plans one DropItem for each thing, or DropGold. */
export const drop = Command.define("drop", {
  grammar: ["drop <amount> gold [coins]", "drop <amount> coins", "drop <what...>"],
  fields: {
    amount: Schema.NullOr(Schema.Int.check(Schema.isGreaterThan(0))),
    what: Schema.NullOr(Schema.String)
  },
  rejects: [NotHere, NotCarried, Littered, TooPoor, Rejected.Ambiguous],
  precedence: 5,
  from: ["Character"],
  help: "Put things down: drop sword, drop all, drop 5 gold.",
  plan: ({ amount, what }, planning) =>
    Result.gen(function* () {
      const self = yield* me(planning)
      const { gold, id: character } = self
      if (Ground.isFull(planning.projection, self.room)) return yield* Result.fail(new Littered())
      if (amount !== null) {
        if (gold < amount) return yield* Result.fail(new TooPoor({ has: gold }))
        return [DropGold.make({ character, amount })]
      }
      const chosen = yield* Things.carried(what ?? "", self, planning)
      return Things.loose(chosen, self)
        .slice(0, atOnce)
        .map(({ row }) => DropItem.make({ character, item: row.id }))
    })
})
