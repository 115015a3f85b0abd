/** A character walks after nobody any more. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { FollowEnded } from "../events/FollowEnded.ts"
import { NotFollowing } from "../Failures.ts"

export const Unfollow = Action.make("Unfollow", { character: Character.Id })
/** Locks the character. */
export const unfollowRule = Unfollow.rule({
  emits: [FollowEnded],
  fails: [NotFollowing],
  locks: (a) => [Character.ref(a.character)],
  decide: (a, { the }) =>
    Result.gen(function* () {
      const { following, id: character, name } = yield* the(Character, a.character)
      if (following === null) return yield* Result.fail(new NotFollowing({ who: "you" }))
      const leader = Character.Id.make(following)
      return { events: [FollowEnded.make({ character, name, leader })] }
    })
})
