/** A character walks after another from now on. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Followed } from "../events/Followed.ts"
import { Elsewhere, NotHere } from "../Failures.ts"

export const Follow = Action.make("Follow", { character: Character.Id, leader: Character.Id })
/** Locks both. */
export const followRule = Follow.rule({
  emits: [Followed],
  fails: [Elsewhere, NotHere],
  locks: (a) => [Character.ref(a.character), Character.ref(a.leader)],
  decide: (a, { the }) =>
    Result.gen(function* () {
      const { following, id, inside, name, room } = yield* the(Character, a.character)
      const leader = yield* the(Character, a.leader)
      if (!inside) return yield* Result.fail(new Elsewhere())
      if (!leader.inside || leader.room !== room || leader.id === id) {
        return yield* Result.fail(new NotHere({ what: leader.name }))
      }
      if (following === leader.id) return {}
      return {
        events: [
          Followed.make({
            character: id,
            name,
            leader: leader.id,
            leaderName: leader.name,
            room
          })
        ]
      }
    })
})
