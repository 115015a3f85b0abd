/** Players over real websockets: accounts, characters, connections. */
import { Connector, Wr2Client } from "@wr2/client"
import { Codec } from "@wr2/protocol"
import { game } from "@wr2/testkit/SmallWorld"
import { Effect, Redacted, Schedule } from "effect"

const codec = Codec.of(game)
const password = Redacted.make("correct horse battery")
/** One account plays so many characters: an address may register only so many accounts. */
const perAccount = 10

const accountOf = (prefix: string, index: number) =>
  `${prefix.toLowerCase()}${letters(Math.floor(index / perAccount))}`

/** Registers the accounts that so many players need. */
export const register = Effect.fnUntraced(function* (url: string, players: number, prefix = "Bot") {
  for (let index = 0; index < players; index += perAccount) {
    const client = yield* connect(url)
    yield* patiently(client.register(accountOf(prefix, index), password))
  }
}, Effect.scoped)

/** Logins of an address and hashing are bounded: who comes with a hundred others is told to come back, until it is their turn. */
const patiently = <A, E extends { readonly _tag: string }, R>(call: Effect.Effect<A, E, R>) =>
  Effect.retry(call, {
    while: ({ _tag }) => _tag === "Overloaded",
    times: 1_000,
    schedule: Schedule.spaced("100 millis")
  })

/** A client of its own connection, logged in and inside the world as the given character. */
export const join = Effect.fnUntraced(function* (url: string, index: number, prefix = "Bot") {
  const account = accountOf(prefix, index)
  const client = yield* connect(url)
  yield* patiently(client.login(account, password))
  const name = `${prefix}${letters(index)}`
  const known = (yield* client.characters).find((character) => character.name === name)
  const character =
    known ?? (yield* client.create(name, { description: `${name} has no other face.` }))
  yield* client.enter(character.id)
  return { client, name, id: character.id }
})

/** A client, not logged in. */
export const connect = (url: string) =>
  Wr2Client.make(codec, { name: "test" }).pipe(
    Effect.provide(Connector.Connector.layerWebSocket(`${url.replace("http", "ws")}/rpc`))
  )

/** 0 -> a, 27 -> bb: names have no digits. */
const letters = (index: number): string => {
  const letter = String.fromCharCode(97 + (index % 26))
  return letter.repeat(1 + Math.floor(index / 26))
}

export { password }
