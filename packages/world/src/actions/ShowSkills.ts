/** A character asks what it can do. Read-only. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import * as Lookup from "../content/Lookup.ts"
import * as Energy from "../Energy.ts"
import { SkillsShown } from "../events/SkillsShown.ts"
import { NotHere } from "../Failures.ts"
import * as Skills from "../Skills.ts"

export const ShowSkills = Action.make("ShowSkills", { character: Character.Id })
/** Lists its skills, also those to come, and how long they take to be ready. */
export const showSkillsView = ShowSkills.view({
  emits: [SkillsShown],
  fails: [NotHere],
  view: (a, { content, now, projection }) => {
    const character = projection.get(Character, a.character)
    if (character === undefined) return Result.fail(new NotHere({ what: "you" }))
    const archetype = Lookup.archetype(content, character.craft.archetype)
    const shown = SkillsShown.make({
      character: character.id,
      archetype: archetype?.name ?? null,
      resource: archetype?.energy ?? "",
      energy: Energy.at(character, now),
      max: Energy.max(character),
      skills: Skills.of(content, character).map(([slug, skill]) => ({
        name: skill.name,
        verb: skill.verb,
        description: skill.description,
        level: skill.level,
        cost: skill.cost,
        wait: Skills.secondsLeft(character, slug, now)
      }))
    })
    return Result.succeed([shown])
  }
})
