/** A character asks what it may become. Read-only. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import * as Lookup from "../content/Lookup.ts"
import { World } from "../content/World.ts"
import { ArchetypesShown } from "../events/ArchetypesShown.ts"

export const ShowArchetypes = Action.make("ShowArchetypes", { character: Character.Id })
/** Lists all there are. */
export const showArchetypesView = ShowArchetypes.view({
  emits: [ArchetypesShown],
  view: (a, { content }) => {
    const all = content(World).archetypes
    const archetypes = Object.keys(all)
      .sort()
      .map((slug) => all[slug]!)
      .map(({ description, name, skills }) => ({
        name,
        description,
        skills: skills.map((skill) => Lookup.skill(content, skill)?.name ?? skill)
      }))
    return Result.succeed([ArchetypesShown.make({ character: a.character, archetypes })])
  }
})
