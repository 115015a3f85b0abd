/** What simulated players say, and which answers make them say it again. */
import type { Dice } from "@wr2/core"
import type { Intent } from "@wr2/engine/Messages"

/**
 * Asked again. TakenOver too: who was the owner until a moment ago may say so within its lease
 * (readStaleness), and owners change faster here than placement ever lets them.
 */
export const notNow: ReadonlySet<string> = new Set([
  "Moved",
  "Unavailable",
  "Overloaded",
  "NoSuchCharacter",
  "NoInstance",
  "TakenOver"
])

const lines = (
  "n, n, s, go 2, go -99, stroll, double, look, dance, greet, mint 2 5, hand, melt, bell 300 2 400, " +
  "urgent 200 50, shove, wrong throw, slow, wrong plan, tock 500 4, tick 400 3, cross, cross, peek throw"
).split(", ")

/** A line, by the dice; whom and where it is about, too. */
export const spoken = (dice: Dice.Dice, n: number, players: number, instances: number): Intent => {
  const line = dice.pick(lines)!
  const full =
    line === "hand" || line === "shove"
      ? `${line} ${dice.between(1, players)}${line === "shove" ? " 1" : ""}`
      : line === "cross"
        ? `cross ${dice.between(1, instances)}`
        : line
  return { n, settled: 0, text: full, command: null }
}
