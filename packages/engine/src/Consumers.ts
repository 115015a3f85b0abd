/**
 * Consumers of the event log, run by whoever owns an instance: so they scale as instances do, hear
 * commits without asking the database, and cost nothing where an instance sleeps. docs/consumers.md.
 *
 *     Engine.layer(game).pipe(Layer.provide(Consumers.layer(game)))
 *
 * Two owners may exist for a moment, and so may two readers of one name: Commands are had once by
 * their number, offsets are moved by compare-and-set, and workers are told (instance, seq).
 */
import { Consumer } from "@wr2/core"
import type { Event, Game } from "@wr2/core"
import { Clock, Context, Effect, Layer, Metric, Schema } from "effect"
import { ConsumerLimits } from "./ConsumerLimits.ts"
import { ConsumerOffsets } from "./ConsumerOffsets.ts"
import { Reader } from "./ConsumerReader.ts"
import type { Runnable, Shared } from "./ConsumerReader.ts"
import { DecideGuard } from "./DecideGuard.ts"
import { EventLog } from "./EventLog.ts"
import { Limits } from "./Limits.ts"
import type { Request, Response } from "./Messages.ts"
import { Placement } from "./Placement.ts"
import type { Watcher } from "./Publisher.ts"
import type { EventRecord } from "./Records.ts"
import * as Telemetry from "./Telemetry.ts"

export { HistoryDropped } from "./ConsumerReader.ts"

/** The consumers of one instance while it is owned here. */
export interface Following {
  /** Told of every commit. */
  readonly published: Watcher
  /** Whether some consumer has something to do: the instance is to be awake for it. */
  readonly behind: () => boolean
  /** Runs them beside the instance's loop; ends with it, their offsets written. */
  readonly during: <A>(loop: Effect.Effect<A>) => Effect.Effect<A>
}

/** What the engine asks: nothing is consumed unless {@link layer} is provided. */
export interface Service {
  readonly follow: (
    owned: { readonly instance: number; readonly head: number },
    call: (request: Request) => Effect.Effect<Response>
  ) => Following
  /** As {@link Following.behind}, of an instance that is owned here. */
  readonly behind: (instance: number) => boolean
}

export const Consumers = Context.Reference<Service>("wr2/engine/Consumers", {
  defaultValue: () => ({
    follow: () => ({ published: () => {}, behind: () => false, during: (loop) => loop }),
    behind: () => false
  })
})

// ---------------------------------------------------------------------- workers

/** A consumer that does something outside: a webhook, mail, a search index. */
export interface Worker<R> {
  readonly name: string
  readonly from: Consumer.From
  readonly events: ReadonlyArray<Event.Any>
  readonly handle: (event: any, at: Consumer.At) => Effect.Effect<void, unknown, R>
}

/**
 * Declares a worker: as `Consumer.make`, but with an effect. At least once: (at.instance, at.seq) is
 * what the other side knows a repetition by. A failure is tried again, then parked.
 */
export const worker = <
  const Name extends string,
  const Es extends ReadonlyArray<Event.Any>,
  R = never
>(
  name: Name,
  options: {
    readonly events: Es
    readonly from?: Consumer.From
    readonly handle: (
      event: Event.Value<Es[number]>,
      at: Consumer.At
    ) => Effect.Effect<void, unknown, R>
  }
): Worker<R> => ({
  name: Consumer.named(name),
  from: options.from ?? "now",
  events: options.events,
  handle: options.handle
})

const Workers = Context.Reference<ReadonlyArray<Worker<never>>>("wr2/engine/Workers", {
  defaultValue: () => []
})

/** Workers, for {@link layer}. */
export const layerWorkers = <R>(workers: ReadonlyArray<Worker<R>>): Layer.Layer<never, never, R> =>
  Layer.effect(
    Workers,
    Effect.map(Effect.context<R>(), (context) =>
      workers.map((each) => ({
        ...each,
        handle: (event: any, at: Consumer.At) => Effect.provide(each.handle(event, at), context)
      }))
    )
  )

// ---------------------------------------------------------------------- what they do with an Event

const decoder = (name: string, events: ReadonlyArray<Event.Any>) => {
  const known = new Map(
    events.map((event) => [
      event._tag,
      Schema.is(event.schema as unknown as Schema.Schema<unknown>)
    ])
  )
  return (record: EventRecord): any => {
    const value: unknown = JSON.parse(record.payload)
    if (known.get(record.type)?.(value) === true) return value
    throw new Error(
      `${name}: ${record.type} v${record.version} (seq ${record.seq}) does not decode as it is declared now`
    )
  }
}

const typesOf = (events: ReadonlyArray<Event.Any>): ReadonlySet<string> =>
  new Set(events.map(({ _tag }) => _tag))

const ofConsumer = (
  { events, from, handle, name }: Consumer.Any,
  guard: <A>(thunk: () => A) => A
): Runnable => {
  const decode = decoder(name, events)
  return {
    name,
    from,
    types: typesOf(events),
    each: Effect.fnUntraced(function* (record, at, issue) {
      const commands = guard(() => handle(decode(record), at))
      if (commands.length > Consumer.commandsMax)
        throw new Error(`${name}: ${commands.length} Commands of one Event, more than commandsMax`)
      // One after the other: a number that is had means that those before it are.
      for (const [index, command] of commands.entries()) yield* issue(index, command)
    })
  }
}

const ofWorker = ({ events, from, handle, name }: Worker<never>, within: number): Runnable => {
  const decode = decoder(name, events)
  return {
    name,
    from,
    types: typesOf(events),
    each: (record, at) =>
      Effect.timeout(
        Effect.suspend(() => handle(decode(record), at)),
        within
      )
  }
}

// ---------------------------------------------------------------------- the service

/** Consumers of a game, and workers if there are any (see {@link layerWorkers}). */
export const layer = (
  game: Game.Game<any, any, any, any>
): Layer.Layer<never, never, EventLog | ConsumerOffsets | Placement> =>
  Layer.effect(
    Consumers,
    Effect.gen(function* () {
      const offsets = yield* ConsumerOffsets
      const log = yield* EventLog
      const placement = yield* Placement
      const limits = yield* ConsumerLimits
      const { decideWithin } = yield* Limits
      const guard = yield* DecideGuard
      const clock = yield* Clock.Clock
      const workers = yield* Workers
      const now = () => clock.currentTimeMillisUnsafe()
      const shared: Shared = { offsets, log, limits, now }
      const within = <A>(thunk: () => A) => guard(decideWithin, thunk)
      const runnables = [
        ...(game.consumers as ReadonlyArray<Consumer.Any>).map((each) => ofConsumer(each, within)),
        ...workers.map((each) => ofWorker(each, limits.within))
      ]
      const names = runnables.map(({ name }) => name)
      const double = names.find((name, i) => names.indexOf(name) !== i)
      if (double !== undefined)
        return yield* Effect.die(new Error(`consumer ${double} is declared twice`))
      if (runnables.length === 0) return yield* Consumers

      const all = new Map<number, ReadonlyArray<Reader>>()

      /** Writes down how far these have come. What cannot be written now is written later. */
      const checkpoint = Effect.fnUntraced(function* (readers: Iterable<Reader>) {
        const due = [...readers].flatMap((reader) => {
          const move = reader.move()
          return move === undefined ? [] : [{ reader, move }]
        })
        for (let at = 0; at < due.length; at += limits.batchMax) {
          const some = due.slice(at, at + limits.batchMax)
          const done = yield* offsets.advance(some.map(({ move }) => move))
          for (const [i, { move, reader }] of some.entries()) {
            if (done[i] === "written") reader.moved(move)
            else if (done[i] === "lost") reader.lost()
          }
        }
      })
      const quietly = Effect.catch((error: { readonly message: string }) =>
        Effect.logDebug("offsets of consumers could not be written", error.message)
      )

      const measure = Effect.fnUntraced(function* () {
        for (const name of names) {
          let [events, millis, parked] = [0, 0, 0]
          for (const readers of all.values())
            for (const reader of readers) {
              if (reader.consumer.name !== name) continue
              const lag = reader.lag()
              events += lag.events
              millis = Math.max(millis, lag.millis)
              if (reader.isParked) parked++
            }
          const attributes = { consumer: name }
          yield* Metric.update(Metric.withAttributes(Telemetry.consumerLag, attributes), events)
          yield* Metric.update(
            Metric.withAttributes(Telemetry.consumerLagTime, attributes),
            millis / 1_000
          )
          yield* Metric.update(Metric.withAttributes(Telemetry.consumersParked, attributes), parked)
        }
      })

      let skimmedAt = now()
      const tick = Effect.gen(function* () {
        yield* Effect.sleep(limits.checkpointEvery)
        const skim = now() - skimmedAt >= limits.skimEvery
        if (skim) skimmedAt = now()
        const readers = [...all.values()].flat()
        yield* quietly(checkpoint(skim ? readers : readers.filter(({ urgent }) => urgent)))
        yield* measure()
      })
      yield* Effect.forkScoped(Effect.forever(tick))

      /** The net under what is heard: instances that sleep and have something unread are woken. */
      const look = Effect.gen(function* () {
        yield* offsets.enrol(runnables)
        const asleep = yield* offsets.asleep(names, limits.wakeMax)
        const woken = yield* Effect.forEach(
          asleep,
          (instance) => Effect.exit(placement.call(instance, { _tag: "Wake" })),
          { concurrency: 8 }
        )
        const all = woken.every((exit) => exit._tag === "Success" && exit.value._tag === "Done")
        return all && asleep.length < limits.wakeMax
      }).pipe(
        Effect.catch((error) =>
          Effect.as(Effect.logDebug("it could not be looked for consumers", error.message), false)
        ),
        Effect.withTracerEnabled(false)
      )
      const looking = Effect.fnUntraced(function* () {
        let pause = limits.checkpointEvery
        while (true) {
          yield* Effect.sleep(pause)
          pause = (yield* look) ? limits.lookEvery : Math.min(pause * 2, limits.lookEvery)
        }
      })
      yield* Effect.forkScoped(looking())

      return {
        follow: (owned, call) => {
          const readers = runnables.map((each) => new Reader(shared, each, owned, call))
          return {
            published: (upTo, events) => {
              for (const reader of readers) reader.published(upTo, events)
            },
            behind: () => readers.some((reader) => reader.behind),
            during: (loop) =>
              Effect.scoped(
                Effect.gen(function* () {
                  all.set(owned.instance, readers)
                  yield* Effect.addFinalizer(() =>
                    checkpoint(readers).pipe(
                      quietly,
                      Effect.timeoutOption(limits.checkpointEvery),
                      Effect.andThen(
                        Effect.sync(() => {
                          if (all.get(owned.instance) === readers) all.delete(owned.instance)
                        })
                      )
                    )
                  )
                  for (const reader of readers) yield* Effect.forkScoped(reader.run)
                  return yield* loop
                })
              )
          }
        },
        behind: (instance) => all.get(instance)?.some((reader) => reader.behind) ?? false
      }
    })
  )
