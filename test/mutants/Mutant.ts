/**
 * Deliberate breaks, one of each invariant at least, swapped in as a layer, an adapter's statement or
 * a rule of the game; the product's code has no switch for any of them. Each names the check that must
 * fail with it. A check that does not would not notice the real thing either.
 */
import { Effect, Layer, Logger } from "effect"
import { TestClock } from "effect/testing"
import type * as Lab from "../../packages/engine/test/Lab.ts"

/** How engines are made with a mutant in them; nothing in it without. */
export type With = Pick<Lab.Options, "game" | "parts" | "store" | "consumers">

/** A claim about the engine, tried on a laboratory: throws when it does not hold. */
export interface Check {
  readonly name: string
  readonly run: (options: With) => Effect.Effect<void>
}

export interface Mutant {
  readonly name: string
  /** Its number in ARCHITECTURE.md, and what it says. */
  readonly invariant: string
  readonly with: With
  readonly check: Check
}

/** Checks are in virtual time; what hangs in real time is broken, too. */
const millisMax = 20_000

/** Tries a check; says why it failed, undefined when it held. */
export const failure = async (check: Check, options: With): Promise<string | undefined> => {
  const tried = Effect.runPromise(
    Effect.scoped(
      Effect.provide(
        Effect.suspend(() => check.run(options)),
        Layer.merge(TestClock.layer(), Logger.layer([]))
      )
    )
  ).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error))
  )
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("it did not come to an end"), millisMax)
  })
  return Promise.race([tried, late]).finally(() => clearTimeout(timer))
}
