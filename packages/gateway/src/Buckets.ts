/**
 * Token buckets as pure values, and a bounded table of them. (`effect/persistence` has a rate
 * limiter, but its memory store keeps every key for ever: names tried by an attacker would fill it.)
 */
import type { Rate } from "./GatewayLimits.ts"

/** Tokens left as of a time. */
export interface Bucket {
  readonly tokens: number
  readonly at: number
}

/** A bucket that nobody has taken from. */
export const full = (rate: Rate, now: number): Bucket => ({ tokens: rate.burst, at: now })

/** The bucket now: whole tokens come in one by one, never above the burst. */
export const filled = (bucket: Bucket, rate: Rate, now: number): Bucket => {
  const gained = Math.max(0, Math.floor((now - bucket.at) / rate.everyMillis))
  const tokens = Math.min(rate.burst, bucket.tokens + gained)
  return { tokens, at: tokens === rate.burst ? now : bucket.at + gained * rate.everyMillis }
}

/** Takes up to `wanted` tokens: how many were had, and when one more is there. */
export const take = (
  bucket: Bucket,
  rate: Rate,
  now: number,
  wanted: number
): { readonly bucket: Bucket; readonly taken: number; readonly retryAfter: number } => {
  const current = filled(bucket, rate, now)
  const taken = Math.min(wanted, current.tokens)
  return {
    bucket: { tokens: current.tokens - taken, at: current.at },
    taken,
    retryAfter: Math.max(1, Math.ceil(current.at + rate.everyMillis - now))
  }
}

/**
 * Buckets by key, at most `max` of them: a full one tells nothing and is dropped, else the least
 * recently used is forgotten.
 */
export class Table {
  readonly rate: Rate
  readonly max: number
  readonly #buckets = new Map<string, Bucket>()
  constructor(rate: Rate, max: number) {
    this.rate = rate
    this.max = max
  }

  get size(): number {
    return this.#buckets.size
  }

  /** Takes one token; undefined: had. Else the time after which to try again. */
  take(key: string, now: number): number | undefined {
    const { retryAfter, taken } = this.upTo(key, now, 1)
    return taken === 1 ? undefined : retryAfter
  }

  /** Takes up to `wanted` tokens, as `take`. */
  upTo(
    key: string,
    now: number,
    wanted: number
  ): { readonly taken: number; readonly retryAfter: number } {
    const before = this.#buckets.get(key) ?? full(this.rate, now)
    const { bucket, retryAfter, taken } = take(before, this.rate, now, wanted)
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    if (this.#buckets.size > this.max) this.#forget(now)
    return { taken, retryAfter }
  }

  #forget(now: number): void {
    // From the least recently used on: most of those are full again.
    for (const [key, bucket] of this.#buckets) {
      if (this.#buckets.size <= this.max && filled(bucket, this.rate, now).tokens < this.rate.burst)
        return
      this.#buckets.delete(key)
    }
  }
}
