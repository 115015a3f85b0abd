/** `unfollow`: walk alone again. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { Unfollow } from "../actions/Unfollow.ts"
import { NotFollowing, NotHere } from "../Failures.ts"
import { me } from "../Me.ts"

/** Plans Unfollow. */
export const unfollow = Command.define("unfollow", {
  grammar: "unfollow",
  fields: {},
  rejects: [NotHere, NotFollowing],
  from: ["Character"],
  help: "Walk after nobody any more.",
  plan: (_, planning) =>
    Result.gen(function* () {
      const { following, id: character } = yield* me(planning)
      if (following === null) return yield* Result.fail(new NotFollowing({ who: "you" }))
      return [Unfollow.make({ character })]
    })
})
