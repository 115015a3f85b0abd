/** Seeded dice: the only randomness a rule can reach. The same seed gives the same rolls, for ever. */
export interface Dice {
  /** A whole number from 1 to `sides` (at least 1), all equally likely. */
  readonly roll: (sides: number) => number
  /** A whole number from `low` to `high`, both included. */
  readonly between: (low: number, high: number) => number
  /** True `percent` times of a hundred. */
  readonly chance: (percent: number) => boolean
  /** One of the given, undefined when there is none. */
  readonly pick: <A>(from: ReadonlyArray<A>) => A | undefined
}

/** Dice of a seed (0 to 2^53 - 1). The generator is sfc32 (Chris Doty-Humphrey, PractRand), 12 rounds warmed. */
export const fromSeed = (seed: number): Dice => {
  let a = seed >>> 0
  let b = Math.floor(seed / 0x100000000) >>> 0
  let c = 0x9e3779b9
  let d = 1
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return t >>> 0
  }
  for (let i = 0; i < 12; i++) next()
  const roll = (sides: number): number => {
    if (!Number.isSafeInteger(sides) || sides < 1 || sides > 0xffffffff) {
      throw new Error(`dice have 1 to 4294967295 sides, not ${sides}`)
    }
    // Rejection keeps every face equally likely.
    const limit = 0x100000000 - (0x100000000 % sides)
    let drawn = next()
    while (drawn >= limit) drawn = next()
    return 1 + (drawn % sides)
  }
  return {
    roll,
    between: (low, high) => low - 1 + roll(high - low + 1),
    chance: (percent) => percent > 0 && roll(100) <= percent,
    pick: (from) => (from.length === 0 ? undefined : from[roll(from.length) - 1])
  }
}
