/** What a blow comes to: the Event of a hit or a miss, and the health it leaves. */
import type { Dice, Event } from "@wr2/core"
import type { Room } from "./aggregates/Room.ts"
import * as Combat from "./Combat.ts"
import { AttackMissed } from "./events/AttackMissed.ts"
import { DamageDealt } from "./events/DamageDealt.ts"
import * as Lasting from "./Lasting.ts"
import type { Party } from "./Party.ts"

/** A blow about to be struck. */
export interface Blow {
  readonly striker: Combat.Striker
  readonly guard: Combat.Guard
  readonly attacker: Party
  readonly target: Party
  /** The target's health before it. */
  readonly health: number
  /** What lasts on it. */
  readonly lasting: ReadonlyArray<Lasting.Lasting>
  readonly room: Room["id"]
  readonly now: number
}

/** Strikes by dice. */
export const strike = (
  { attacker, guard, health, lasting, now, room, striker, target }: Blow,
  dice: Dice.Dice
): {
  readonly event: Event.Value<typeof DamageDealt> | Event.Value<typeof AttackMissed>
  readonly left: number
} => {
  const sides = { attacker, target, room }
  const struck = Combat.blow(striker, guard, dice)
  if (struck.how === "missed" || struck.how === "dodged") {
    return { event: AttackMissed.make({ ...sides, dodged: struck.how === "dodged" }), left: health }
  }
  const shielded = Math.min(struck.damage, Lasting.shield(lasting, now))
  const amount = struck.damage - shielded
  const left = Math.max(0, health - amount)
  const dealt = DamageDealt.make({
    ...sides,
    amount,
    absorbed: struck.absorbed,
    shielded,
    critical: struck.how === "critical",
    type: striker.type,
    left,
    at: now
  })
  return { event: dealt, left }
}
