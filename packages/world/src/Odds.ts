/** How a fight would go, by what each does in a round on average. */
import * as Combat from "./Combat.ts"
import type { Fighter } from "./Fighters.ts"

/** One who might fight, and the health it has. */
export interface Side {
  readonly fighter: Fighter
  readonly health: number
}

/** The rounds that the other would need, in hundredths of those that this one needs: 100 is an even match. */
export const odds = (mine: Side, theirs: Side): number =>
  Math.floor((100 * rounds(theirs, mine)) / Math.max(1, rounds(mine, theirs)))

/** In tenths of a round; a thousand rounds are as good as forever. */
const rounds = ({ fighter: { striker } }: Side, { fighter: { guard }, health }: Side): number => {
  const force = Math.ceil((striker.low + striker.high) / 2)
  const { damage } = Combat.lessened(force, striker, guard)
  const percent = (striker.hit * (100 - guard.dodge)) / 100
  return Math.min(10_000, Math.ceil((1_000 * health) / Math.max(1, Math.floor(damage * percent))))
}
