/** Changes of rows that several Events make. */
import type { Aggregate } from "@wr2/core"
import { Character } from "./aggregates/Character.ts"
import type { Item } from "./aggregates/Item.ts"
import { Mob } from "./aggregates/Mob.ts"
import { Room } from "./aggregates/Room.ts"
import type { Standing } from "./aggregates/Room.ts"
import type { Party } from "./Party.ts"
import { type Direction, opposite } from "./Direction.ts"

/** These mobs fight nobody: their foe is gone. */
export const disengaged = (mobs: ReadonlyArray<Mob["id"]>): ReadonlyArray<Aggregate.Change> =>
  mobs.map((id) => Mob.update(id, (mob) => ({ ...mob, fighting: null, fight: null })))

/** The same change of somebody's health or of what lasts on them, whoever it is. */
export const ofParty = (
  { id, kind }: Party,
  change: (row: Mutable) => Partial<Mutable>
): Aggregate.Change =>
  kind === "character"
    ? Character.update(id, (c) => ({ ...c, ...change(c) }))
    : Mob.update(id, (m) => ({ ...m, ...change(m) }))
type Mutable = Pick<Mob, "hp" | "hpAt" | "lasting">

/** Who parts with an item neither wields nor wears it any longer. */
export const letGo = (character: Character["id"], item: Item["id"]): Aggregate.Change =>
  Character.update(character, (c) => without(c, item))

/** A character who has no more of an item than that it carries it. */
export const without = (character: Character, item: Item["id"]): Character => {
  const { wielding, worn } = character
  if (wielding !== item && !Object.values(worn).includes(item)) return character
  return {
    ...character,
    wielding: wielding === item ? null : wielding,
    worn: Object.fromEntries(Object.entries(worn).filter(([, id]) => id !== item))
  }
}

/** A door stands so, on both its sides. */
export const doorStands = (
  side: { readonly room: Room["id"]; readonly direction: Direction; readonly beyond: Room["id"] },
  standing: Standing
): ReadonlyArray<Aggregate.Change> =>
  [
    { room: side.room, direction: side.direction },
    { room: side.beyond, direction: opposite(side.direction) }
  ].map(({ direction, room }) =>
    Room.update(room, (r) => ({ ...r, doors: { ...r.doors, [direction]: standing } }))
  )
