/**
 * A laboratory of engines: several on one memory database, each of which can freeze, crash or stop;
 * with what a test asks of them and looks at afterwards.
 */
import { describe } from "@effect/vitest"
import type { Aggregate, Game } from "@wr2/core"
import { Hash } from "@wr2/core"
import * as Consumers from "@wr2/engine/Consumers"
import { DecideGuard } from "@wr2/engine/DecideGuard"
import type { Guard } from "@wr2/engine/DecideGuard"
import * as Engine from "@wr2/engine/Engine"
import { ExecutorPool } from "@wr2/engine/ExecutorPool"
import { Instances } from "@wr2/engine/Instances"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import type { StoreError } from "@wr2/engine/InstanceStore"
import { defaults, Limits } from "@wr2/engine/Limits"
import * as Memory from "@wr2/engine/Memory"
import type { Chunk, Intent, Reply, Request, Response } from "@wr2/engine/Messages"
import { Placement } from "@wr2/engine/Placement"
import type { ActionRecord } from "@wr2/engine/Records"
import { Runner } from "@wr2/engine/Runner"
import { Seeds } from "@wr2/engine/Seeds"
import { Clock, Context, Effect, Exit, identity, Latch, Layer, Scope, Stream } from "effect"
import type { Fiber } from "effect"
import { TestClock } from "effect/testing"
import { yard } from "./Yard.ts"

type AnyGame = Game.Game<any, any, any, any>

/** How an engine is made. */
export interface Options {
  readonly game?: AnyGame
  readonly limits?: Partial<Limits>
  readonly guard?: Guard
  readonly parts?: Engine.Parts
  /** Around the store of this engine: mutants and spies. */
  readonly store?: (
    store: InstanceStore["Service"],
    db: Memory.Database
  ) => InstanceStore["Service"]
  readonly faults?: Partial<Memory.Faults>
  /** How it finds other instances; by default they are all its own. */
  readonly placement?: Layer.Layer<Placement>
  /** Its own clock. */
  readonly clock?: Clock.Clock
  /** Workers, and around what consumers ask of the database. */
  readonly workers?: ReadonlyArray<Consumers.Worker<never>>
  readonly consumers?: (
    make: ReturnType<typeof Consumers.layer>
  ) => ReturnType<typeof Consumers.layer>
}

/** A call of a port: `commit 1,2`. */
const told = ({ instances, method }: Memory.Call) => `${method} ${instances.join()}`

/** One process. */
export interface Machine {
  readonly name: string
  readonly call: (instance: number, request: Request) => Effect.Effect<Response>
  readonly feed: Placement["Service"]["feed"]
  readonly resident: Effect.Effect<ReadonlyArray<number>>
  readonly release: (instance: number) => Effect.Effect<void>
  readonly executors: ExecutorPool["Service"]["executors"]
  /** Calls of its ports so far. */
  readonly calls: Array<string>
  /** Nothing that it asks of the database arrives until it thaws. */
  readonly freeze: Effect.Effect<void>
  readonly thaw: Effect.Effect<void>
  /** It is gone: nothing that it asks arrives, ever; what it answers nobody hears. */
  readonly crash: Effect.Effect<void>
  /** It ends in order: releases its instances. */
  readonly stop: Effect.Effect<void>
}

export interface Lab {
  readonly db: Memory.Database
  readonly machine: (options?: Options) => Effect.Effect<Machine>
  readonly found: (
    instance: number,
    rows: ReadonlyArray<Aggregate.Given>,
    queue?: ReadonlyArray<ActionRecord>
  ) => Effect.Effect<void>
  readonly kept: (instance: number) => Effect.Effect<Memory.Kept>
  /** A row by its key, `person:1`. */
  readonly row: (instance: number, key: string) => Effect.Effect<any>
  /** Types of an instance's Events, in order. */
  readonly events: (instance: number) => Effect.Effect<ReadonlyArray<string>>
}

/** Time goes on by steps, so that whoever waits gets a turn in between. */
export const pass = (millis: number, step = 100): Effect.Effect<void> =>
  Effect.gen(function* () {
    yield* idle
    for (let left = millis; left > 0; left -= step) {
      yield* TestClock.adjust(Math.min(step, left))
      yield* idle
    }
  })

/** Whoever has something to do does it; no time passes. */
export const idle: Effect.Effect<void> = Effect.gen(function* () {
  for (let turns = 0; turns < 100; turns++) yield* Effect.yieldNow
})

/** The day on which a laboratory opens. */
export const opening = Date.UTC(2026, 10, 23)

/** A new laboratory: an empty database on a day in 2026. */
export const make = (common: Options = {}): Effect.Effect<Lab> =>
  Effect.andThen(TestClock.setTime(opening), open(common))

/** A new laboratory, at whatever time it is. */
export const open = (common: Options = {}): Effect.Effect<Lab> =>
  Effect.gen(function* () {
    const db = yield* Memory.MemoryDatabase.make
    const ports = yield* Layer.build(Memory.layerFrom(db)).pipe(Effect.scoped)
    const store = Context.get(ports, InstanceStore)
    let machines = 0
    const kept = (instance: number) =>
      Effect.andThen(
        idle,
        Effect.map(db.kept(instance), (tables) => tables!)
      )
    return {
      db,
      machine: (options = {}) => machine(db, `m${++machines}`, { ...common, ...options }),
      found: (instance, rows, queue = []) => Effect.orDie(store.found({ instance, rows, queue })),
      kept,
      row: (instance, key) => Effect.map(kept(instance), ({ rows }) => rows.get(key)?.row),
      events: (instance) => Effect.map(kept(instance), ({ events }) => events.map((e) => e.type))
    }
  })

const machine = Effect.fnUntraced(function* (
  db: Memory.Database,
  name: string,
  options: Options
): Effect.fn.Return<Machine> {
  const calls: Array<string> = []
  const running = Latch.makeUnsafe(true)
  let dead = false
  const faults: Memory.Faults = {
    before: (call) =>
      Effect.suspend(() => {
        calls.push(told(call))
        if (dead) return Effect.never
        return Effect.andThen(
          running.await,
          Effect.suspend(() =>
            dead ? Effect.never : (options.faults?.before?.(call) ?? Effect.void)
          )
        )
      }),
    after: (call) =>
      Effect.andThen(
        Effect.suspend(() => options.faults?.after?.(call) ?? Effect.void),
        Effect.suspend(() => (dead ? Effect.interruptible(Effect.never) : running.await))
      )
  }
  const wrap = options.store
  const ports = Memory.layerFrom(db).pipe(Layer.provide(Layer.succeed(Memory.MemoryFaults, faults)))
  const stores =
    wrap === undefined
      ? ports
      : Layer.effect(
          InstanceStore,
          Effect.map(InstanceStore, (store) => wrap(store, db))
        ).pipe(Layer.provideMerge(ports))
  let pool: ExecutorPool["Service"] | undefined
  const own = options.parts?.executors
  const spy = Layer.effect(
    ExecutorPool,
    Effect.tap(ExecutorPool, (given) => Effect.sync(() => (pool = given)))
  )
  const executors = own === undefined ? spy : Layer.provide(spy, own)
  const game = options.game ?? yard
  const consumers = (options.consumers ?? identity)(Consumers.layer(game))
  const layer = Engine.layer(game, { ...options.parts, executors }).pipe(
    Layer.provide(consumers),
    Layer.provide(Consumers.layerWorkers(options.workers ?? [])),
    Layer.provideMerge(stores),
    Layer.provideMerge(Layer.fresh(options.placement ?? Placement.layerLocal)),
    Layer.provide([
      Layer.succeed(Limits, { ...defaults, ...options.limits }),
      Layer.succeed(Runner, { name, incarnation: `${name} of ${db.state.nextId}` }),
      Layer.succeed(Seeds, (key: string) => Hash.int53(key)),
      ...(options.guard === undefined ? [] : [Layer.succeed(DecideGuard, options.guard)])
    ] as const)
  )
  // Not closed with the test: a process that hangs would hang its end.
  const scope = yield* Scope.make()
  const clock = options.clock ?? (yield* Clock.Clock)
  const timed = Effect.provideService(Clock.Clock, clock)
  const services = yield* timed(Layer.buildWithScope(Layer.fresh(layer), scope))
  const placement = Context.get(services, Placement)
  const instances = Context.get(services, Instances)
  return {
    name,
    // Where it is one of many, it is asked past the Placement, which would ask anybody.
    call: (instance, request) =>
      options.placement === undefined
        ? Effect.orDie(placement.call(instance, request))
        : timed(instances.call(instance, request)),
    feed: options.placement === undefined ? placement.feed : instances.feed,
    resident: instances.resident,
    release: (instance) => timed(instances.release(instance)),
    executors: Effect.suspend(() => pool!.executors),
    calls,
    freeze: Effect.sync(() => running.closeUnsafe()),
    thaw: Effect.sync(() => void running.openUnsafe()),
    crash: Effect.sync(() => void (dead = true)),
    stop: timed(Scope.close(scope, Exit.void))
  }
})

/** One that plays: enters, then submits with rising n. */
export interface Player {
  readonly inside: Response
  /** Says lines in one frame; gives the replies. */
  readonly say: (...lines: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Reply>>
  /** Says lines, and goes on while they wait. */
  readonly start: (
    ...lines: ReadonlyArray<string>
  ) => Effect.Effect<Fiber.Fiber<ReadonlyArray<Reply>>>
  /** Sends intents as they are. */
  readonly send: (...intents: ReadonlyArray<Intent>) => Effect.Effect<ReadonlyArray<Reply>>
  /** Goes on at another process or instance. */
  readonly at: (machine: Machine, instance?: number) => Player
  readonly nextN: () => number
}

/** An intent of text. */
export const text = (n: number, line: string, settled = 0): Intent => ({
  n,
  settled,
  text: line,
  command: null
})

/** Person `id` as a player without entering: its session must be inside. */
export const known = (
  first: Machine,
  firstInstance: number,
  id: number,
  session = `s${id}`,
  counter = { n: 1 },
  inside: Response = { _tag: "Done" }
): Player => {
  const send = (...intents: ReadonlyArray<Intent>) =>
    Effect.map(
      first.call(firstInstance, {
        _tag: "Submit",
        actor: { type: "Person", id },
        session,
        intents,
        trace: null
      }),
      replies
    )
  const say = (...lines: ReadonlyArray<string>) =>
    send(...lines.map((line) => text(counter.n++, line)))
  return {
    inside,
    say,
    start: (...lines) => Effect.forkDetach(say(...lines), { startImmediately: true }),
    send,
    at: (machine, instance = firstInstance) =>
      known(machine, instance, id, session, counter, inside),
    nextN: () => counter.n
  }
}

/** Person `id` enters. */
export const player = (machine: Machine, instance: number, id: number, session = `s${id}`) =>
  Effect.map(machine.call(instance, { _tag: "Enter", id, session }), (inside) =>
    known(
      machine,
      instance,
      id,
      session,
      { n: inside._tag === "Inside" ? inside.nextN : 1 },
      inside
    )
  )

/** The replies of a Submit; a refusal of the whole is one for each. */
export const replies = (response: Response): ReadonlyArray<Reply> => {
  if (response._tag !== "Replies") throw new Error(`not Replies: ${JSON.stringify(response)}`)
  return response.replies
}

/** The tag of a reply, or of its reason; of a response, or of why it was denied. */
export const tag = (answer: Reply | Response | undefined): string => {
  if (answer === undefined) return "nothing"
  if (answer._tag !== "Rejected" && answer._tag !== "Denied") return answer._tag
  return (answer.reason as { readonly _tag: string })._tag
}

/** A feed's chunks so far; `ended` tells whether it was cut or closed. The reader waits with each. */
export const listen = Effect.fnUntraced(function* (
  machine: Machine,
  instance: number,
  after: number,
  each: Effect.Effect<unknown> = Effect.void
) {
  const chunks: Array<Chunk> = []
  const state = { chunks, ended: false }
  yield* machine.feed(instance, after).pipe(
    Stream.runForEach((chunk) =>
      Effect.andThen(
        each,
        Effect.sync(() => void chunks.push(chunk))
      )
    ),
    Effect.ensuring(Effect.sync(() => (state.ended = true))),
    Effect.forkDetach({ startImmediately: true })
  )
  return state
})

/** The same tests in both forms of acceptance. */
export const inBothForms = (
  name: string,
  tests: (laboratory: (options?: Options) => Effect.Effect<Lab>, queueFirst: boolean) => void
): void => {
  for (const queueFirst of [false, true]) {
    describe(`${name}${queueFirst ? " (queueFirst: accepted first, executed then)" : ""}`, () =>
      tests(
        (options = {}) => make({ ...options, limits: { ...options.limits, queueFirst } }),
        queueFirst
      ))
  }
}

/** A fault that happens once, where `when` says so. */
export const once = (
  when: (call: Memory.Call) => boolean,
  fault: (call: Memory.Call) => Effect.Effect<void, StoreError>
) => {
  let left = 1
  return (call: Memory.Call): Effect.Effect<void, StoreError> =>
    left > 0 && when(call) ? (left--, fault(call)) : Effect.void
}
