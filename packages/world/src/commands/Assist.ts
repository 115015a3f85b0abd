/** `assist bob`: attack what somebody fights. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { Attack } from "../actions/Attack.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Fighting, NothingToAssist, NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import { chooseOne } from "../Selector.ts"
import * as Things from "../Things.ts"

/** Plans Attack. */
export const assist = Command.define("assist", {
  grammar: "assist <whom>",
  fields: { whom: Schema.String },
  rejects: [NotHere, NothingToAssist, Fighting, Rejected.Ambiguous],
  from: ["Character"],
  help: "Attack what somebody fights: assist ann.",
  plan: ({ whom }, planning) =>
    Result.gen(function* () {
      const { fighting, id: character, room } = yield* me(planning)
      const { name, row } = yield* chooseOne(whom, Things.persons(planning, room))
      const foe = row.fighting === null ? undefined : planning.projection.get(Mob, row.fighting)
      if (foe === undefined || row.id === character) {
        return yield* Result.fail(new NothingToAssist({ who: name }))
      }
      if (fighting !== null) return yield* Result.fail(new Fighting())
      return [Attack.make({ by: "character", character, mob: foe.id, room })]
    })
})
