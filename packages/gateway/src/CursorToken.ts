/**
 * The token of a cursor: what a subscriber hears and since when, sealed by HMAC, so that a client
 * can keep it and cannot change it. Who holds it can hear on exactly as before, on any gateway that
 * shares the secret, and nothing else.
 */
import type { Aggregate } from "@wr2/core"
import type { GatewayRpcs } from "@wr2/protocol"
import { Result, Schema } from "effect"
import type { Secrets } from "./Secrets.ts"

/** What a token holds. */
export const Sealed = Schema.Struct({
  /** Whose it is. */
  account: Schema.Int,
  character: Schema.Int,
  /** The session that plays the character. */
  session: Schema.String,
  instance: Schema.Int,
  lineage: Schema.String,
  /** The streams hold after this seq. */
  seq: Schema.Int,
  streams: Schema.Array(Schema.String),
  /** The instance to which it has gone: nothing more is heard in this one, also if it comes back. */
  departed: Schema.NullOr(Schema.Int)
})
export type Sealed = typeof Sealed.Type

/** Raised when what is sealed changes its form. */
const purpose = "wr2/cursor/2"

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Sealed))

/** A token that holds this. */
export const seal = (secrets: Secrets["Service"], sealed: Sealed): string => {
  const body = JSON.stringify(sealed)
  return `${secrets.mac(`${purpose}.${body}`)}.${body}`
}

/** What a token holds; undefined when it was not sealed here, or is changed, or too long. */
export const open = (
  secrets: Secrets["Service"],
  token: string,
  max: number
): Sealed | undefined => {
  const dot = token.indexOf(".")
  if (token.length > max || dot < 0) return undefined
  const body = token.slice(dot + 1)
  if (!secrets.same(secrets.mac(`${purpose}.${body}`), token.slice(0, dot))) return undefined
  const decoded = decode(body)
  return Result.isSuccess(decoded) ? decoded.success : undefined
}

/**
 * What a cursor lets its holder hear; undefined when cursor and token do not belong together. The
 * seq is the client's word, and may be anything at or above the token's: below, it would claim
 * Events that other streams decided on.
 */
export const ofCursor = (
  secrets: Secrets["Service"],
  cursor: GatewayRpcs.Cursor,
  max: number
): Sealed | undefined => {
  const sealed = open(secrets, cursor.token, max)
  return sealed !== undefined &&
    sealed.instance === cursor.instance &&
    sealed.lineage === cursor.lineage &&
    cursor.seq >= sealed.seq
    ? sealed
    : undefined
}

/** The streams of a token in a fixed order: equal hearings have equal tokens. */
export const sorted = (
  streams: ReadonlySet<Aggregate.StreamKey>
): ReadonlyArray<Aggregate.StreamKey> => [...streams].sort()
