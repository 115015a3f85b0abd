/**
 * One instance's Events in this gateway: ONE stream from its owner, whatever the number of clients;
 * the recent ones kept; every Event handed to those who hear it.
 *
 * The stream is a hand-over and may end, stall or skip at any time: seqs have no gaps, so what is
 * missing is seen and read from the log.
 */
import type { Aggregate } from "@wr2/core"
import { Publisher } from "@wr2/engine"
import type { EventLog, Messages, Placement } from "@wr2/engine"
import { Errors } from "@wr2/protocol"
import { Effect, Latch, Metric, Result, Stream } from "effect"
import type { GatewayLimits } from "./GatewayLimits.ts"
import * as Perceive from "./Perceive.ts"
import type { Subscriber } from "./Subscriber.ts"
import * as Telemetry from "./Telemetry.ts"

type Log = Pick<EventLog.EventLog["Service"], "read">

export class InstanceFeed {
  readonly instance: number
  readonly #limits: GatewayLimits
  readonly #turnsOf: Perceive.TurnsOf
  /** Open once somebody told where to begin. */
  readonly begun = Latch.makeUnsafe(false)
  lineage = ""
  /** Everything up to here was handed on. */
  upTo = 0
  /** The last Events up to `upTo`, without a gap. */
  #recent: Array<Messages.FeedEvent> = []
  readonly #subscribers = new Set<Subscriber>()
  readonly #byStream = new Map<Aggregate.StreamKey, Set<Subscriber>>()
  /** By the key that `follows` names, and by the actor that a message names: most often the same. */
  readonly #bySubscriber = new Map<Aggregate.StreamKey, Set<Subscriber>>()
  readonly #byActor = new Map<string, Set<Subscriber>>()
  readonly #wanting = new Set<Subscriber>()
  /** Clients cut and not yet counted. */
  #cut = 0

  constructor(instance: number, limits: GatewayLimits, turnsOf: Perceive.TurnsOf) {
    this.instance = instance
    this.#limits = limits
    this.#turnsOf = turnsOf
  }

  get subscribers(): number {
    return this.#subscribers.size
  }

  /** Says from where on to listen; another history than so far begins anew. */
  begin(lineage: string, seq: number): void {
    if (this.lineage === lineage) return
    this.#reset("lineage")
    this.lineage = lineage
    this.upTo = seq
    this.begun.openUnsafe()
  }

  /** Kept Events after `seq`, at most a page; undefined when they reach not so far back. */
  since(seq: number): ReadonlyArray<Messages.FeedEvent> | undefined {
    const oldest = this.#recent[0]?.seq ?? this.upTo + 1
    if (seq + 1 < oldest) return undefined
    return this.#recent.slice(seq + 1 - oldest, seq + 1 - oldest + this.#limits.logPage)
  }

  /**
   * Lets one in that has everything up to `upTo`. In the same synchronous step as the caller's look
   * at `upTo`, so that no Event falls between.
   */
  add(subscriber: Subscriber): void {
    this.#subscribers.add(subscriber)
    for (const stream of subscriber.hearing.streams) into(this.#byStream, stream, subscriber)
    into(this.#bySubscriber, subscriber.hearing.subscriber, subscriber)
    into(this.#byActor, subscriber.hearing.actor, subscriber)
    this.want(subscriber, subscriber.wanted)
  }

  remove(subscriber: Subscriber): void {
    if (!this.#subscribers.delete(subscriber)) return
    for (const stream of subscriber.hearing.streams) outOf(this.#byStream, stream, subscriber)
    outOf(this.#bySubscriber, subscriber.hearing.subscriber, subscriber)
    outOf(this.#byActor, subscriber.hearing.actor, subscriber)
    this.#wanting.delete(subscriber)
  }

  /** Tells the subscriber as soon as it has everything up to `asOf`, also if nothing is heard until then. */
  want(subscriber: Subscriber, asOf: number): void {
    subscriber.wanted = Math.max(subscriber.wanted, asOf)
    if (!this.#subscribers.has(subscriber) || subscriber.told >= subscriber.wanted) return
    if (this.upTo >= subscriber.wanted) this.#tell(subscriber, [])
    else this.#wanting.add(subscriber)
  }

  /** Listens for ever: to the owner, and to the log when the owner is not heard. */
  run(placement: Placement.Placement["Service"], log: Log): Effect.Effect<never> {
    const limits = this.#limits
    let wait = limits.retryFirst
    const listen = Effect.suspend(() => {
      const from = this.upTo
      return placement.feed(this.instance, from).pipe(
        Stream.timeout(limits.feedSilence),
        Stream.runForEach((chunk) => Effect.andThen(this.#accept(chunk, log), this.#count)),
        Effect.andThen(this.#readLog(log, undefined)),
        Effect.catchCause((cause) =>
          Effect.logDebug("an instance's feed broke off", cause).pipe(
            Effect.annotateLogs({ instance: this.instance })
          )
        ),
        Effect.andThen(
          Effect.suspend(() => {
            wait = this.upTo > from ? limits.retryFirst : Math.min(limits.retryMax, wait * 2)
            return Effect.sleep(wait)
          })
        )
      )
    })
    return Effect.forever(Effect.andThen(this.begun.await, listen))
  }

  readonly #count = Effect.suspend(() => {
    const cut = this.#cut
    this.#cut = 0
    return cut === 0 ? Effect.void : Metric.update(Telemetry.clientsCut, cut)
  })

  #accept(chunk: Messages.Chunk, log: Log): Effect.Effect<void, unknown> {
    if (chunk.lineage !== this.lineage) {
      // Listened to anew from where the next one begins: what comes until then belongs to nobody.
      this.#reset("lineage")
      return Effect.fail("another history")
    }
    const fresh = chunk.events.filter(({ seq }) => seq > this.upTo)
    const whole = fresh.every(({ seq }, i) => seq === this.upTo + 1 + i)
    if (whole) this.#take(fresh)
    if (this.upTo < chunk.upTo) return this.#readLog(log, chunk.upTo)
    // The owner's sign of life: a good moment to tell the quiet ones how far they are.
    if (chunk.events.length === 0)
      for (const one of this.#subscribers) if (one.told < this.upTo) this.#tell(one, [])
    return Effect.void
  }

  /** Reads on from the log: up to a seq that is known to be there, or to its end. */
  #readLog(log: Log, upTo: number | undefined): Effect.Effect<void, unknown> {
    const { lineage } = this
    return Effect.gen({ self: this }, function* () {
      while (upTo === undefined || this.upTo < upTo) {
        const after = this.upTo
        const page = yield* log.read(this.instance, after, this.#limits.logPage)
        if (this.lineage !== lineage || this.upTo !== after) return
        // What is known to be there, and does not come, was let go of.
        const gone = page.length > 0 ? page[0]!.seq !== after + 1 : upTo !== undefined
        if (gone) return this.#reset("behind")
        this.#take(page.map(Publisher.feedEvent))
        if (page.length < this.#limits.logPage) return
      }
    })
  }

  /** Hands on what follows without a gap. Synchronous: nobody joins or leaves meanwhile. */
  #take(events: ReadonlyArray<Messages.FeedEvent>): void {
    if (events.length === 0) return
    const heard = new Map<Subscriber, Array<Messages.FeedEvent>>()
    for (const event of events) {
      const turns = this.#turnsOf(event)
      if (Result.isFailure(turns)) return this.#reset("broken", events[events.length - 1]!.seq)
      for (const subscriber of this.#concerned(event, turns.success)) {
        this.#step(subscriber, event, turns.success, heard)
      }
    }
    this.upTo = events[events.length - 1]!.seq
    this.#recent.push(...events)
    if (this.#recent.length > this.#limits.recentEvents * 2) {
      this.#recent = this.#recent.slice(-this.#limits.recentEvents)
    }
    for (const [subscriber, some] of heard) this.#tell(subscriber, some)
    for (const subscriber of this.#wanting) {
      if (subscriber.wanted > this.upTo) continue
      this.#wanting.delete(subscriber)
      if (subscriber.told < subscriber.wanted) this.#tell(subscriber, [])
    }
  }

  /** Those for whom the fold is not the identity: hearers, whoever turns, who departs. */
  #concerned(event: Messages.FeedEvent, turns: Perceive.Turns): ReadonlySet<Subscriber> {
    const sets = event.streams.map((stream) => this.#byStream.get(stream))
    for (const { subscriber } of turns.follows) sets.push(this.#bySubscriber.get(subscriber))
    if (turns.departure !== undefined) sets.push(this.#byActor.get(turns.departure.actor))
    const found = sets.filter((set) => set !== undefined)
    return found.length === 1 ? new Set(found[0]) : new Set(found.flatMap((set) => [...set]))
  }

  #step(
    subscriber: Subscriber,
    event: Messages.FeedEvent,
    turns: Perceive.Turns,
    heard: Map<Subscriber, Array<Messages.FeedEvent>>
  ): void {
    const before = subscriber.hearing
    const stepped = Perceive.step(before, event, turns)
    if (stepped.hearing.streams !== before.streams) {
      for (const stream of before.streams) outOf(this.#byStream, stream, subscriber)
      for (const stream of stepped.hearing.streams) into(this.#byStream, stream, subscriber)
      subscriber.sealedAt = undefined
    }
    subscriber.hearing = stepped.hearing
    if (stepped.heard && event.seq > subscriber.above) {
      const some = heard.get(subscriber)
      if (some === undefined) heard.set(subscriber, [event])
      else some.push(event)
    }
    if (stepped.hearing.departed === undefined) return
    const last = heard.get(subscriber) ?? []
    heard.delete(subscriber)
    this.remove(subscriber)
    if (subscriber.tell(last, event.seq)) subscriber.depart(event.seq, stepped.hearing.departed)
  }

  #tell(subscriber: Subscriber, events: ReadonlyArray<Messages.FeedEvent>): void {
    if (subscriber.tell(events, this.upTo)) return
    this.remove(subscriber)
    this.#cut++
  }

  /** Ends all feeds and forgets: who comes back says where to begin. */
  #reset(why: Errors.ResyncRequired["why"], upTo = this.upTo): void {
    this.begun.closeUnsafe()
    this.lineage = ""
    this.upTo = upTo
    this.#recent = []
    for (const subscriber of this.#subscribers) {
      this.remove(subscriber)
      subscriber.end(new Errors.ResyncRequired({ why }))
    }
  }
}

const into = <K>(index: Map<K, Set<Subscriber>>, key: K, subscriber: Subscriber): void => {
  const found = index.get(key)
  if (found === undefined) index.set(key, new Set([subscriber]))
  else found.add(subscriber)
}

const outOf = <K>(index: Map<K, Set<Subscriber>>, key: K, subscriber: Subscriber): void => {
  const found = index.get(key)
  found?.delete(subscriber)
  if (found?.size === 0) index.delete(key)
}
