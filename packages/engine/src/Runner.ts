/** This process as an owner of instances. */
import { Context } from "effect"

declare const crypto: { readonly randomUUID: () => string }

/** Who a process is. */
export interface Identity {
  /** A name for people and logs. */
  readonly name: string
  /** Unique for each start of the process: whose instances the Waker may take when it is gone. */
  readonly incarnation: string
}

export const Runner = Context.Reference<Identity>("wr2/engine/Runner", {
  defaultValue: () => {
    const incarnation = crypto.randomUUID()
    return { name: `runner-${incarnation.slice(0, 8)}`, incarnation }
  }
})
