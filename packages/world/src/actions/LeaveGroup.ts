/** A member leaves its group, or is sent away by its leader. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { GroupLeft } from "../events/GroupLeft.ts"
import { NotGrouped, NotLeader } from "../Failures.ts"
import * as Groups from "../Groups.ts"

export const LeaveGroup = Action.make("LeaveGroup", {
  /** Who wants it: the member, or the leader. */
  by: Character.Id,
  member: Character.Id
})
/** Locks all who are in it. */
export const leaveGroupRule = LeaveGroup.rule({
  emits: [GroupLeft],
  fails: [NotGrouped, NotLeader],
  locks: (a, { projection }) => [Character.ref(a.by), ...Groups.refs(projection, a.member)],
  decide: (a, { every, the }) =>
    Result.gen(function* () {
      const member = yield* the(Character, a.member)
      const by = yield* the(Character, a.by)
      if (member.party === null || by.party !== member.party) {
        return yield* Result.fail(
          new NotGrouped({ who: by.id === member.id ? "you" : member.name })
        )
      }
      if (by.id !== member.id && by.party !== by.id) return yield* Result.fail(new NotLeader())
      const members = Groups.members(every, member).map(({ id }) => id)
      // Whoever is left alone here may have a leader elsewhere.
      const { party } = member
      const isLast = members.length <= 2 && members.some((id) => id === party)
      const over = party === member.id || isLast
      return { events: [GroupLeft.make({ member: member.id, name: member.name, members, over })] }
    })
})
