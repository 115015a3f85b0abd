/** The gateway's cryptography, by node:crypto. */
import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto"
import { Secrets } from "@wr2/gateway"
import { Effect, Layer, Redacted } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"

/** The secret that is kept in the world's database, made by whichever gateway comes first. */
export const kept: Effect.Effect<
  Redacted.Redacted<string>,
  SqlError,
  SqlClient.SqlClient
> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const made = randomBytes(32).toString("base64url")
  yield* sql`INSERT INTO wr2.gateway_secret (secret) VALUES (${made}) ON CONFLICT DO NOTHING`
  const rows = yield* sql<{ readonly secret: string }>`SELECT secret FROM wr2.gateway_secret`
  return Redacted.make(rows[0]!.secret, { label: "secret" })
})

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
