/** Changes of rows that several Events make. */
import type { Aggregate } from "@wr2/core"
import { Character } from "./aggregates/Character.ts"
import type { Item } from "./aggregates/Item.ts"
import { Mob } from "./aggregates/Mob.ts"

/** These mobs fight nobody: their foe is gone. */
export const disengaged = (mobs: ReadonlyArray<Mob["id"]>): ReadonlyArray<Aggregate.Change> =>
  mobs.map((id) => Mob.update(id, (mob) => ({ ...mob, fighting: null, fight: null })))

/** Who parts with an item no longer wields it. */
export const letGo = (character: Character["id"], item: Item["id"]): Aggregate.Change =>
  Character.update(character, (c) => (c.wielding === item ? { ...c, wielding: null } : c))
