/** `follow ann`: walk after somebody. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { Follow } from "../actions/Follow.ts"
import { Character } from "../aggregates/Character.ts"
import { FollowedEnough, NotHere, ToSelf } from "../Failures.ts"
import * as Groups from "../Groups.ts"
import { me } from "../Me.ts"
import { chooseOne } from "../Selector.ts"
import * as Things from "../Things.ts"

/** Plans Follow. */
export const follow = Command.define("follow", {
  grammar: "follow <whom>",
  fields: { whom: Schema.String },
  rejects: [NotHere, ToSelf, FollowedEnough, Rejected.Ambiguous],
  from: ["Character"],
  help: "Walk after somebody, but through no portal: follow ann.",
  plan: ({ whom }, planning) =>
    Result.gen(function* () {
      const { id: character, room } = yield* me(planning)
      const { row } = yield* chooseOne(whom, Things.persons(planning, room))
      if (row.id === character) return yield* Result.fail(new ToSelf())
      const others = planning.projection
        .by(Character, "following", row.id)
        .filter(({ id }) => id !== character)
      if (others.length >= Groups.followersMax) {
        return yield* Result.fail(new FollowedEnough({ who: row.name }))
      }
      return [Follow.make({ character, leader: row.id })]
    })
})
