/** The numbers of fights and growth, in whole numbers. */
import type { Dice } from "@wr2/core"
import { type DamageType, meetsArmour } from "./DamageType.ts"

/** A fight has a round this often, in milliseconds. */
export const roundMillis = 2_000
/** Fleeing works so many times of a hundred. */
export const fleePercent = 75
/** The dead leave one part in so many of their gold with their corpse. */
export const deathShare = 5
/** However well somebody is armoured, so many of a hundred are the most that is held off. */
const absorbedMax = 75

/** What strikes: how often it hits and how often critically (of a hundred), how hard, and what it does. */
export interface Striker {
  readonly hit: number
  readonly low: number
  readonly high: number
  readonly critical: number
  readonly type: DamageType
  /** Armour is worth less against who has learned more. */
  readonly level: number
}

/** What is struck: how often it steps aside (of a hundred), and what it wears. */
export interface Guard {
  readonly dodge: number
  readonly armour: number
  /** Of a hundred points of a type, so many do nothing. */
  readonly resists: Readonly<Record<string, number>>
}

/** What comes of a blow. Damage is what is left of it, `absorbed` what armour and resistance took. */
export type Struck =
  | { readonly how: "missed" }
  | { readonly how: "dodged" }
  | { readonly how: "hit" | "critical"; readonly damage: number; readonly absorbed: number }

/** One blow. What hits does at least one point, unless it has none. */
export const blow = (striker: Striker, guard: Guard, dice: Dice.Dice): Struck => {
  if (!dice.chance(striker.hit)) return { how: "missed" }
  if (dice.chance(guard.dodge)) return { how: "dodged" }
  const critical = dice.chance(striker.critical)
  const rolled = dice.between(striker.low, striker.high)
  const force = critical ? Math.ceil((3 * rolled) / 2) : rolled
  return { how: critical ? "critical" : "hit", ...lessened(force, striker, guard) }
}

/** What armour and resistance leave of so much. */
export const lessened = (
  force: number,
  { level, type }: Pick<Striker, "level" | "type">,
  guard: Guard
): { readonly damage: number; readonly absorbed: number } => {
  const percent = Math.min(
    absorbedMax,
    (meetsArmour(type) ? armoured(guard.armour, level) : 0) + (guard.resists[type] ?? 0)
  )
  const damage = Math.max(Math.min(1, force), Math.round((force * (100 - percent)) / 100))
  return { damage, absorbed: Math.max(0, force - damage) }
}

/** Of a hundred points, so many stay in armour: each further point of it is worth a little less. */
const armoured = (armour: number, level: number): number =>
  Math.floor((100 * armour) / (armour + 10 + 5 * level))

/** What each of so many learns: together, a tenth more for each further one than one would alone. */
export const share = (exp: number, sharing: number): number =>
  Math.ceil((exp * (9 + sharing)) / (10 * sharing))

/** The level that comes of experience: 2 at 50, 3 at 150, 4 at 300 ... */
export const level = (exp: number): number => {
  let reached = 1
  while (reached < 50 && exp >= 25 * reached * (reached + 1)) reached++
  return reached
}
/** Full health of a character. */
export const maxHp = (exp: number): number => 20 + 5 * level(exp)

/** A weapon in hand, or bare hands. */
export interface Weapon {
  /** Added to the damage of a blow. */
  readonly damage: number
  readonly type: DamageType
}
/** Nothing in hand. */
export const fists: Weapon = { damage: 0, type: "crush" }

/** A character strikes with its level's skill and its weapon's weight. */
export const character = (exp: number, weapon: Weapon): Striker => ({
  hit: Math.min(95, 68 + 2 * level(exp)),
  low: 1 + weapon.damage,
  high: 3 + level(exp) + weapon.damage,
  critical: Math.min(25, 3 + level(exp)),
  type: weapon.type,
  level: level(exp)
})
/** A character steps aside as its level has taught it, and wears what it wears. */
export const guard = (exp: number, armour: number): Guard => ({
  dodge: Math.min(25, 2 + level(exp)),
  armour,
  resists: {}
})
