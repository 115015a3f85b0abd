/** A server in a process of its own, on a database of its own, with players inside. */
import * as Harness from "@wr2/testkit/Harness"
import { Effect, Redacted } from "effect"
import { join, register } from "../../test/e2e/players.ts"
import { database } from "./Case.ts"
import type { Settings } from "./Case.ts"
import * as Hall from "./Hall.ts"
import * as Wire from "./Wire.ts"

/**
 * Bounds that are there for people: a player here stands for many, who would have a session each. No
 * check is left out, only the number it compares with.
 */
const busy = JSON.stringify({
  commands: { burst: 2_000, everyMillis: 1 },
  frames: { burst: 4_000, everyMillis: 1 },
  registrationsPerAddress: { burst: 1_000, everyMillis: 1 }
})

/** Starts a server for benches: with the hall, and many Commands a session. */
export const serve = Effect.fnUntraced(function* (
  settings: Pick<Settings, "url">,
  env: Readonly<Record<string, string>> = {}
) {
  const url = yield* database(settings)
  const content = yield* Hall.folder
  return yield* Harness.serve({
    role: "all",
    database: Redacted.value(url),
    env: { WR2_CONTENT: content, WR2_GATEWAY_LIMITS: busy, WR2_LOG_LEVEL: "Warn", ...env },
    within: 60_000
  })
})

const perAccount = 10
const password = "correct horse battery"
const letters = (n: number): string =>
  (n < 26 ? "" : letters(Math.floor(n / 26) - 1)) + String.fromCharCode(97 + (n % 26))

/** Hashing passwords is bounded: who comes with others is told to come back. */
const patiently = async <A>(attempt: () => Promise<A>): Promise<A> => {
  for (let i = 0; ; i++) {
    try {
      return await attempt()
    } catch (error) {
      if (i === 100 || !String(error).includes("Overloaded")) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

/** Lean clients in the hall, the first of them number `first`: each logged in, inside, and where it stays. */
export const inHall = Effect.fnUntraced(function* (
  url: string,
  options: {
    readonly first: number
    readonly count: number
    readonly tell?: (own: Wire.Own) => void
  }
) {
  const { count, first, tell } = options
  const tokens = new Map<number, Promise<string>>()
  const tokenOf = (account: number): Promise<string> => {
    const known = tokens.get(account)
    if (known !== undefined) return known
    const made = (async () => {
      const client = await Wire.connect(url)
      const name = `bench${letters(account)}`
      const { token } = await patiently(() => client.call("Register", { name, password }))
      client.close()
      return String(token)
    })()
    tokens.set(account, made)
    return made
  }
  const come = async (i: number): Promise<Wire.Client> => {
    const token = await tokenOf(Math.floor(i / perAccount))
    const client = await Wire.connect(url, tell)
    await client.call("Resume", { token })
    const fresh = JSON.stringify({ description: "One of many." })
    const name = `Bench${letters(i)}`
    const { id } = await patiently(() => client.call("CreateCharacter", { name, fresh }))
    await client.enter(id)
    for (const way of Hall.pathOf(i)) await client.say(way, performance.now())
    return client
  }
  return yield* Effect.acquireRelease(
    Effect.forEach(
      Array.from({ length: count }, (_, i) => first + i),
      (i) => Effect.tryPromise(() => come(i)),
      { concurrency: 8 }
    ),
    (clients) => Effect.sync(() => clients.forEach((client) => client.close()))
  )
})

export type Player = Effect.Success<ReturnType<typeof join>>

/** Does `body` with so many clients as people use, all in the room where characters begin. */
export const withPlayers = Effect.fnUntraced(function* <A, E, R>(
  options: Pick<Settings, "url"> & { readonly clients: number },
  body: (players: ReadonlyArray<Player>) => Effect.Effect<A, E, R>
) {
  const own = Redacted.value(yield* database(options))
  const server = yield* Harness.serve({ role: "all", database: own, within: 60_000 })
  yield* register(server.url, options.clients)
  const players = yield* Effect.forEach(
    Array.from({ length: options.clients }, (_, i) => i),
    (i) => join(server.url, i),
    { concurrency: 4 }
  )
  const result = yield* body(players)
  yield* server.stop()
  return result
}, Effect.scoped)
