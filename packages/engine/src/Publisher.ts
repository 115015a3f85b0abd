/**
 * After the commit: Events go to whoever subscribed. A hand-over, not the truth: the log is the
 * outbox, and a reader that finds a gap in the seqs, or is cut, reads on from there.
 */
import { Context, Effect, Layer, Metric, Queue, Schedule, Stream } from "effect"
import type { Cause } from "effect"
import { Limits } from "./Limits.ts"
import type { Chunk, FeedEvent } from "./Messages.ts"
import type { EventRecord } from "./Records.ts"
import * as Telemetry from "./Telemetry.ts"

interface Channel {
  readonly lineage: string
  head: number
  recent: Array<FeedEvent>
  readonly subscribers: Set<Queue.Queue<Chunk, Cause.Done>>
  watcher: Watcher | undefined
}

/** Is told of every commit, in the step that hands its Events over. */
export type Watcher = (upTo: number, events: ReadonlyArray<EventRecord>) => void

export class Publisher extends Context.Service<
  Publisher,
  {
    /** Opens an instance's channel on activation, with its history's name and last seq. */
    readonly open: (instance: number, lineage: string, head: number) => void
    /** Hands committed Events over, in order, once each. */
    readonly publish: (instance: number, upTo: number, events: ReadonlyArray<EventRecord>) => void
    /**
     * Events above `after`, as far as they are kept, then those to come. A reader that sees a seq
     * missing reads the log up to it. Ends when the instance closes or the reader is too slow.
     */
    readonly subscribe: (instance: number, after: number) => Stream.Stream<Chunk>
    /** Tells somebody in this process of every commit, until the instance closes. */
    readonly watch: (instance: number, watcher: Watcher) => void
    /** How many read the instance's feed. */
    readonly subscribers: (instance: number) => number
    /** Ends all feeds of the instance. */
    readonly close: (instance: number) => void
  }
>()("wr2/engine/Publisher") {
  static readonly layer: Layer.Layer<Publisher> = Layer.effect(
    Publisher,
    Effect.gen(function* () {
      const { chunkMax, feedBuffer, headEvery, recentEvents } = yield* Limits
      const channels = new Map<number, Channel>()
      let cut = 0

      const offer = (
        channel: Channel,
        queue: Queue.Queue<Chunk, Cause.Done>,
        chunk: Chunk
      ): void => {
        if (Queue.offerUnsafe(queue, chunk)) return
        cut++
        channel.subscribers.delete(queue)
        Queue.endUnsafe(queue)
      }
      const tellHead = Effect.gen(function* () {
        for (const channel of channels.values()) {
          const chunk: Chunk = { lineage: channel.lineage, upTo: channel.head, events: [] }
          for (const queue of channel.subscribers) offer(channel, queue, chunk)
        }
        if (cut > 0) yield* Metric.update(Telemetry.slowSubscribers, cut)
        cut = 0
      })
      yield* Effect.forkScoped(Effect.repeat(tellHead, Schedule.spaced(headEvery)))
      const close = (instance: number): void => {
        const channel = channels.get(instance)
        channels.delete(instance)
        for (const queue of channel?.subscribers ?? []) Queue.endUnsafe(queue)
      }
      yield* Effect.addFinalizer(() => Effect.sync(() => [...channels.keys()].forEach(close)))

      return {
        open: (instance, lineage, head) => {
          close(instance)
          channels.set(instance, {
            lineage,
            head,
            recent: [],
            subscribers: new Set(),
            watcher: undefined
          })
        },
        publish: (instance, upTo, records) => {
          const channel = channels.get(instance)
          if (channel === undefined) return
          channel.head = upTo
          channel.watcher?.(upTo, records)
          if (records.length === 0) return
          const events = records.map(feedEvent)
          channel.recent.push(...events)
          if (channel.recent.length > recentEvents * 2)
            channel.recent = channel.recent.slice(-recentEvents)
          for (const chunk of chunks(channel.lineage, events, chunkMax)) {
            for (const queue of channel.subscribers) offer(channel, queue, chunk)
          }
        },
        subscribe: (instance, after) =>
          Stream.unwrap(
            Effect.gen(function* () {
              const queue = yield* Queue.dropping<Chunk, Cause.Done>(feedBuffer)
              const channel = channels.get(instance)
              if (channel === undefined) return Stream.empty
              const { head, lineage, recent } = channel
              channel.subscribers.add(queue)
              // What is kept, if it goes back far enough; else the reader is told to read the log.
              const oldest = recent[0]?.seq ?? head + 1
              const kept = after + 1 < oldest ? [] : recent.filter(({ seq }) => seq > after)
              for (const chunk of chunks(lineage, kept, chunkMax)) offer(channel, queue, chunk)
              if (kept.length === 0) offer(channel, queue, { lineage, upTo: head, events: [] })
              return Stream.fromQueue(queue).pipe(
                Stream.ensuring(Effect.sync(() => channel.subscribers.delete(queue)))
              )
            })
          ),
        watch: (instance, watcher) => {
          const channel = channels.get(instance)
          if (channel !== undefined) channel.watcher = watcher
        },
        subscribers: (instance) => channels.get(instance)?.subscribers.size ?? 0,
        close
      }
    })
  )
}

/** Events in chunks of at most `most`. */
const chunks = function* (
  lineage: string,
  events: ReadonlyArray<FeedEvent>,
  most: number
): Generator<Chunk> {
  for (let at = 0; at < events.length; at += most) {
    const some = events.length <= most ? events : events.slice(at, at + most)
    yield { lineage, upTo: some.at(-1)!.seq, events: some }
  }
}

/** An Event as subscribers get it. */
export const feedEvent = (record: EventRecord): FeedEvent => ({
  seq: record.seq,
  type: record.type,
  payload: record.payload,
  streams: record.streams,
  at: record.at,
  commandId: record.commandId
})
