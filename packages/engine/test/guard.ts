/** A real time limit for tests: V8 ends a script that runs too long. */
import { Script } from "node:vm"
import { Overran } from "@wr2/engine/DecideGuard"
import type { Guard } from "@wr2/engine/DecideGuard"

const script = new Script("globalThis.wr2Guarded()")
let running: (() => unknown) | undefined
Object.defineProperty(globalThis, "wr2Guarded", { value: () => running?.() })

/** Ends the thunk after `millis` at most, `within` whatever is asked for. */
export const guardOf =
  (within: number): Guard =>
  <A>(_: number, thunk: () => A): A => {
    if (running !== undefined) return thunk()
    running = thunk
    try {
      return script.runInThisContext({ timeout: within }) as A
    } catch (error) {
      if ((error as { code?: unknown }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") throw new Overran()
      throw error
    } finally {
      running = undefined
    }
  }
