/**
 * Copies of a place: instances of their own, each for a group that went in together. Their numbers say
 * all that has to be known of them: where one came in from, and which place they are a copy of.
 */

/** Above all numbers that are given to places by hand; what is added stays below 2^53. */
const base = 1_000_000_000_000_000

/** The highest number of a place that has copies, or that leads into one. */
export const placeMax = 999

/** The number of the copy of a place, made at `origin`, that has this id. Null: that instance makes none. */
export const numberOf = (origin: number, place: number, id: number): number | null => {
  const copy = base + id * 1_000_000 + origin * 1_000 + place
  return origin > placeMax || !Number.isSafeInteger(copy) ? null : copy
}

/** Whether an instance is a copy. */
export const isCopy = (instance: number): boolean => instance >= base

/** The number of the place that an instance is of. */
export const placeOf = (instance: number): number =>
  isCopy(instance) ? instance % 1_000 : instance

/** The instance from which one goes into a copy. */
export const originOf = (copy: number): number => Math.floor(copy / 1_000) % 1_000
