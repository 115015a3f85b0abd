/**
 * What lasts on somebody: harm or healing that comes again and again, a stun, a shield. It is part of a
 * row, names its end, and is over then even if nothing ended it.
 */
import { Schema } from "effect"
import { DamageType } from "./DamageType.ts"
import { Party } from "./Party.ts"

/** What it may do. */
export const Does = Schema.Literals(["damage", "healing", "stun", "shield"])
export type Does = typeof Does.Type

export const Lasting = Schema.Struct({
  /** Its number: tells its ticks from those of an earlier one. */
  id: Schema.Int,
  /** Slug of the skill; nobody suffers the same twice at once. */
  skill: Schema.String,
  name: Schema.String,
  does: Does,
  /** What a tick does, or what the shield still takes. */
  amount: Schema.Int,
  type: DamageType,
  /** Milliseconds between ticks. */
  every: Schema.Int,
  /** Who brought it about. */
  by: Party,
  /** When it is over, in milliseconds. */
  until: Schema.Int
})
export type Lasting = typeof Lasting.Type
type All = ReadonlyArray<Lasting>

/** What is not over yet. */
export const running = (all: All, now: number): All => all.filter(({ until }) => until > now)

/** With one more, instead of an earlier one of the same skill; without what is over. */
export const joined = (all: All, one: Lasting, now: number): All => [
  ...running(all, now).filter(({ skill }) => skill !== one.skill),
  one
]

/** Without the one of this number. */
export const without = (all: All, id: number): All => all.filter((each) => each.id !== id)

/** Whether somebody can do nothing. */
export const isStunned = (all: All, now: number): boolean =>
  running(all, now).some(({ does }) => does === "stun")

/** What shields still take. */
export const shield = (all: All, now: number): number =>
  running(all, now).reduce((sum, { amount, does }) => sum + (does === "shield" ? amount : 0), 0)

/** After shields took so much. One that takes no more is gone. */
export const worn = (all: All, taken: number): All => {
  let left = taken
  return all.flatMap((each) => {
    if (each.does !== "shield" || left === 0) return [each]
    const part = Math.min(left, each.amount)
    left -= part
    return part === each.amount ? [] : [{ ...each, amount: each.amount - part }]
  })
}
