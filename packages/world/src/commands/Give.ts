/** `give sword to ann`, `give all.apple ann`, `give 5 gold to ann`. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { Ask } from "../actions/Ask.ts"
import { GiveGold } from "../actions/GiveGold.ts"
import { GiveItem } from "../actions/GiveItem.ts"
import { NotCarried, NotHere, TakesNothing, TooPoor, ToSelf } from "../Failures.ts"
import { me } from "../Me.ts"
import * as Quests from "../Quests.ts"
import { atOnce, chooseOne } from "../Selector.ts"
import * as Things from "../Things.ts"

/** Plans one GiveItem for each thing, or GiveGold. */
export const give = Command.define("give", {
  grammar: [
    "give <amount> gold [coins] [to] <to>",
    "give <amount> coins [to] <to>",
    "give <what...> to <to>",
    "give <what...> <to>"
  ],
  fields: {
    amount: Schema.NullOr(Schema.Int.check(Schema.isGreaterThan(0))),
    what: Schema.NullOr(Schema.String),
    to: Schema.String
  },
  rejects: [NotHere, NotCarried, TooPoor, ToSelf, TakesNothing, Rejected.Ambiguous],
  from: ["Character"],
  help: "Give somebody things or coins: give sword to ann, give 5 gold to ann.",
  plan: (c, planning) =>
    Result.gen(function* () {
      const self = yield* me(planning)
      const { gold, id: from, room } = self
      const receiver = yield* chooseOne<Things.CharacterThing | Things.MobThing>(c.to, [
        ...Things.persons(planning, room),
        ...Things.mobs(planning, room)
      ])
      if (receiver.kind === "mob") {
        const { id: mob, template } = receiver.row
        const chosen = c.amount === null ? yield* Things.carried(c.what ?? "", self, planning) : []
        // What a quest wants is taken by asking: all of it, against the reward.
        return chosen.some(({ row }) => Quests.isWanted(planning.content, template, row.template))
          ? [Ask.make({ character: from, mob })]
          : yield* Result.fail(new TakesNothing({ who: receiver.name }))
      }
      const to = receiver.row.id
      if (to === from) return yield* Result.fail(new ToSelf())
      if (c.amount !== null) {
        if (gold < c.amount) return yield* Result.fail(new TooPoor({ has: gold }))
        return [GiveGold.make({ from, to, amount: c.amount })]
      }
      const chosen = yield* Things.carried(c.what ?? "", self, planning)
      return Things.loose(chosen, self)
        .slice(0, atOnce)
        .map(({ row }) => GiveItem.make({ from, to, item: row.id }))
    })
})
