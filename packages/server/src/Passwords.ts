/**
 * Passwords by scrypt: slow and hungry by intent, so only so many at once, and only so many waiting.
 * A hash carries its own salt and cost; raising the cost leaves the old ones valid.
 */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto"
import { Rejected } from "@wr2/core"
import { Passwords } from "@wr2/gateway"
import { Context, Effect, Layer, Redacted, Semaphore } from "effect"

/** What one hash costs: 128 * n * r bytes of memory, and time in proportion to n * r * p. */
export interface Cost {
  readonly n: number
  readonly r: number
  readonly p: number
}

/** Every bound of password hashing. */
export interface PasswordLimits {
  /** The cost of new hashes. */
  readonly cost: Cost
  /** Hashes computed at once: what a flood of logins can take of memory and cores. */
  readonly atOnce: number
  /** Logins that wait for their turn; then Overloaded. */
  readonly waiting: number
}

/** 64 MiB and some 150 ms each: two at once leave the other threads of libuv's four to others. */
export const defaults: PasswordLimits = {
  cost: { n: 2 ** 16, r: 8, p: 1 },
  atOnce: 2,
  waiting: 64
}

/** The bounds in use. */
export const PasswordLimits = Context.Reference<PasswordLimits>("wr2/server/PasswordLimits", {
  defaultValue: () => defaults
})

/** A hash in the store may not cost more than this, whoever wrote it there. */
const memoryMax = 256 * 1024 * 1024
const keyBytes = 32
const saltBytes = 16

interface Hash {
  readonly cost: Cost
  readonly salt: Buffer
  readonly key: Buffer
}

const write = ({ cost, key, salt }: Hash): string =>
  `scrypt$${cost.n}$${cost.r}$${cost.p}$${salt.toString("base64url")}$${key.toString("base64url")}`

const form = /^scrypt\$(\d{1,8})\$(\d{1,3})\$(\d{1,3})\$([\w-]{16,64})\$([\w-]{43})$/

/** Undefined: not a hash of ours, or one that would cost too much. */
const read = (text: string): Hash | undefined => {
  const found = form.exec(text)
  if (found === null) return undefined
  const [, n, r, p, salt, key] = found
  const cost = { n: Number(n), r: Number(r), p: Number(p) }
  return memory(cost) <= memoryMax && cost.p <= 16
    ? { cost, salt: Buffer.from(salt!, "base64url"), key: Buffer.from(key!, "base64url") }
    : undefined
}

const memory = ({ n, p, r }: Cost): number => 128 * r * (n + p)

const derive = (
  password: Redacted.Redacted<string>,
  salt: Buffer,
  cost: Cost
): Effect.Effect<Buffer> =>
  Effect.callback<Buffer>((resume) => {
    const options = { N: cost.n, r: cost.r, p: cost.p, maxmem: 2 * memory(cost) }
    // The same letters are the same password, however a keyboard composes them.
    scrypt(Redacted.value(password).normalize("NFKC"), salt, keyBytes, options, (error, key) =>
      resume(error === null ? Effect.succeed(key) : Effect.die(error))
    )
  })

/** Passwords by scrypt. */
export const layer: Layer.Layer<Passwords.Passwords> = Layer.effect(
  Passwords.Passwords,
  Effect.gen(function* () {
    const { atOnce, cost, waiting } = yield* PasswordLimits
    const turns = yield* Semaphore.make(atOnce)
    let asked = 0
    const inTurn = <A>(effect: Effect.Effect<A>): Effect.Effect<A, Rejected.Overloaded> =>
      Effect.suspend(() => {
        if (asked >= atOnce + waiting) {
          return Effect.fail(new Rejected.Overloaded({ bound: "passwords", retryAfter: 1_000 }))
        }
        asked++
        // Once begun it cannot be stopped: who hangs up does not free the turn before it is done.
        return turns
          .withPermit(Effect.uninterruptible(effect))
          .pipe(Effect.ensuring(Effect.sync(() => asked--)))
      })
    const nobody: Hash = { cost, salt: randomBytes(saltBytes), key: randomBytes(keyBytes) }
    return {
      hash: (password) =>
        inTurn(
          Effect.suspend(() => {
            const salt = randomBytes(saltBytes)
            return Effect.map(derive(password, salt, cost), (key) => write({ cost, salt, key }))
          })
        ),
      verify: (password, text) => {
        const known = text === undefined ? undefined : read(text)
        const { key, salt, ...hash } = known ?? nobody
        return inTurn(
          Effect.map(
            derive(password, salt, hash.cost),
            (derived) => timingSafeEqual(derived, key) && known !== undefined
          )
        )
      }
    }
  })
)
