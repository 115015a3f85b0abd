/** Runs from a fight once it is hurt. */
import { flee } from "../commands/Flee.ts"
import * as Health from "../Health.ts"
import type { Situation, Wish } from "./Situation.ts"

/** Only of who fights, or is fought. */
export const think = ({ mob, now, persons, template }: Situation): Wish => {
  const fights = mob.fighting !== null || persons.some(({ fighting }) => fighting === mob.id)
  const hurt = 100 * Health.at(mob, template.hp, now) < template.flees * template.hp
  return fights && hurt ? flee.make({}) : undefined
}
