/**
 * Accounts and login sessions. Attempts are limited by account and by address, an unknown name
 * costs as much time as a wrong password, and a token is kept as its hash alone.
 */
import { Rejected } from "@wr2/core"
import { Accounts } from "@wr2/engine"
import type { InstanceStore } from "@wr2/engine"
import { Errors } from "@wr2/protocol"
import { Context, Effect, Layer, Metric, Redacted } from "effect"
import * as Buckets from "./Buckets.ts"
import type { Login } from "./Connection.ts"
import { GatewayLimits } from "./GatewayLimits.ts"
import * as Monotonic from "./Monotonic.ts"
import { Passwords } from "./Passwords.ts"
import { Secrets } from "./Secrets.ts"
import * as Telemetry from "./Telemetry.ts"

type Busy = Rejected.Overloaded | Rejected.Unavailable

/** A login session, with the token that is told to its owner once. */
export interface Opened {
  readonly login: Login
  readonly token: Redacted.Redacted<string>
}

/** Somebody wants to log in, or to register. */
export interface Attempt {
  readonly name: string
  readonly password: Redacted.Redacted<string>
  /** What attempts are counted by. */
  readonly address: string
}

export class Auth extends Context.Service<
  Auth,
  {
    readonly register: (
      attempt: Attempt
    ) => Effect.Effect<Opened, Busy | Errors.NameTaken | Errors.BadName | Errors.BadPassword>
    readonly login: (attempt: Attempt) => Effect.Effect<Opened, Busy | Errors.BadCredentials>
    /** Not limited: a token cannot be guessed, and after a restart everybody comes back at once. */
    readonly resume: (
      token: Redacted.Redacted<string>
    ) => Effect.Effect<Login, Busy | Errors.NotLoggedIn>
    /** Ends the login session for good. */
    readonly logout: (login: Login) => Effect.Effect<void, Rejected.Unavailable>
  }
>()("wr2/gateway/Auth") {
  static readonly layer: Layer.Layer<Auth, never, Accounts.Accounts | Passwords | Secrets> =
    Layer.effect(
      Auth,
      Effect.gen(function* () {
        const accounts = yield* Accounts.Accounts
        const passwords = yield* Passwords
        const secrets = yield* Secrets
        const limits = yield* GatewayLimits
        const table = (rate: typeof limits.loginsPerAccount) =>
          new Buckets.Table(rate, limits.countedMax)
        const byAccount = table(limits.loginsPerAccount)
        const byAddress = table(limits.loginsPerAddress)
        const byBoth = table(limits.loginsPerAccountAndAddress)
        const registrations = table(limits.registrationsPerAddress)

        const count = (outcome: string) =>
          Metric.update(Metric.withAttributes(Telemetry.logins, { outcome }), 1)
        const attempt = (bound: string, buckets: Buckets.Table, key: string) =>
          Effect.flatMap(Monotonic.millis, (now) => {
            const retryAfter = buckets.take(key, now)
            return retryAfter === undefined
              ? Effect.void
              : Effect.andThen(
                  count("limited"),
                  Effect.fail(new Rejected.Overloaded({ bound, retryAfter }))
                )
          })

        const open = Effect.fnUntraced(function* (account: number, name: string) {
          const token = yield* secrets.random(32)
          const tokenHash = secrets.digest(token)
          yield* stored(
            accounts.openSession({ tokenHash, account, expiresInMillis: limits.sessionFor })
          )
          yield* count("done")
          return {
            login: { account, name, tokenHash },
            token: Redacted.make(token, { label: "token" })
          }
        })

        return {
          register: Effect.fn("Auth.register")(function* ({ address, name, password }) {
            const bad = badPassword(Redacted.value(password), limits)
            if (!accountName.test(name)) return yield* new Errors.BadName({ rule: accountNameRule })
            if (bad !== undefined) return yield* new Errors.BadPassword({ rule: bad })
            yield* attempt("registrationsPerAddress", registrations, address)
            // Looked up first: hashing is dear, and most names that are taken are known to be.
            const found = yield* stored(accounts.find(name))
            if (found !== undefined) return yield* new Errors.NameTaken({ name })
            const passwordHash = yield* passwords.hash(password)
            const account = yield* accounts.register({ name, passwordHash }).pipe(
              Effect.catchTag("NameTaken", () => Effect.fail(new Errors.NameTaken({ name }))),
              stored
            )
            return yield* open(account.id, account.name)
          }),
          login: Effect.fn("Auth.login")(function* ({ address, name, password }) {
            yield* attempt("loginsPerAddress", byAddress, address)
            // A digest, and not a piece of the name: that would keep all of the frame it came in.
            const key = secrets.digest(name.toLowerCase().slice(0, 64))
            yield* attempt("loginsPerAccountAndAddress", byBoth, `${address} ${key}`)
            yield* attempt("loginsPerAccount", byAccount, key)
            const usable =
              accountName.test(name) && Redacted.value(password).length <= limits.passwordMax
            const account = usable ? yield* stored(accounts.find(name)) : undefined
            const right = yield* passwords.verify(
              usable ? password : Redacted.make(""),
              account?.passwordHash
            )
            if (account === undefined || !right) {
              yield* count("refused")
              return yield* new Errors.BadCredentials({})
            }
            return yield* open(account.id, account.name)
          }),
          resume: Effect.fn("Auth.resume")(function* (token) {
            const tokenHash = secrets.digest(Redacted.value(token))
            const session = yield* stored(accounts.session(tokenHash))
            if (session === undefined) return yield* new Errors.NotLoggedIn({})
            return { account: session.account, name: session.name, tokenHash }
          }),
          logout: Effect.fn("Auth.logout")((login) =>
            stored(accounts.closeSession(login.tokenHash))
          )
        }
      })
    )
}

/** What went wrong in the store is logged, not told: a client learns that it may try again. */
export const stored = <A, E>(
  effect: Effect.Effect<A, E | InstanceStore.StoreError>
): Effect.Effect<A, Exclude<E, InstanceStore.StoreError> | Rejected.Unavailable> =>
  Effect.catchIf(
    effect,
    (error): error is Extract<E | InstanceStore.StoreError, InstanceStore.StoreError> =>
      (error as { readonly _tag?: unknown })._tag === "StoreError",
    (error) =>
      Effect.andThen(
        Effect.logWarning("accounts are not reachable", error.reason, error.message),
        Effect.fail(new Rejected.Unavailable({ reason: "accounts", retryAfter: 1_000 }))
      )
  ) as Effect.Effect<A, Exclude<E, InstanceStore.StoreError> | Rejected.Unavailable>

const accountName = /^[A-Za-z0-9][A-Za-z0-9_.-]{1,31}$/
const accountNameRule = "2 to 32 letters (a to z), digits, dots, dashes or underscores"

const badPassword = (password: string, limits: GatewayLimits): string | undefined =>
  password.length >= limits.passwordMin && password.length <= limits.passwordMax
    ? undefined
    : `${limits.passwordMin} to ${limits.passwordMax} characters`
