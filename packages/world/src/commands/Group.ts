/** `group`, `group bob`: who is in one's group; or to take in who follows. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { JoinGroup } from "../actions/JoinGroup.ts"
import { ShowGroup } from "../actions/ShowGroup.ts"
import { NotHere, ToSelf } from "../Failures.ts"
import { me } from "../Me.ts"
import { chooseOne } from "../Selector.ts"
import * as Things from "../Things.ts"

/** Plans the view, or JoinGroup. */
export const group = Command.define("group", {
  grammar: ["group", "group <whom>"],
  fields: { whom: Schema.NullOr(Schema.String) },
  rejects: [NotHere, ToSelf, Rejected.Ambiguous],
  from: ["Character"],
  help: "Show your group, or take in somebody who follows you: group bob.",
  plan: ({ whom }, planning) =>
    Result.gen(function* () {
      const { id, room } = yield* me(planning)
      if (whom === null) return [ShowGroup.make({ character: id })]
      const { row } = yield* chooseOne(whom, Things.persons(planning, room))
      if (row.id === id) return yield* Result.fail(new ToSelf())
      return [JoinGroup.make({ leader: id, member: row.id })]
    })
})
