/** What scenarios are played with: places of one set, and players in them. */
import { PgClient } from "@effect/sql-pg"
import * as Harness from "@wr2/testkit/Harness"
import { Effect, Schedule } from "effect"
import type { Scope } from "effect"
import type { History } from "../chaos/History.ts"
import * as Player from "../chaos/Player.ts"
import * as Ground from "./Ground.ts"
import type { Lane } from "./Lane.ts"

/** A player's character. */
export interface Hero {
  readonly name: string
  readonly character: number
  readonly client: Player.Player["client"]
  /** Does one thing after the other, each when the one before is answered. */
  readonly does: (...lines: ReadonlyArray<string>) => Effect.Effect<void>
  readonly enter: Effect.Effect<void, unknown>
  readonly waiting: () => number
  readonly history: History
  readonly trail: Player.Player["trail"]
  /** It was entered once. */
  entered: boolean
  /** It has left the world: nothing more is heard of it. */
  gone: boolean
}

export interface Stage {
  readonly lane: Lane
  readonly instance: (place: Ground.Place) => number
  /** Instances that there are by now. */
  readonly founded: Set<number>
  readonly heroes: Array<Hero>
  readonly found: (place: Ground.Place) => Effect.Effect<void>
  /** A connection whose account is made or found. */
  readonly account: Effect.Effect<Player.Player, unknown, Scope.Scope>
  /** A character of it, made in the place that was founded first, or found there. */
  readonly create: (player: Player.Player, name: string) => Effect.Effect<Hero, unknown>
  /** Somebody new, inside. */
  readonly hero: Effect.Effect<Hero, unknown, Scope.Scope>
  /** Waits until one more Action of a type is done in a place. */
  readonly another: (place: Ground.Place, type: string) => Effect.Effect<void, Harness.HarnessError>
  /** Does something, and waits for what comes of it in the end. */
  readonly until: (
    place: Ground.Place,
    type: string,
    doing: Effect.Effect<void>
  ) => Effect.Effect<void, Harness.HarnessError>
  /** Waits until there is one at all. */
  readonly some: (place: Ground.Place, type: string) => Effect.Effect<void, Harness.HarnessError>
  /** A name that nobody has. */
  readonly name: () => string
}

let names = 0
/** Letters that mean nothing: "Zaaab". */
const nextName = (): string =>
  `Z${(++names).toString(26).replaceAll(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)))}x`

/** Sooner than players do: a cell's time is spent waiting. */
const again = { retryFirst: 20, retryMax: 60 }

/** As long as there is hope. */
const insisting = <A, R>(call: Effect.Effect<A, { readonly _tag: string }, R>) =>
  Effect.retry(call, {
    while: ({ _tag }) => ["Overloaded", "Unavailable", "Offline"].includes(_tag),
    times: 1_000,
    schedule: Schedule.spaced("20 millis")
  })

/** How many Actions of a type are done. */
const done = Effect.fnUntraced(function* (instance: number, type: string) {
  const sql = yield* PgClient.PgClient
  const rows = yield* sql<{ readonly count: number }>`
    SELECT count(*)::int AS count FROM wr2.action_log
    WHERE instance_id = ${instance} AND action_type = ${type}`
  return Number(rows[0]!.count)
})

/** A stage on a set of its own. */
export const make = Effect.fnUntraced(function* (lane: Lane) {
  const set = yield* lane.set
  const instance = (place: Ground.Place) => Ground.instanceOf(set, place)
  const founded = new Set<number>()
  const heroes: Array<Hero> = []
  const account = Effect.gen(function* () {
    const player = yield* Player.make(lane.url, again)
    const name = nextName().toLowerCase()
    const { client } = player
    yield* insisting(client.register(name, Player.password)).pipe(
      // It was made, and its answer lost.
      Effect.catchTag("NameTaken", () => insisting(client.login(name, Player.password)))
    )
    return player
  })
  const create: Stage["create"] = (player, name) =>
    Effect.gen(function* () {
      const { client } = player
      const made = Effect.gen(function* () {
        const known = yield* client.characters
        return (
          known.find((character) => character.name === name) ??
          (yield* client.create(name, { description: "Somebody." }))
        )
      })
      const { id } = yield* insisting(made)
      const hero: Hero = {
        name,
        character: id,
        client,
        does: (...lines) => Effect.forEach(lines, player.submit, { discard: true }),
        enter: Effect.map(insisting(client.enter(id)), () => {
          hero.entered = true
        }),
        waiting: player.waiting,
        history: player.history(name, id),
        trail: player.trail,
        entered: false,
        gone: false
      }
      heroes.push(hero)
      return hero
    })
  const count = (place: Ground.Place, type: string) =>
    lane.sql(Effect.orDie(done(instance(place), type)))
  const reached = (place: Ground.Place, type: string, least: number) =>
    Effect.asVoid(
      Harness.waitUntil(
        `${type} in the ${place}`,
        Effect.map(count(place, type), (now) => now >= least),
        { within: 15_000, every: 20 }
      )
    )
  return {
    lane,
    instance,
    founded,
    heroes,
    found: (place) =>
      Effect.gen(function* () {
        if (founded.size === 0) yield* lane.home(instance(place))
        yield* lane.insist({ do: "found", instance: instance(place) })
        founded.add(instance(place))
      }),
    account,
    create,
    hero: Effect.gen(function* () {
      const hero = yield* create(yield* account, nextName())
      yield* hero.enter
      return hero
    }),
    another: (place, type) =>
      Effect.flatMap(count(place, type), (before) => reached(place, type, before + 1)),
    until: (place, type, doing) =>
      Effect.flatMap(count(place, type), (before) =>
        Effect.andThen(doing, reached(place, type, before + 1))
      ),
    some: (place, type) => reached(place, type, 1),
    name: nextName
  } satisfies Stage
})
