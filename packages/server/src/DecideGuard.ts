/**
 * A time limit for rules that loop, by `node:vm`: V8 ends a script that runs too long, whatever it
 * does (a fiber could not, for nothing else runs meanwhile).
 *
 * Measured: a limit of 50 ms ends an endless loop after 50 to 51 ms, also one that catches
 * everything; a call costs 115 to 140 microseconds, nearly all of it V8's watchdog thread. A guard
 * inside a guard costs nothing: the outer one already watches.
 */
import { Script } from "node:vm"
import { DecideGuard } from "@wr2/engine"
import { Layer } from "effect"

const key = Symbol.for("wr2/server/DecideGuard")
const script = new Script(`globalThis[Symbol.for("wr2/server/DecideGuard")]()`, {
  filename: "wr2-decide-guard"
})

let running: (() => unknown) | undefined
Object.defineProperty(globalThis, key, { value: () => running?.() })

const isTimeout = (error: unknown): boolean =>
  error instanceof Error &&
  (error as { readonly code?: unknown }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT"

/** Runs the thunk in this realm; throws Overran when it takes longer than `millis`. */
export const guard: DecideGuard.Guard = <A>(millis: number, thunk: () => A): A => {
  if (running !== undefined) return thunk()
  running = thunk
  try {
    return script.runInThisContext({ timeout: millis }) as A
  } catch (error) {
    if (isTimeout(error)) throw new DecideGuard.Overran(`longer than ${millis} ms`)
    throw error
  } finally {
    running = undefined
  }
}

/** Sets the engine's guard. */
export const layer: Layer.Layer<never> = Layer.succeed(DecideGuard.DecideGuard, guard)
