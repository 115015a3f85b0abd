/**
 * The mind of a mob: what its template declares, in order of urgency. The first that wants something is
 * listened to; who is stunned wants nothing.
 */
import * as Lasting from "../Lasting.ts"
import * as Assistant from "./Assistant.ts"
import * as Coward from "./Coward.ts"
import * as Guard from "./Guard.ts"
import * as Hater from "./Hater.ts"
import type { Situation, Wish } from "./Situation.ts"
import * as Wanderer from "./Wanderer.ts"

const urges = [Coward, Guard, Assistant, Hater, Wanderer]

/** What it wants to do, if anything. */
export const think = (situation: Situation): Wish => {
  if (Lasting.isStunned(situation.mob.lasting, situation.now)) return undefined
  for (const urge of urges) {
    const wish = urge.think(situation)
    if (wish !== undefined) return wish
  }
  return undefined
}
