/** Joins a fight of its kind, whoever began it. */
import { attack } from "./Situation.ts"
import type { Situation, Wish } from "./Situation.ts"

/** Against the first one who fights one of its kind, or is fought by one. */
export const think = ({ mob, mobs, persons, template }: Situation): Wish => {
  if (!template.assists || mob.fighting !== null) return undefined
  const kind = mobs.filter((each) => each.template === mob.template && each.id !== mob.id)
  return attack(
    persons.find(({ fighting, id }) =>
      kind.some((each) => each.id === fighting || each.fighting === id)
    )
  )
}
