/** A leader takes somebody who follows it into its group. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { GroupJoined } from "../events/GroupJoined.ts"
import { Elsewhere, GroupFull, Grouped, NotFollowing, NotHere, NotLeader } from "../Failures.ts"
import * as Groups from "../Groups.ts"

export const JoinGroup = Action.make("JoinGroup", { leader: Character.Id, member: Character.Id })
/** Locks both, and who is in the group already. */
export const joinGroupRule = JoinGroup.rule({
  emits: [GroupJoined],
  fails: [Elsewhere, NotHere, NotFollowing, NotLeader, Grouped, GroupFull],
  locks: (a, { projection }) => [Character.ref(a.member), ...Groups.refs(projection, a.leader)],
  decide: (a, { every, the }) =>
    Result.gen(function* () {
      const leader = yield* the(Character, a.leader)
      const { following, id, inside, name, party, room } = yield* the(Character, a.member)
      if (!leader.inside) return yield* Result.fail(new Elsewhere())
      if (!inside || room !== leader.room) return yield* Result.fail(new NotHere({ what: name }))
      if (leader.party !== null && leader.party !== leader.id) {
        return yield* Result.fail(new NotLeader())
      }
      if (party !== null) return yield* Result.fail(new Grouped({ who: name }))
      // Following is how one asks to be taken in: nobody is made a member who has not.
      if (following !== leader.id) return yield* Result.fail(new NotFollowing({ who: name }))
      const others = Groups.members(every, leader).map((each) => each.id)
      if (others.length >= Groups.membersMax) {
        return yield* Result.fail(new GroupFull({ max: Groups.membersMax }))
      }
      const members = [...new Set([leader.id, ...others, id])]
      return {
        events: [
          GroupJoined.make({
            leader: leader.id,
            leaderName: leader.name,
            member: id,
            name,
            members
          })
        ]
      }
    })
})
