/** A character asks who is in its group, and how they are. Read-only. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import * as Combat from "../Combat.ts"
import { GroupShown } from "../events/GroupShown.ts"
import * as Health from "../Health.ts"

export const ShowGroup = Action.make("ShowGroup", { character: Character.Id })
/** Those who are in this instance, the leader first. */
export const showGroupView = ShowGroup.view({
  emits: [GroupShown],
  view: (a, { now, projection }) => {
    const party = projection.get(Character, a.character)?.party ?? null
    const rows = party === null ? [] : projection.by(Character, "party", party)
    const members = rows.map((row) => {
      const maxHp = Combat.maxHp(row.exp)
      const hp = Health.at(row, maxHp, now)
      const { exp, id, name } = row
      return { id, name, level: Combat.level(exp), hp, maxHp, leads: id === party }
    })
    const first = (each: { readonly leads: boolean }) => (each.leads ? 0 : 1)
    members.sort((x, y) => first(x) - first(y) || x.id - y.id)
    return Result.succeed([GroupShown.make({ character: a.character, members })])
  }
})
