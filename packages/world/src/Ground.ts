/**
 * The ground under somebody: locked by whoever may put an item down there. The item's foreign key is
 * checked at COMMIT by a lock on the room's row, which would wait for a stranger who holds it, and the
 * whole instance with it; a lock of our own is skipped, and only this Action waits.
 */
import type { Aggregate, Projection } from "@wr2/core"
import { Character } from "./aggregates/Character.ts"
import { heldBy, Item } from "./aggregates/Item.ts"
import { Mob } from "./aggregates/Mob.ts"
import { Room } from "./aggregates/Room.ts"

/** The room in which a character stands. */
export const under = (
  projection: Projection,
  character: Character["id"]
): ReadonlyArray<Aggregate.Ref> => refs(projection.get(Character, character))

/** The room in which a mob stands. */
export const underMob = (projection: Projection, mob: Mob["id"]): ReadonlyArray<Aggregate.Ref> =>
  refs(projection.get(Mob, mob))

const refs = (who: { readonly room: Room["id"] } | undefined): ReadonlyArray<Aggregate.Ref> =>
  who === undefined ? [] : [Room.ref(who.room)]

/** So many things lie in a room; whoever would put down one more finds no place. */
export const lyingMax = 200

/** Whether a room has no place left on its ground. */
export const isFull = (projection: Projection, room: Room["id"]): boolean =>
  projection.by(Item, "holder", heldBy("room", room)).length >= lyingMax
