/** The numbers of fights and growth, in whole numbers. */
import type { Dice } from "@wr2/core"

/** A fight has a round this often, in milliseconds. */
export const roundMillis = 2_000
/** Fleeing works so many times of a hundred. */
export const fleePercent = 75
/** The dead leave one part in so many of their gold with their corpse. */
export const deathShare = 5

/** What strikes: how often it hits (of a hundred), and how hard. */
export interface Striker {
  readonly hit: number
  readonly low: number
  readonly high: number
}

/** The damage of one blow, 0 when it misses. */
export const blow = (striker: Striker, dice: Dice.Dice): number =>
  dice.chance(striker.hit) ? dice.between(striker.low, striker.high) : 0

/** The level that comes of experience: 2 at 50, 3 at 150, 4 at 300 ... */
export const level = (exp: number): number => {
  let reached = 1
  while (reached < 50 && exp >= 25 * reached * (reached + 1)) reached++
  return reached
}
/** Full health of a character. */
export const maxHp = (exp: number): number => 20 + 5 * level(exp)

/** A character strikes with its level's skill and its weapon's weight. */
export const character = (exp: number, weapon: number): Striker => ({
  hit: Math.min(95, 68 + 2 * level(exp)),
  low: 1 + weapon,
  high: 3 + level(exp) + weapon
})
