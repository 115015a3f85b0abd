/** What characters gain by what they have learned. */
import type { Content } from "@wr2/core"
import type { Character } from "./aggregates/Character.ts"
import * as Combat from "./Combat.ts"
import { LevelGained } from "./events/LevelGained.ts"
import * as Skills from "./Skills.ts"

/** The level that so much more experience comes to, if it is a further one. */
export const levels = (content: Content.Read, character: Character, exp: number) => {
  const before = Combat.level(character.exp)
  const level = Combat.level(character.exp + exp)
  if (level === before) return []
  const { id, name, room } = character
  const learned = Skills.of(content, character).flatMap(([, skill]) =>
    skill.level > before && skill.level <= level ? [skill.name] : []
  )
  const maxHp = Combat.maxHp(character.exp + exp)
  return [LevelGained.make({ character: id, name, room, level, maxHp, learned })]
}
