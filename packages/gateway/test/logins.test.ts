import { assert, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { GatewayLimits } from "../src/GatewayLimits.ts"
import { FakeWorld } from "./fixture/FakeWorld.ts"
import { connect, gateway, memoryAccounts } from "./fixture/Fixture.ts"
import { arrive, password } from "./fixture/Player.ts"

it.effect("who guesses without end leaves the owner some attempts", () =>
  Effect.gen(function* () {
    yield* arrive("Ann")
    const attempt = (address: string, secret: Redacted.Redacted<string>) =>
      Effect.gen(function* () {
        const { client, on } = yield* connect(address)
        return yield* Effect.result(on(client.Login({ name: "ann", password: secret })))
      })
    for (let second = 0; second < 12; second++) {
      for (let i = 0; i < 4; i++) yield* attempt("bad", Redacted.make("wrong wrong"))
      yield* TestClock.adjust("1 second")
    }
    yield* attempt("bad", Redacted.make("wrong wrong"))
    assert.strictEqual((yield* attempt("home", password))._tag, "Success")
  }).pipe(
    Effect.provide(gateway(new FakeWorld(), memoryAccounts())),
    Effect.scoped,
    Effect.updateService(GatewayLimits, (defaults) => ({
      ...defaults,
      loginsPerAccount: { burst: 3, everyMillis: 1_000 },
      loginsPerAccountAndAddress: { burst: 3, everyMillis: 5_000 }
    }))
  )
)
