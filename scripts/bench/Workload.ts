/** Runs of the engine at full speed: a crowd in a database of its own, driven in a closed loop. */
import { Limits } from "@wr2/engine"
import { Effect } from "effect"
import type { Redacted } from "effect"
import { database } from "./Case.ts"
import type { Sample } from "./Case.ts"
import { crowd } from "./Crowd.ts"
import type { Player } from "./Crowd.ts"
import * as Evidence from "./Evidence.ts"
import * as Field from "./Field.ts"
import { percentile } from "./Figures.ts"
import * as Load from "./Load.ts"

export interface Workload {
  readonly name: string
  readonly instances: number
  readonly players: number
  readonly fights: number
  /** The n-th typed Command of a player. */
  readonly command: (player: Player, n: number, first: Player) => unknown
}

/** To and fro between two rooms: the world's Move, without the look that follows (crowds see crowds). */
export const walk = (_: Player, n: number) => ({
  _tag: "step",
  direction: n % 2 === 1 ? "north" : "south"
})

export const workloads: ReadonlyArray<Workload> = [
  { name: "20 instances", instances: 20, players: 60, fights: 100, command: walk },
  { name: "one instance", instances: 1, players: 600, fights: 600, command: walk },
  {
    name: "one hot target",
    instances: 1,
    players: 400,
    fights: 0,
    // Everybody gives to the first, who speaks of it.
    command: (player, _, first) =>
      player.id === first.id
        ? { _tag: "say", text: "Thank you." }
        : { _tag: "give", amount: 1, what: null, to: "walker0" }
  }
]

export const named = (name: string): Workload => workloads.find((each) => each.name === name)!

export interface Measured {
  readonly name: string
  /** Committed Actions a second, counted in the log. */
  readonly perSecond: number
  /** From submitting to the subscriber's having the Event. */
  readonly p50: number
  readonly p99: number
  /** Who played in each instance: of those there are, as many as had their Events in time. */
  readonly players: number
  /** What was found wrong afterwards: the run does not count. */
  readonly wrong: ReadonlyArray<string>
}

/** What makes one transaction per Action out of the engine: nothing is shared. */
export const naive: Limits.Limits = { ...Limits.defaults, batchMax: 1, carryMax: 1, executors: 16 }

/** Throughput with Events later than this, in milliseconds, is none. */
const p99Max = 200

const firstInstance = 1_000

export const instancesOf = (count: number): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, i) => firstInstance + i)

/** Opens a field of crowds of one size. */
export const crowded = (
  options: Pick<Workload, "fights" | "instances" | "players"> & {
    /** Those of the instances that are played here; all unless given. */
    readonly here?: ReadonlyArray<number>
  },
  prepare?: Effect.Effect<void, unknown>
) =>
  Field.open({
    instances: options.here ?? instancesOf(options.instances),
    ids: 1_000 + options.players + 2 * options.fights,
    begin: (instance, firstId) =>
      crowd({
        instance,
        firstId,
        players: options.players,
        fights: options.fights,
        now: Date.now()
      }),
    audited: [firstInstance],
    ...(prepare === undefined ? {} : { prepare })
  })

/** How late Events may be: a design that shares nothing is slow, which is not wrong. */
export type Lateness = "in time" | "any"

/** Those who play a workload, wherever they are. Times are in milliseconds since 1970. */
export interface Troupe {
  /** So many of each instance play for a while. */
  readonly play: (players: number) => Effect.Effect<Played, unknown>
  /** What was found wrong, once they have played for the last time. */
  readonly problems: Effect.Effect<ReadonlyArray<string>, unknown, Evidence.Evidence>
}

/** A time, and how long it took until the Events of Commands that were sent in it were heard. */
export interface Played extends Load.Window {
  readonly took: ReadonlyArray<number>
}

/** Plays until Events are in time, three times at most. */
export const drive = Effect.fnUntraced(function* (
  troupe: Troupe,
  { lateness, workload }: { readonly workload: Workload; readonly lateness: Lateness }
) {
  let { players } = workload
  // In a closed loop an Event is as late as there are players before it: too late, fewer play.
  for (let tries = 3; ; tries--) {
    const played = yield* troupe.play(players)
    const p99 = percentile(played.took, 0.99)
    const late = lateness === "in time" && p99 > p99Max
    if (late && tries > 1) {
      players = Math.ceil(players * Math.max(0.5, Math.min(0.85, p99Max / p99)))
      continue
    }
    const problems = yield* troupe.problems
    return {
      name: workload.name,
      perSecond: yield* Evidence.perSecond(played),
      p50: percentile(played.took, 0.5),
      p99,
      players,
      wrong: [...problems, ...(late ? [`p99 ${p99.toFixed(0)} ms, above ${p99Max}`] : [])]
    } satisfies Measured
  }
})

/** So many of each instance of a field, in this process. */
export const play = (
  field: Field.Field,
  options: { readonly workload: Workload; readonly seconds: number; readonly players: number }
) =>
  Effect.map(
    Load.closed(field, { ...options, command: options.workload.command }),
    ({ from, until }): Played => ({
      from: performance.timeOrigin + from,
      until: performance.timeOrigin + until,
      took: field.took(from, until)
    })
  )

/** Those who play beside the engine, in this process. */
const here = Effect.fnUntraced(function* (options: Options) {
  const { seconds, workload } = options
  const field = yield* crowded(workload)
  return {
    play: (players) => play(field, { workload, seconds, players }),
    problems: field.problems
  } satisfies Troupe
})

interface Options {
  readonly workload: Workload
  readonly limits: Limits.Limits
  readonly seconds: number
  readonly lateness: Lateness
}

/** Runs a workload; `url` names a server, a database is made and dropped. */
export const run = Effect.fn("bench.run")(function* (
  options: Options & { readonly url: Redacted.Redacted }
) {
  const url = yield* database(options)
  return yield* Effect.flatMap(here(options), (troupe) => drive(troupe, options)).pipe(
    Effect.provide(Field.onPostgres(url, options.limits)),
    Effect.scoped
  )
}, Effect.scoped)

/** Runs a workload on in-memory adapters. */
export const memory = (options: Options) =>
  Effect.flatMap(here(options), (troupe) => drive(troupe, options)).pipe(
    Effect.provide(Field.inMemory(options.limits)),
    Effect.scoped
  )

/** A run as a side's sample. */
export const sample = (side: string, measured: Measured): Sample => ({
  figures: [
    { name: side, unit: "Actions/s", value: measured.perSecond },
    { name: `${side}, p50`, unit: "ms", value: measured.p50 },
    { name: `${side}, p99`, unit: "ms", value: measured.p99 },
    { name: `${side}, players`, unit: "an instance", value: measured.players }
  ],
  wrong: measured.wrong
})
