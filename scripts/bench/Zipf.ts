/** Chance for loads: seeded, so that two runs ask for the same. */

/** A number from 0 to 1 (not included) at each call: mulberry32. */
export const uniform = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * Ranks from 0 to n - 1, the k-th with probability proportional to 1 / (k + 1)^s, by looking up a
 * uniform number in the cumulative distribution. s = 0: all alike.
 */
export const zipf = (n: number, s: number, seed: number): (() => number) => {
  const next = uniform(seed)
  if (s === 0) return () => Math.floor(next() * n)
  const upTo = new Float64Array(n)
  let sum = 0
  for (let k = 0; k < n; k++) upTo[k] = sum += (k + 1) ** -s
  return () => {
    const wanted = next() * sum
    let low = 0
    let high = n - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (upTo[middle]! < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Gaps between arrivals that come by chance, so many a second on average: exponential, in milliseconds. */
export const gaps = (perSecond: number, seed: number): (() => number) => {
  const next = uniform(seed)
  return () => (-Math.log(1 - next()) * 1_000) / perSecond
}
