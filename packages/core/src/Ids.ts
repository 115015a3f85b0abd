/**
 * The supply of new ids: injected, so that replay makes the same ones. Ids are global, kept for
 * life and across instances, and below 2^53.
 */
export interface Supply {
  /** The next id, never handed out before. */
  readonly next: () => number
}

/** A supply that counts up from `base`: tests, and the replay of a logged Action (its `id_base`). */
export const countingFrom = (base: number): Supply => {
  let at = base
  return { next: () => at++ }
}
