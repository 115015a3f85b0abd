/**
 * The real engine at work: instances with their crowds, one subscriber each, and what came of every
 * Command: from when it was meant to be sent to when the subscriber had its Event.
 */
import { Engine, Limits } from "@wr2/engine"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import type { ActionRecord } from "@wr2/engine/Records"
import { Placement } from "@wr2/engine/Placement"
import * as Memory from "@wr2/engine/Memory"
import * as Postgres from "@wr2/postgres/Postgres"
import { migrations } from "@wr2/testkit/SmallWorld"
import type { Aggregate } from "@wr2/core"
import { Effect, Layer, Schedule, Stream } from "effect"
import type { Redacted } from "effect"
import * as Evidence from "./Evidence.ts"
import { game } from "./Crowd.ts"
import type { Crowd, Player } from "./Crowd.ts"

/** How an instance begins. */
export interface Beginning {
  readonly instance: number
  readonly rows: ReadonlyArray<Aggregate.Given>
  readonly queue: ReadonlyArray<ActionRecord>
  readonly players: ReadonlyArray<Player>
  readonly inside: Crowd["inside"]
}

/** How often sessions are claimed, as a gateway does: whoever is not is taken out. */
const claimEvery = 20_000

/** One who plays, and how far it has come. */
export interface Playing extends Player {
  sent: number
  /** Of what was sent, what has no answer. */
  readonly out: Set<number>
  /** Something of its was turned away: the numbers that follow would be out of order. */
  broken: boolean
}

export interface Field {
  readonly players: ReadonlyArray<ReadonlyArray<Playing>>
  /** Sends a player's next Command, which was meant to be sent at `intended`; ends when it is answered. */
  readonly submit: (player: Playing, command: unknown, intended: number) => Effect.Effect<void>
  /** How long it took, of the Commands that were meant to be sent in a time. */
  readonly took: (from: number, until: number) => ReadonlyArray<number>
  /** Actions committed a second, in a time. */
  readonly perSecond: (from: number, until: number) => Effect.Effect<number>
  /** Once all is answered and heard: how much was accepted, and what of its own went wrong. */
  readonly settled: Effect.Effect<Evidence.Settled>
  /** The same, and: accepted = logged, no seq is missing, rows = fold. */
  readonly problems: Effect.Effect<ReadonlyArray<string>>
}

/** The engine on a database of its own, and what can be told of that. */
export const onPostgres = (url: Redacted.Redacted, limits: Limits.Limits, runner = "bench") =>
  Engine.layer(game).pipe(
    Layer.provideMerge(Layer.merge(Evidence.layerPostgres, Placement.layerLocal)),
    Layer.provideMerge(Postgres.layer({ url, game, migrations, runner, maxConnections: 4 })),
    Layer.provide(Layer.succeed(Limits.Limits, limits))
  )

/** The engine on in-memory adapters. */
export const inMemory = (limits: Limits.Limits) =>
  Engine.layer(game).pipe(
    Layer.provideMerge(Layer.merge(Evidence.layerMemory, Placement.layerLocal)),
    Layer.provideMerge(Memory.layer),
    Layer.provide(Layer.succeed(Limits.Limits, limits))
  )

/** Founds instances and wakes them; needs what the layers above give. */
export const open = Effect.fnUntraced(function* (options: {
  readonly instances: ReadonlyArray<number>
  /** Ids that one instance takes. */
  readonly ids: number
  readonly begin: (instance: number, firstId: number) => Omit<Beginning, "instance">
  /** Between founding and waking: what lies in the tables besides. */
  readonly prepare?: Effect.Effect<void, unknown>
  /** Whose rows are compared with the fold of their Events. */
  readonly audited: ReadonlyArray<number>
}) {
  const store = yield* InstanceStore
  const placement = yield* Placement
  const tell = Effect.provideService(Evidence.Evidence, yield* Evidence.Evidence)
  const players: Array<ReadonlyArray<Playing>> = []
  const sessions = new Map<number, Crowd["inside"]>()
  for (const instance of options.instances) {
    const firstId = yield* store.ids(options.ids)
    const { inside, players: some, queue, rows } = options.begin(instance, firstId)
    sessions.set(instance, inside)
    yield* store.found({ instance, rows, queue })
    players.push(some.map((player) => ({ ...player, sent: 0, out: new Set(), broken: false })))
  }
  yield* options.prepare ?? Effect.void

  const waiting = new Map<string, number>()
  const intended: Array<number> = []
  const took: Array<number> = []
  const hear = (instance: number) =>
    Stream.runForEach(placement.feed(instance, 0), ({ events }) =>
      Effect.sync(() => {
        const now = performance.now()
        for (const { commandId } of events) {
          const since = commandId === null ? undefined : waiting.get(commandId)
          if (since === undefined) continue
          waiting.delete(commandId!)
          intended.push(since)
          took.push(now - since)
        }
      })
    )
  const claim = (instance: number) =>
    placement.call(instance, { _tag: "Claim", sessions: sessions.get(instance)! })
  for (const instance of options.instances) {
    yield* placement.call(instance, { _tag: "Wake" })
    yield* Effect.forkScoped(hear(instance))
    // From now on, and not once all are awake: with thousands of instances that may be too late.
    yield* claim(instance).pipe(Effect.repeat(Schedule.spaced(claimEvery)), Effect.forkScoped)
  }

  let accepted = 0
  const refused = new Set<string>()
  const submit = Effect.fnUntraced(function* (player: Playing, command: unknown, at: number) {
    const n = ++player.sent
    player.out.add(n)
    const key = `character:${player.id}#${n}`
    waiting.set(key, at)
    const response = yield* placement
      .call(player.instance, {
        _tag: "Submit",
        actor: { type: "Character", id: player.id },
        session: player.session,
        intents: [{ n, settled: Math.min(...player.out) - 1, text: null, command }],
        trace: null
      })
      .pipe(Effect.catch(Effect.succeed))
    player.out.delete(n)
    if (response._tag === "Replies" && response.replies[0]?._tag === "Accepted") {
      accepted++
      return
    }
    player.broken = true
    waiting.delete(key)
    if (refused.size < 3) refused.add(JSON.stringify(response).slice(0, 200))
  })

  const settled = Effect.gen(function* () {
    // The last Events may still be on their way to the subscriber.
    for (let i = 0; i < 100 && waiting.size > 0; i++) yield* Effect.sleep(20)
    const unheard = waiting.size === 0 ? [] : [`${waiting.size} Commands without an Event`]
    const wrong = [...[...refused].map((what) => `turned away: ${what}`), ...unheard]
    return { accepted, wrong } satisfies Evidence.Settled
  })

  return {
    players,
    submit,
    settled,
    took: (from, until) => took.filter((_, i) => intended[i]! >= from && intended[i]! < until),
    perSecond: (from, until) =>
      Evidence.perSecond({
        from: performance.timeOrigin + from,
        until: performance.timeOrigin + until
      }).pipe(tell),
    problems: Effect.flatMap(settled, (one) => Evidence.problemsOf([one], options.audited)).pipe(
      tell
    )
  } satisfies Field
})
