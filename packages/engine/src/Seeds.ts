/**
 * The seed of a new Action: random, or derived from its key with a server secret; never from the
 * client. A reference, so that tests and simulation can make it repeatable.
 */
import { Context } from "effect"

declare const crypto: { readonly getRandomValues: (into: Uint32Array) => Uint32Array }

/** From an Action's idempotency key to its seed, 0 to 2^53 - 1. */
export type Seed = (key: string) => number

export const Seeds = Context.Reference<Seed>("wr2/engine/Seeds", {
  defaultValue: () => {
    // Drawn by the page: a call for each seed cost a tenth of the engine's time.
    const page = new Uint32Array(1_024)
    let at = page.length
    return () => {
      if (at >= page.length) {
        crypto.getRandomValues(page)
        at = 0
      }
      const seed = (page[at]! & 0x1fffff) * 0x100000000 + page[at + 1]!
      at += 2
      return seed
    }
  }
})
