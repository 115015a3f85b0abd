/**
 * A world that serves clients, in one process: gateway, engine and Postgres as the server wires them,
 * with a Placement that knows this process alone, and failpoints around every port.
 */
import { createHash } from "node:crypto"
import { PgClient } from "@effect/sql-pg"
import { Rejected } from "@wr2/core"
import { ActionQueue } from "@wr2/engine/ActionQueue"
import { Accounts } from "@wr2/engine/Accounts"
import { ConsumerOffsets } from "@wr2/engine/ConsumerOffsets"
import * as Consumers from "@wr2/engine/Consumers"
import * as Engine from "@wr2/engine/Engine"
import { EventLog } from "@wr2/engine/EventLog"
import { ExecutorPool } from "@wr2/engine/ExecutorPool"
import * as Founding from "@wr2/engine/Founding"
import { GameDef } from "@wr2/engine/GameDef"
import { Ingress } from "@wr2/engine/Ingress"
import { Instances } from "@wr2/engine/Instances"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import * as Limits from "@wr2/engine/Limits"
import { Placement } from "@wr2/engine/Placement"
import { Planner } from "@wr2/engine/Planner"
import { Publisher } from "@wr2/engine/Publisher"
import type { Resident } from "@wr2/engine/Resident"
import { Scheduler } from "@wr2/engine/Scheduler"
import { Gateway, GatewayLimits, Passwords } from "@wr2/gateway"
import { Postgres, Retention } from "@wr2/postgres"
import * as Http from "@wr2/server/Http"
import * as Secrets from "@wr2/server/Secrets"
import * as Fold from "@wr2/testkit/Fold"
import { Effect, Layer, Queue, Redacted, References, Stream } from "effect"
import * as HttpRouter from "effect/http/HttpRouter"
import type { Mutant, With } from "../../test/mutants/Mutant.ts"
import * as Failpoints from "./Failpoints.ts"
import { erased, game as small } from "./Game.ts"
import { makersOf } from "./Names.ts"
import type { Answer, Held, Order, Passed, Start } from "./Orders.ts"

/** Every port, and every part of the path that hands over: test/kill-matrix sees that none is missing. */
export const watched = [
  InstanceStore,
  ActionQueue,
  EventLog,
  Accounts,
  ConsumerOffsets,
  Consumers.Consumers,
  Placement,
  Scheduler,
  Planner,
  Ingress,
  ExecutorPool,
  Publisher
] as const

const rate = { burst: 100_000, everyMillis: 1 }
const gatewayLimits = {
  ...GatewayLimits.defaults,
  calls: rate,
  registrationsPerAddress: rate,
  loginsPerAddress: rate,
  entries: rate,
  retryFirst: 10,
  retryMax: 100,
  // Sooner than a cell is over: that a gateway asks who is still inside is met in each.
  claimEvery: 1_000,
  feedLinger: 0
}
/** A read after so long looks who owns the instance: so that scenarios need not wait for it. */
const readStaleness = 250

/** And timers are read in small parts, often: none of those that recur is known before. */
const timersHorizon = 800

/** Whose process was not heard of for so long is woken here; that it lives after all does no harm. */
const heartbeatsMissed = 1_200

/** As good as none: what hashing costs is not what is tried here. */
const quick = Layer.succeed(Passwords.Passwords, {
  hash: (password) => Effect.sync(() => digest(Redacted.value(password))),
  verify: (password, hash) => Effect.sync(() => digest(Redacted.value(password)) === hash)
})
const digest = (text: string): string => createHash("sha256").update(text).digest("hex")

/** Where new characters are made: another place for each cell. */
let home = 1
const homing = Layer.effect(
  Accounts,
  Effect.map(Accounts, (accounts) => ({
    ...accounts,
    reserve: (input: Parameters<typeof accounts.reserve>[0]) =>
      accounts.reserve({ ...input, instance: home })
  }))
)

/** What runs here, by instance: to compare what it holds with what the tables say. */
const residents = new Map<number, Resident>()
const noted = Layer.effect(
  Scheduler,
  Effect.map(Scheduler, (scheduler) => ({
    start: (...given: Parameters<typeof scheduler.start>) => {
      const running = scheduler.start(...given)
      residents.set(running.resident.instance, running.resident)
      return running
    }
  }))
)

/** Instances of cells that are over: who still asks for them is not heard, and nothing goes on in them. */
const retired = new Set<number>()
const away = new Rejected.Unavailable({ reason: "over", retryAfter: 60_000 })
const retiring = Layer.effect(
  Placement,
  Effect.map(Placement, (placement) => ({
    ...placement,
    call: (...given: Parameters<typeof placement.call>) =>
      retired.has(given[0]) ? Effect.fail(away) : placement.call(...given),
    feed: (...given: Parameters<typeof placement.feed>) =>
      retired.has(given[0]) ? Stream.fail(away) : placement.feed(...given)
  }))
)

/** What is served: the game, and what is broken in it. */
interface World {
  readonly game: typeof small
  readonly mutant: With
}

/** Breaks by name, for a process that is to have one of them. */
export type Breaks = ReadonlyArray<Pick<Mutant, "name" | "with">>

const worldOf = (breaks: Breaks, name: string | undefined): World => {
  if (name === undefined) return { game: small, mutant: {} }
  const found = breaks.find((each) => each.name.startsWith(name))
  if (found === undefined) throw new Error(`no mutant is called "${name}"`)
  return { game: (found.with.game ?? small) as typeof small, mutant: found.with }
}

/** A mutant's parts around the real ones. */
const engine = ({ game, mutant }: World) => {
  const part = <S>(
    watching: Layer.Layer<S, never, S>,
    given: Engine.Part<S> | undefined
  ): Engine.Part<S> => (given === undefined ? watching : Layer.provide(watching, given))
  const { parts = {} } = mutant
  const services = Engine.services({
    ingress: part(Failpoints.layer(Ingress), parts.ingress),
    planner: part(Failpoints.layer(Planner), parts.planner),
    queue: part(Failpoints.layer(ActionQueue), parts.queue),
    executors: part(Failpoints.layer(ExecutorPool), parts.executors),
    publisher: part(Failpoints.layer(Publisher), parts.publisher)
  })
  const made = Consumers.layer(game)
  const consumers = mutant.consumers?.(made) ?? made
  return Instances.layer.pipe(
    Layer.provide(
      Failpoints.layer(Scheduler).pipe(Layer.provide(noted), Layer.provideMerge(services))
    ),
    Layer.provide(Failpoints.layer(Consumers.Consumers).pipe(Layer.provide(consumers))),
    Layer.provide(GameDef.layer(game))
  )
}

/** What breaks a store looks at the tables by its second argument. */
const swapped = ({ store }: With) =>
  Layer.effect(
    InstanceStore,
    Effect.gen(function* () {
      const own = yield* InstanceStore
      return store?.(own, (yield* PgClient.PgClient) as never) ?? own
    })
  )

const ports = ({ game, mutant }: World, url: Redacted.Redacted) =>
  Layer.mergeAll(
    Failpoints.layer(InstanceStore).pipe(Layer.provide(swapped(mutant))),
    Failpoints.layer(EventLog),
    Failpoints.layer(ConsumerOffsets),
    Failpoints.layer(Accounts).pipe(Layer.provide(homing))
  ).pipe(
    Layer.provide(Postgres.layerPorts(game)),
    Layer.provideMerge(Postgres.client({ url, runner: `killed-${process.pid}`, maxConnections: 2 }))
  )

/** Everything, with what orders need. */
const layer = ({ port, queueFirst = false, url }: Start, world: World) =>
  HttpRouter.serve(Gateway.layer(world.game, { home: 1 }), {
    disableLogger: true,
    disableListenLog: true
  }).pipe(
    Layer.provide(
      Http.layer(
        { host: "127.0.0.1", port },
        { maxPayload: gatewayLimits.frameBytesMax, connectionsMax: 1_000 }
      )
    ),
    Layer.provide([quick, Secrets.layer(Redacted.make("kill matrix kill matrix kill matrix"))]),
    Layer.provideMerge(engine(world)),
    Layer.provideMerge(
      Failpoints.layer(Placement).pipe(Layer.provide(retiring), Layer.provide(Placement.layerLocal))
    ),
    Layer.provideMerge(ports(world, Redacted.make(url))),
    Layer.provideMerge(Failpoints.layerStatements),
    Layer.provide([
      Layer.succeed(GatewayLimits.GatewayLimits, gatewayLimits),
      Layer.succeed(Limits.Limits, {
        ...Limits.defaults,
        queueFirst,
        readStaleness,
        passivateAfter: 3_600_000,
        timersHorizon
      })
    ])
  )

const held = (instance: number): Held => {
  const resident = residents.get(instance)
  if (resident === undefined) return null
  return { lastSeq: resident.lastSeq, lines: Fold.lines(resident.projection) }
}

const obey = (order: Order) =>
  Effect.gen(function* () {
    switch (order.do) {
      case "found":
        return yield* Founding.found(small, order.instance).pipe(
          Effect.catchTag("InstanceExists", () => Effect.void)
        )
      case "home":
        return void (home = order.instance)
      case "arm":
        return Failpoints.arm(order.at ?? undefined)
      case "passed":
        return {
          failpoints: Failpoints.passed(),
          makers: [...makersOf()],
          methods: Failpoints.watching()
        } satisfies Passed
      case "release":
        return yield* Effect.asVoid(
          Effect.forkDetach((yield* Instances).release(order.instance), { startImmediately: true })
        )
      case "released":
        return yield* (yield* Instances).release(order.instance)
      case "retire":
        retired.add(order.instance)
        return yield* (yield* Instances).release(order.instance)
      case "survey":
        return [
          yield* (yield* InstanceStore).instances,
          yield* (yield* InstanceStore).sleeping(60_000)
        ]
      case "wake": {
        const asleep = yield* (yield* InstanceStore).sleeping(heartbeatsMissed)
        const placement = yield* Placement
        return yield* Effect.forEach(
          asleep.filter(({ instance }) => order.instances.includes(instance)),
          ({ instance }) => Effect.ignore(placement.call(instance, { _tag: "Wake" })),
          { concurrency: "unbounded", discard: true }
        )
      }
      case "rouse":
        return yield* Effect.asVoid((yield* Placement).call(order.instance, { _tag: "Wake" }))
      case "held":
        return held(order.instance)
      case "retain":
        return yield* Retention.run(order.policy, { aggregates: erased.aggregates }).pipe(
          Effect.provideService(Failpoints.Serving, "Retention")
        )
    }
  })

const tell = (answer: Answer): void => void process.send!(answer)

/** Orders may come before it is up, and with the word where to begin: whoever listened late would miss some. */
type Message = Start | (Order & { readonly id: number })

/** Serves, when told where, until it is killed, or its parent is gone. */
export const serve = async (breaks: Breaks): Promise<void> => {
  process.on("disconnect", () => process.exit(0))
  await Effect.runPromise(
    Effect.gen(function* () {
      const messages = yield* Queue.unbounded<Message>()
      process.on("message", (message: Message) => Queue.offerUnsafe(messages, message))
      const start = (yield* Queue.take(messages)) as Start
      const world = worldOf(breaks, start.mutant)
      home = start.home
      Failpoints.arm(start.at)
      const context = yield* Layer.build(layer(start, world))
      const run = Effect.runForkWith(context)
      tell({ up: true })
      while (true) {
        const { id, ...order } = (yield* Queue.take(messages)) as Exclude<Message, Start>
        run(
          obey(order as Order).pipe(
            Effect.matchCause({
              onSuccess: (value) => tell({ id, value: value ?? null }),
              onFailure: (cause) => tell({ id, error: String(cause) })
            })
          )
        )
      }
    }).pipe(Effect.scoped, Effect.provideService(References.MinimumLogLevel, "Warn"))
  )
}
