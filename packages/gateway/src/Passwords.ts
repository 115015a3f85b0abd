/** The port to password hashing: slow by intent, so bounded; implemented by the server. */
import type { Rejected } from "@wr2/core"
import { Context } from "effect"
import type { Effect, Redacted } from "effect"

export class Passwords extends Context.Service<
  Passwords,
  {
    /** A hash with its own salt and parameters in it. Overloaded when too many wait. */
    readonly hash: (
      password: Redacted.Redacted<string>
    ) => Effect.Effect<string, Rejected.Overloaded>
    /**
     * Whether the password has this hash. Undefined (no such account) takes as long as a wrong
     * password, so that nobody learns by the time it takes which accounts exist.
     */
    readonly verify: (
      password: Redacted.Redacted<string>,
      hash: string | undefined
    ) => Effect.Effect<boolean, Rejected.Overloaded>
  }
>()("wr2/gateway/Passwords") {}
