/**
 * Healing without ticks: a row keeps its health and when that was; what it is now follows from the
 * time passed. So nobody's regeneration ever writes, and no writer can undo another's blow.
 */
import type { Stance } from "./aggregates/Character.ts"

interface Hurt {
  readonly hp: number
  readonly hpAt: number
  /** Standing unless given. */
  readonly stance?: Stance
}

/** One point is healed in so many milliseconds; in a third of it to who rests. */
const millisPerPoint = 4_000
const resting = 3

/** Health at `now`, at most `max`. */
export const at = ({ hp, hpAt, stance }: Hurt, max: number, now: number): number => {
  const times = stance === "resting" ? resting : 1
  return Math.min(max, hp + Math.max(0, Math.floor(((now - hpAt) * times) / millisPerPoint)))
}
