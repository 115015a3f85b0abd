/** Attacks who fights one of its faction. */
import * as Lookup from "../content/Lookup.ts"
import { attack } from "./Situation.ts"
import type { Situation, Wish } from "./Situation.ts"

/** The first one who does. */
export const think = ({ content, mob, mobs, persons, template }: Situation): Wish => {
  const { faction, guards } = template
  if (!guards || faction === null || mob.fighting !== null) return undefined
  const friends = mobs.filter((each) => Lookup.mob(content, each.template).faction === faction)
  return attack(persons.find(({ fighting }) => friends.some(({ id }) => id === fighting)))
}
