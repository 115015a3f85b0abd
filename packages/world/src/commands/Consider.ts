/** `consider rat`: how a fight with it would go. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { Consider } from "../actions/Consider.ts"
import { NotAttackable, NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import { chooseOne } from "../Selector.ts"
import * as Things from "../Things.ts"

/** Plans the view. */
export const consider = Command.define("consider", {
  grammar: "consider <target...>",
  fields: { target: Schema.String },
  rejects: [NotHere, NotAttackable, Rejected.Ambiguous],
  precedence: -1,
  from: ["Character"],
  help: "Think about how a fight would go: consider rat.",
  plan: ({ target }, planning) =>
    Result.gen(function* () {
      const { id: character, room } = yield* me(planning)
      const thing = yield* chooseOne<Things.MobThing | Things.CharacterThing>(target, [
        ...Things.mobs(planning, room),
        ...Things.persons(planning, room)
      ])
      return thing.kind === "mob" && !Things.isFriendly(planning.content, thing)
        ? [Consider.make({ character, mob: thing.row.id })]
        : yield* Result.fail(new NotAttackable({ what: thing.name }))
    })
})
