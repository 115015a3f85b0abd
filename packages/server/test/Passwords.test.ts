import { assert, describe, it } from "@effect/vitest"
import { Passwords, Secrets } from "@wr2/gateway"
import { Effect, Fiber, Layer, Redacted } from "effect"
import * as ServerPasswords from "../src/Passwords.ts"
import * as ServerSecrets from "../src/Secrets.ts"

const cheap = { cost: { n: 2 ** 10, r: 8, p: 1 }, atOnce: 2, waiting: 3 }
const layer = (limits: Partial<ServerPasswords.PasswordLimits> = {}) =>
  ServerPasswords.layer.pipe(
    Layer.provide(Layer.succeed(ServerPasswords.PasswordLimits, { ...cheap, ...limits }))
  )
const secret = Redacted.make("correct horse battery")

describe("Passwords", () => {
  it.effect("knows the right one from others, by a hash that never repeats", () =>
    Effect.gen(function* () {
      const passwords = yield* Passwords.Passwords
      const first = yield* passwords.hash(secret)
      const second = yield* passwords.hash(secret)
      assert.notStrictEqual(first, second)
      assert.notInclude(first, "horse")
      assert.isTrue(yield* passwords.verify(secret, first))
      assert.isTrue(yield* passwords.verify(secret, second))
      assert.isFalse(yield* passwords.verify(Redacted.make("correct horse batterz"), first))
      assert.isFalse(yield* passwords.verify(secret, undefined))
    }).pipe(Effect.provide(layer()))
  )

  it.effect("a hash of another cost stays valid", () =>
    Effect.gen(function* () {
      const old = yield* Effect.flatMap(Passwords.Passwords, (one) => one.hash(secret)).pipe(
        Effect.provide(layer({ cost: { n: 2 ** 8, r: 4, p: 2 } }))
      )
      const passwords = yield* Passwords.Passwords
      assert.isTrue(yield* passwords.verify(secret, old))
    }).pipe(Effect.provide(layer()))
  )

  it.effect("believes no hash that is broken or would eat the memory", () =>
    Effect.gen(function* () {
      const passwords = yield* Passwords.Passwords
      const good = yield* passwords.hash(secret)
      for (const bad of [
        "",
        "x",
        good.slice(0, -1),
        good.replace("$1024$", "$99999999$"),
        `${good}$`
      ]) {
        assert.isFalse(yield* passwords.verify(secret, bad))
      }
    }).pipe(Effect.provide(layer()))
  )

  it.effect("so many at once and so many waiting; the rest is told so", () =>
    Effect.gen(function* () {
      const passwords = yield* Passwords.Passwords
      const fibers = []
      for (let i = 0; i < 8; i++) {
        fibers.push(
          yield* Effect.forkChild(Effect.result(passwords.hash(secret)), { startImmediately: true })
        )
      }
      const results = yield* Effect.forEach(fibers, Fiber.join)
      assert.strictEqual(results.filter(({ _tag }) => _tag === "Failure").length, 3)
      assert.isString(yield* passwords.hash(secret))
    }).pipe(Effect.provide(layer()))
  )
})

describe("Secrets", () => {
  it.effect("seals by the secret, and compares texts of any length", () =>
    Effect.gen(function* () {
      const secrets = yield* Secrets.Secrets
      const other = yield* Effect.provide(
        Secrets.Secrets,
        ServerSecrets.layer(Redacted.make("other"))
      )
      assert.strictEqual(secrets.mac("a"), secrets.mac("a"))
      assert.notStrictEqual(secrets.mac("a"), other.mac("a"))
      assert.isTrue(secrets.same("abc", "abc"))
      assert.isFalse(secrets.same("abc", "abcd"))
      assert.isFalse(secrets.same("", "abcd"))
      const drawn = new Set<string>()
      for (let i = 0; i < 100; i++) drawn.add(yield* secrets.random(16))
      assert.strictEqual(drawn.size, 100)
    }).pipe(Effect.provide(ServerSecrets.layer(Redacted.make("one"))))
  )
})
