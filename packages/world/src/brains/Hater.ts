/** Attacks those whose side its own side hates. */
import * as Lookup from "../content/Lookup.ts"
import { attack } from "./Situation.ts"
import type { Situation, Wish } from "./Situation.ts"

/** One of them, by chance. */
export const think = ({ content, dice, mob, persons, template }: Situation): Wish => {
  if (mob.fighting !== null) return undefined
  const hated = persons.filter(({ craft }) => {
    const side = Lookup.archetype(content, craft.archetype)?.faction ?? null
    return Lookup.hates(content, template.faction, side)
  })
  return attack(dice.pick(hated))
}
