/** The port to what needs cryptography: implemented by the server (this package knows no `node:`). */
import { Context } from "effect"
import type { Effect } from "effect"

export class Secrets extends Context.Service<
  Secrets,
  {
    /** HMAC-SHA-256 of a text under the gateway's secret, which all gateways of a world share. */
    readonly mac: (text: string) => string
    /** SHA-256 of a text. */
    readonly digest: (text: string) => string
    /** Compares in a time that tells nothing about where they differ. */
    readonly same: (a: string, b: string) => boolean
    /** So many random bytes, as text without characters that need escaping. */
    readonly random: (bytes: number) => Effect.Effect<string>
  }
>()("wr2/gateway/Secrets") {}
