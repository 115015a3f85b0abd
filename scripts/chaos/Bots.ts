/** Players at random: each an account's character that talks, fights or travels until it is told to stop. */
import { Dice } from "@wr2/core"
import { Effect } from "effect"
import * as Gate from "./Gate.ts"
import type { History } from "./History.ts"
import * as Player from "./Player.ts"
import type { World } from "./Worlds.ts"

/** One account plays so many characters: an address may register only so many. */
const perAccount = 10
/** Names have no digits: 0 -> a, 27 -> bb. */
const letters = (index: number): string =>
  String.fromCharCode(97 + (index % 26)).repeat(1 + Math.floor(index / 26))
const accountOf = (index: number) => `chaos${letters(Math.floor(index / perAccount))}`
/** Registers the accounts that so many players need. */
export const register = Effect.fnUntraced(function* (url: string, players: number) {
  for (let index = 0; index < players; index += perAccount) {
    const client = yield* Player.connect(url, Player.deaf)
    yield* Player.patiently(client.register(accountOf(index), Player.password))
  }
}, Effect.scoped)

/** One player. */
export interface Bot {
  readonly name: string
  readonly gate: Gate.Gate
  readonly history: History
  readonly accepted: () => number
  /** Commands that have no answer yet. */
  readonly waiting: () => number
  /** Plays until told to stop. */
  readonly play: (until: () => boolean) => Effect.Effect<void>
  /** Sends so many at once; comes back when all are answered. */
  readonly flood: (count: number) => Effect.Effect<void>
  /** Stops looking at what it is told, or looks again. */
  readonly look: (on: boolean) => void
  /** Says one last thing, and waits for the answer. */
  readonly farewell: Effect.Effect<void>
  /** The last that went over its wire, for whoever has to find out why. */
  readonly trail: () => ReadonlyArray<string>
  /** Why its play ended by itself, if it did. */
  readonly closed: () => string | undefined
}

/** A player inside the world. `target`: the gateway's port, asked at each connection. */
export const join = Effect.fnUntraced(function* (options: {
  readonly index: number
  readonly seed: number
  readonly target: () => number
  readonly world: World
}) {
  const { index, seed } = options
  const { through, travelling, wandering } = options.world
  const name = `Chaos${letters(index)}`
  const gate = yield* Gate.make(options.target)
  const player = yield* Player.make(gate.url)
  const { accepted, client, submit, waiting } = player
  let said = 0

  yield* Player.patiently(client.login(accountOf(index), Player.password))
  const known = (yield* Player.patiently(client.characters)).find(
    (character) => character.name === name
  )
  const character =
    known ??
    (yield* Player.patiently(client.create(name, { description: `${name} has no other face.` })))
  yield* Player.patiently(client.enter(character.id))

  const speak = () => `say ${name} speaks for the ${++said}. time`
  const dice = Dice.fromSeed(seed * 1_000 + index)
  let step = 0
  const next = (): string => {
    step++
    // Three of four say something, now and then: of that it is known what must have become of it.
    if (index % 4 === 3) {
      const lines = step % 40 < travelling.length ? travelling : through
      return lines[(step % 40) % lines.length]!
    }
    return index % 4 === 0 || dice.chance(30) ? speak() : dice.pick(wandering)!
  }

  return {
    name,
    gate,
    history: player.history(name, character.id),
    accepted,
    waiting,
    play: (until) =>
      Effect.gen(function* () {
        while (!until()) {
          // Often several at once, as in `n;n;get sword`.
          const count = dice.chance(50) ? dice.between(2, 8) : 1
          yield* Effect.forEach(Array.from({ length: count }, next), submit, {
            concurrency: "unbounded",
            discard: true
          })
          yield* Effect.sleep(dice.between(20, 80))
        }
      }),
    flood: (count) =>
      Effect.forEach(Array.from({ length: count }, speak), submit, {
        concurrency: "unbounded",
        discard: true
      }),
    look: player.look,
    farewell: submit(speak()),
    trail: player.trail,
    closed: player.closed
  } satisfies Bot
})
