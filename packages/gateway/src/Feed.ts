/**
 * A client's feed: from its cursor to the instance's head, then live, then on to the next instance
 * when its character travels. One pull after another, so a client that reads slowly slows the
 * reading of the log, and nobody else.
 *
 *     behind --(has all up to the feed's head, in one synchronous look)--> live
 *     behind, live --(its departure)--> away --(its arrival)--> behind
 */
import { Actor } from "@wr2/core"
import type { Game } from "@wr2/core"
import { EventLog, Placement, Publisher } from "@wr2/engine"
import type { Messages } from "@wr2/engine"
import { Errors } from "@wr2/protocol"
import type { GatewayRpcs } from "@wr2/protocol"
import {
  Cause,
  Context,
  Effect,
  Exit,
  Layer,
  Metric,
  Queue,
  RcMap,
  Result,
  Scope,
  Stream
} from "effect"
import * as CursorToken from "./CursorToken.ts"
import { GatewayLimits } from "./GatewayLimits.ts"
import { InstanceFeed } from "./InstanceFeed.ts"
import * as Journey from "./Journey.ts"
import type { Arrival } from "./Owner.ts"
import * as Perceive from "./Perceive.ts"
import { Secrets } from "./Secrets.ts"
import { want } from "./Sessions.ts"
import type { Play } from "./Sessions.ts"
import { Subscriber, frames } from "./Subscriber.ts"
import type { EventsFrame, Item } from "./Subscriber.ts"
import * as Telemetry from "./Telemetry.ts"

/** Where a client's feed is. */
type At =
  | {
      readonly _tag: "Behind"
      /** Undefined: an instance that it has left since; its departure is in the log. */
      readonly feed: InstanceFeed | undefined
      readonly instance: number
      readonly lineage: string
      readonly framing: Framing
      hearing: Perceive.Hearing
      readonly above: number
      sealedAt: number | undefined
    }
  | {
      readonly _tag: "Live"
      readonly subscriber: Subscriber
      readonly feed: InstanceFeed
    }
  | { readonly _tag: "Away"; readonly departure: Journey.Departure }
type Behind = Extract<At, { readonly _tag: "Behind" }>

type Framing = Subscriber["framing"]

export class Feed extends Context.Service<
  Feed,
  {
    /** What the character perceives after the cursor, for as long as it is played. */
    readonly stream: (
      play: Play,
      cursor: GatewayRpcs.Cursor
    ) => Stream.Stream<GatewayRpcs.FeedFrame, Errors.FeedEnd>
    /** The cursor at an arrival. */
    readonly cursor: (play: Play, arrival: Arrival) => GatewayRpcs.Cursor
  }
>()("wr2/gateway/Feed") {
  static readonly layer = (
    game: Pick<Game.Any, "events">
  ): Layer.Layer<Feed, never, Placement.Placement | EventLog.EventLog | Secrets> =>
    Layer.effect(Feed, make(game))
}

const make = Effect.fnUntraced(function* (game: Pick<Game.Any, "events">) {
  const placement = yield* Placement.Placement
  const events = yield* EventLog.EventLog
  const secrets = yield* Secrets
  const limits = yield* GatewayLimits
  const log = Journey.patient(events, limits)
  const turnsOf = Perceive.turnsOf(game)

  let open = 0
  const measure = (change: number) =>
    Effect.suspend(() => Metric.update(Telemetry.feeds, (open += change)))
  const feeds = yield* RcMap.make({
    lookup: (instance: number) =>
      Effect.gen(function* () {
        const feed = new InstanceFeed(instance, limits, turnsOf)
        yield* Effect.acquireRelease(measure(1), () => measure(-1))
        yield* Effect.forkScoped(feed.run(placement, events))
        return feed
      }),
    idleTimeToLive: limits.feedLinger
  })

  const framing = (play: Play, instance: number, lineage: string): Framing => ({
    frameEvents: limits.frameEvents,
    tokenEvery: limits.tokenEvery,
    seal: (hearing, seq) =>
      CursorToken.seal(secrets, {
        account: play.account,
        character: play.character,
        session: play.session,
        instance,
        lineage,
        seq,
        streams: CursorToken.sorted(hearing.streams),
        departed: hearing.departed ?? null
      })
  })

  const hearing = (play: Play, streams: ReadonlyArray<string>, seq: number): Perceive.Hearing => ({
    subscriber: play.stream,
    actor: Actor.key(play.actor),
    streams: new Set(streams),
    seq,
    departed: undefined
  })

  const cursor: Feed["Service"]["cursor"] = (play, { instance, lineage, seq, streams }) => ({
    instance,
    lineage,
    seq,
    token: framing(play, instance, lineage).seal(hearing(play, streams, seq), seq)
  })

  /** Where a feed from this cursor begins. */
  const begin = Effect.fnUntraced(function* (
    play: Play,
    from: GatewayRpcs.Cursor,
    scope: Scope.Scope
  ) {
    const sealed = CursorToken.ofCursor(secrets, from, limits.tokenMax)
    if (
      sealed === undefined ||
      sealed.character !== play.character ||
      sealed.account !== play.account
    ) {
      return yield* new Errors.ResyncRequired({ why: "token" })
    }
    const { stay } = play
    const here = sealed.instance === stay.instance
    const lineage = here ? stay.lineage : (yield* log.head(sealed.instance))?.lineage
    if (sealed.lineage !== lineage) return yield* new Errors.ResyncRequired({ why: "lineage" })
    if (here && stay.seq - sealed.seq > limits.resumeMax) {
      return yield* new Errors.ResyncRequired({ why: "behind" })
    }
    const { departed, instance, seq, streams } = sealed
    if (departed !== null) {
      return { _tag: "Away", departure: { instance, seq, target: departed } } satisfies At
    }
    return {
      _tag: "Behind",
      feed: here ? yield* instanceFeed(stay, scope) : undefined,
      instance,
      lineage,
      framing: framing(play, instance, lineage),
      hearing: hearing(play, streams, seq),
      above: from.seq,
      // One of a session that has ended is of no use for the next Enter: the next frame brings another.
      sealedAt: sealed.session === play.session ? seq : undefined
    } satisfies At
  })

  const instanceFeed = Effect.fnUntraced(function* (arrival: Arrival, scope: Scope.Scope) {
    const feed = yield* Scope.provide(RcMap.get(feeds, arrival.instance), scope)
    feed.begin(arrival.lineage, arrival.seq)
    return feed
  })

  const stream = Effect.fnUntraced(function* (play: Play, from: GatewayRpcs.Cursor) {
    const mine = ++play.feeds
    play.listening?.subscriber.done()
    const scope = yield* Effect.scope
    let leg = yield* Scope.fork(scope)
    /** Events read from logs since it was live last. */
    let read = 0
    let at: At = yield* begin(play, from, leg)
    yield* Scope.addFinalizer(
      scope,
      Effect.sync(() => {
        if (at._tag !== "Live") return
        at.feed.remove(at.subscriber)
        if (play.listening?.subscriber === at.subscriber) play.listening = undefined
      })
    )

    /** Goes live if there is nothing between this client and the feed's head. */
    const catchUp = Effect.fnUntraced(function* (behind: Behind) {
      const { feed } = behind
      const queue = yield* Queue.unbounded<Item, Errors.FeedEnd | Cause.Done>()
      // From here to `add` nothing yields: no Event can come between the look and the joining.
      if (feed !== undefined && feed.lineage !== behind.lineage) {
        return yield* new Errors.ResyncRequired({ why: "lineage" })
      }
      if (feed !== undefined && behind.hearing.seq >= feed.upTo) {
        const subscriber = new Subscriber({
          framing: behind.framing,
          bufferMax: limits.clientBuffer,
          queue,
          hearing: behind.hearing,
          above: behind.above,
          sealedAt: behind.sealedAt
        })
        if (play.wanted?.instance === feed.instance) subscriber.wanted = play.wanted.asOf
        feed.add(subscriber)
        play.listening = { feed, subscriber }
        at = { _tag: "Live", subscriber, feed }
        read = 0
        return []
      }
      const { seq } = behind.hearing
      const events =
        feed?.since(seq) ?? (yield* log.page(behind.instance, seq)).map(Publisher.feedEvent)
      if (events.length === 0 && feed === undefined) return yield* lookAround(behind)
      return yield* advance(behind, events)
    })

    /** Folds what follows, and cuts it into frames. */
    const advance = Effect.fnUntraced(function* (
      behind: Behind,
      events: ReadonlyArray<Messages.FeedEvent>
    ) {
      if (events[0]?.seq !== behind.hearing.seq + 1 || read > limits.resumeMax) {
        return yield* new Errors.ResyncRequired({ why: "behind" })
      }
      const perceived = Perceive.fold(behind.hearing, events, turnsOf, behind.above)
      if (Result.isFailure(perceived)) return yield* new Errors.ResyncRequired({ why: "broken" })
      const { hearing, heard } = perceived.success
      read += hearing.seq - behind.hearing.seq
      if (hearing.streams !== behind.hearing.streams) behind.sealedAt = undefined
      behind.hearing = hearing
      const { departed, seq } = hearing
      if (departed !== undefined) at = away(behind.instance, seq, departed)
      if (hearing.seq <= behind.above) return []
      const cut = frames(behind.framing, hearing, heard, hearing.seq, behind.sealedAt)
      if (cut[cut.length - 1]!.token !== null) behind.sealedAt = hearing.seq
      return cut
    })

    const listen = Effect.fnUntraced(function* (live: Extract<At, { _tag: "Live" }>) {
      const items = yield* Queue.takeAll(live.subscriber.queue)
      live.subscriber.took(items)
      const last = items[items.length - 1]!
      if (last._tag === "Departed") {
        play.listening = undefined
        at = away(live.feed.instance, last.seq, last.target)
      }
      return items.filter((item): item is EventsFrame => item._tag === "Events")
    })

    /**
     * Goes on where the character arrived. From there on it hears its own stream, and what the Events
     * of its arrival let it join.
     */
    const travel = Effect.fnUntraced(function* (departure: Journey.Departure) {
      const arrival = yield* Journey.next(log, limits, play, departure)
      return yield* settle(arrival, hearing(play, [play.stream], arrival.seq))
    })

    /**
     * The log of an instance that it has left ends without its departure. An owner that slept may
     * have told that it is elsewhere: it is looked for, from here on.
     */
    const lookAround = Effect.fnUntraced(function* (behind: Behind) {
      const { instance, lineage } = behind
      const { seq } = behind.hearing
      const stay = yield* Journey.lookFor(play, instance)
      if (stay.instance === instance) {
        if (stay.lineage !== lineage) return yield* new Errors.ResyncRequired({ why: "lineage" })
        return yield* settle({ instance, lineage, seq, stay }, behind.hearing)
      }
      const events = yield* log.page(instance, seq)
      // Nothing tells how it came from here to where it is.
      if (events.length === 0) return yield* new Errors.ResyncRequired({ why: "broken" })
      return []
    })

    /** Begins to hear there, after `seq`. */
    const settle = Effect.fnUntraced(function* (
      { instance, lineage, seq, stay }: Journey.Arrival,
      hearing: Perceive.Hearing
    ) {
      const left = leg
      leg = yield* Scope.fork(scope)
      const feed = stay && (yield* instanceFeed(stay, leg))
      yield* Scope.close(left, Exit.void)
      const cut = framing(play, instance, lineage)
      const arrived: GatewayRpcs.FeedFrame = {
        _tag: "Arrived",
        cursor: { instance, lineage, seq, token: cut.seal(hearing, seq) },
        snapshot: stay?.snapshot ?? null,
        asOf: stay?.seq ?? seq
      }
      if (stay !== undefined) want(play, instance, stay.seq)
      at = {
        _tag: "Behind",
        feed,
        instance,
        lineage,
        framing: cut,
        hearing,
        above: seq,
        sealedAt: seq
      }
      return [arrived]
    })

    const next = Effect.suspend(
      (): Effect.Effect<ReadonlyArray<GatewayRpcs.FeedFrame>, Errors.FeedEnd | Cause.Done> => {
        if (play.feeds !== mine || play.ended === "left" || play.ended === "gone")
          return Cause.done()
        if (play.ended !== undefined) return Effect.fail(play.ended)
        switch (at._tag) {
          case "Behind":
            return catchUp(at)
          case "Live":
            return listen(at)
          case "Away":
            return travel(at.departure)
        }
      }
    )
    const pull = Effect.gen(function* () {
      while (true) {
        const found = yield* next
        if (isNonEmpty(found)) return found
      }
    })
    return Stream.fromPull(Effect.succeed(pull))
  })

  return Feed.of({
    cursor,
    stream: (play, from) => Stream.unwrap(stream(play, from))
  })
})

const away = (instance: number, seq: number, target: number): At => ({
  _tag: "Away",
  departure: { instance, seq, target }
})

const isNonEmpty = <A>(items: ReadonlyArray<A>): items is readonly [A, ...Array<A>] =>
  items.length > 0
