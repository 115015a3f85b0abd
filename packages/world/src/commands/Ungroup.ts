/** `ungroup`, `ungroup bob`: leave one's group; or, as its leader, send somebody away. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { LeaveGroup } from "../actions/LeaveGroup.ts"
import { Character } from "../aggregates/Character.ts"
import { NotGrouped, NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import { chooseOne } from "../Selector.ts"
import type { CharacterThing } from "../Things.ts"

/** Plans LeaveGroup. */
export const ungroup = Command.define("ungroup", {
  grammar: ["ungroup", "ungroup <whom>"],
  fields: { whom: Schema.NullOr(Schema.String) },
  rejects: [NotHere, NotGrouped, Rejected.Ambiguous],
  from: ["Character"],
  help: "Leave your group, or send somebody away from it: ungroup bob.",
  plan: ({ whom }, planning) =>
    Result.gen(function* () {
      const { id: by, party } = yield* me(planning)
      if (party === null) return yield* Result.fail(new NotGrouped({ who: "you" }))
      if (whom === null) return [LeaveGroup.make({ by, member: by })]
      const members = planning.projection
        .by(Character, "party", party)
        .map((row): CharacterThing => ({
          kind: "character",
          id: row.id,
          name: row.name,
          keywords: [row.name.toLowerCase()],
          row
        }))
      const { row } = yield* chooseOne(whom, members)
      return [LeaveGroup.make({ by, member: row.id })]
    })
})
