/** Runs a check with the engine as it is, and with a mutant. */
import { Cause, Effect, Exit } from "effect"
import { TestClock } from "effect/testing"
import type { Options } from "../../packages/engine/test/Lab.ts"
import * as checks from "./checks.ts"
import type { Check } from "./checks.ts"
import type { Mutant } from "./mutants.ts"

const all: Readonly<Record<Mutant["check"], Check>> = { ...checks }

/** What a check found: undefined when the promise was kept. */
export const found = (check: Mutant["check"], engine: Options): Effect.Effect<string | undefined> =>
  Effect.suspend(() => all[check](engine)).pipe(
    Effect.exit,
    Effect.map((exit) =>
      Exit.isSuccess(exit) ? undefined : (Cause.pretty(exit.cause).split("\n")[0] ?? "it failed")
    ),
    Effect.provide(TestClock.layer()),
    Effect.scoped
  )
