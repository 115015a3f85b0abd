/** What keeps a mob going: the Actions with which it begins to live. */
import type { Action, Content, Dice } from "@wr2/core"
import { Restock } from "./actions/Restock.ts"
import { Think } from "./actions/Think.ts"
import { TriggerTimer } from "./actions/TriggerTimer.ts"
import type { Mob } from "./aggregates/Mob.ts"
import type { Room } from "./aggregates/Room.ts"
import * as Lookup from "./content/Lookup.ts"
import type { Trigger } from "./content/Triggers.ts"

/** Each begins at a moment of its own, so that they do not all think at once. */
export const begin = (
  content: Content.Read,
  { id: mob, room, template }: Mob,
  dice: Dice.Dice
): ReadonlyArray<Action.Planned> => {
  const { shop, thinks, triggers } = Lookup.mob(content, template)
  const after = dice.roll(Math.max(1, thinks)) * 1_000
  return [
    ...(thinks === 0 ? [] : [Think.make({ mob }, { after })]),
    ...(shop === null ? [] : [Restock.make({ mob }, { after: shop.restock * 1_000 })]),
    ...timers(triggers, room, mob)
  ]
}

/** The timers of a room, or of a mob that begins in it. */
export const timers = (
  triggers: ReadonlyArray<Trigger>,
  room: Room["id"],
  mob: Mob["id"] | null
): ReadonlyArray<Action.Planned> =>
  triggers.flatMap(({ every, on }, trigger) =>
    on === "timer" ? [TriggerTimer.make({ room, mob, trigger }, { after: every * 1_000 })] : []
  )
