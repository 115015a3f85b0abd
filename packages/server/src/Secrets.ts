/** The gateway's cryptography, by node:crypto. */
import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto"
import { Secrets } from "@wr2/gateway"
import { Effect, Layer, Redacted } from "effect"

/**
 * From a text that only the operator knows; all gateways of a world are given the same. The key is
 * derived from it for this one purpose, so that a sealed token tells nothing about the text.
 */
export const layer = (secret: Redacted.Redacted<string>): Layer.Layer<Secrets.Secrets> =>
  Layer.sync(Secrets.Secrets, () => {
    const key = Buffer.from(hkdfSync("sha256", Redacted.value(secret), "", "wr2/gateway/seal", 32))
    return {
      mac: (text) => createHmac("sha256", key).update(text).digest("base64url"),
      digest,
      // Digests have one length, whatever was compared, and tell nothing by the time they take.
      same: (a, b) => timingSafeEqual(Buffer.from(digest(a)), Buffer.from(digest(b))),
      random: (bytes) => Effect.sync(() => randomBytes(bytes).toString("base64url"))
    }
  })

const digest = (text: string): string => createHash("sha256").update(text).digest("hex")
