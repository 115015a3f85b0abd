/** The strength that skills cost: like health, it comes back with time, and no tick writes it. */
import type { Character } from "./aggregates/Character.ts"
import * as Combat from "./Combat.ts"

/** One point comes back in so many milliseconds; in half of it to who rests. */
const millisPerPoint = 3_000

/** All that a character may have. */
export const max = ({ exp }: Pick<Character, "exp">): number => 10 + 2 * Combat.level(exp)

/** What it has at `now`. */
export const at = (character: Pick<Character, "craft" | "exp" | "stance">, now: number): number => {
  const { energy, energyAt } = character.craft
  const pace = character.stance === "resting" ? millisPerPoint / 2 : millisPerPoint
  return Math.min(max(character), energy + Math.max(0, Math.floor((now - energyAt) / pace)))
}
