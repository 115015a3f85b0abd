/** What a blow comes to: a hit or a miss, and the health it leaves. */
import type { Dice, Event } from "@wr2/core"
import type { Room } from "./aggregates/Room.ts"
import * as Combat from "./Combat.ts"
import { AttackMissed } from "./events/AttackMissed.ts"
import { DamageDealt } from "./events/DamageDealt.ts"
import type { Party } from "./Party.ts"

/** A blow about to be struck. */
export interface Blow {
  readonly striker: Combat.Striker
  readonly attacker: Party
  readonly target: Party
  /** The target's health before it. */
  readonly health: number
  readonly room: Room["id"]
  readonly now: number
}

/** Strikes by dice. */
export const strike = (
  { attacker, health, now, room, striker, target }: Blow,
  dice: Dice.Dice
): {
  readonly event: Event.Value<typeof DamageDealt> | Event.Value<typeof AttackMissed>
  readonly left: number
} => {
  const amount = Combat.blow(striker, dice)
  if (amount === 0) return { event: AttackMissed.make({ attacker, target, room }), left: health }
  const left = Math.max(0, health - amount)
  return { event: DamageDealt.make({ attacker, target, room, amount, left, at: now }), left }
}
