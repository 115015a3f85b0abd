/** How those who fight strike and stand, made from their rows and templates. */
import type { Content } from "@wr2/core"
import type { Character } from "./aggregates/Character.ts"
import type { Item } from "./aggregates/Item.ts"
import * as Combat from "./Combat.ts"
import * as Lookup from "./content/Lookup.ts"
import type { MobTemplate } from "./content/World.ts"

/** One who fights. */
export interface Fighter {
  readonly striker: Combat.Striker
  readonly guard: Combat.Guard
}

/** A character as its archetype made it, with what it holds in hand and the armour that it wears. */
export const character = (
  content: Content.Read,
  { craft, exp }: Character,
  weapon: Combat.Weapon,
  armour: number
): Fighter => {
  const striker = Combat.character(exp, weapon)
  const guard = Combat.guard(exp, armour)
  const made = Lookup.archetype(content, craft.archetype)
  return made === undefined
    ? { striker, guard }
    : {
        striker: { ...striker, critical: striker.critical + made.critical },
        guard: { ...guard, dodge: guard.dodge + made.dodge, armour: armour + made.armour }
      }
}

/** A mob, as its template says. */
export const mob = ({
  armour,
  critical,
  damage,
  dodge,
  hit,
  level,
  resists,
  strikes: type
}: MobTemplate): Fighter => ({
  striker: { hit, ...damage, critical, type, level },
  guard: { dodge, armour, resists }
})

/** An item as a weapon. */
export const weapon = (content: Content.Read, { rolled, template }: Item): Combat.Weapon => ({
  damage: rolled.damage,
  type: Lookup.item(content, template).strikes
})
