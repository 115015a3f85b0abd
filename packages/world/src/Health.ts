/**
 * Healing without ticks: a row keeps its health and when that was; what it is now follows from the
 * time passed. So nobody's regeneration ever writes, and no writer can undo another's blow.
 */
interface Hurt {
  readonly hp: number
  readonly hpAt: number
}

/** One point is healed in so many milliseconds. */
const millisPerPoint = 4_000

/** Health at `now`, at most `max`. */
export const at = (hurt: Hurt, max: number, now: number): number =>
  Math.min(max, hurt.hp + Math.max(0, Math.floor((now - hurt.hpAt) / millisPerPoint)))
