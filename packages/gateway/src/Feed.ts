/**
 * A client's feed: from its cursor to the instance's head, then live, then on to the next instance
 * when its character travels. One pull after another, so a client that reads slowly slows the
 * reading of the log, and nobody else.
 *
 *     behind --(has all up to the feed's head, in one synchronous look)--> live
 *     behind, live --(its departure)--> away --(entered where it is now)--> behind
 */
import { Actor } from "@wr2/core"
import type { Game } from "@wr2/core"
import { EventLog, Placement, Publisher } from "@wr2/engine"
import type { Messages } from "@wr2/engine"
import { Errors } from "@wr2/protocol"
import type { GatewayRpcs } from "@wr2/protocol"
import {
  Cause,
  Clock,
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
import { notNow } from "./Owner.ts"
import type { Arrival } from "./Owner.ts"
import * as Perceive from "./Perceive.ts"
import { Secrets } from "./Secrets.ts"
import { now } from "./Sessions.ts"
import type { Play, Stay } from "./Sessions.ts"
import { Subscriber, frames } from "./Subscriber.ts"
import type { EventsFrame, Item } from "./Subscriber.ts"
import * as Telemetry from "./Telemetry.ts"

/** Where a client's feed is. */
type At =
  | {
      readonly _tag: "Behind"
      /** Undefined: an instance that it has left; its departure is in the log. */
      readonly feed: InstanceFeed | undefined
      /** The stay that this is part of, and the seq with which it began. */
      readonly stay: Pick<Stay, "order" | "seq">
      readonly instance: number
      readonly lineage: string
      readonly framing: Framing
      hearing: Perceive.Hearing
      readonly above: number
      /** The seq that it is read from. */
      readonly from: number
      sealedAt: number | undefined
    }
  | {
      readonly _tag: "Live"
      readonly subscriber: Subscriber
      readonly feed: InstanceFeed
      readonly stay: Pick<Stay, "order">
    }
  /** Gone after that stay. */
  | { readonly _tag: "Away"; readonly after: number; readonly target: number }

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
  const log = yield* EventLog.EventLog
  const secrets = yield* Secrets
  const limits = yield* GatewayLimits
  const turnsOf = Perceive.turnsOf(game)

  let open = 0
  const measure = (change: number) =>
    Effect.suspend(() => Metric.update(Telemetry.feeds, (open += change)))
  const feeds = yield* RcMap.make({
    lookup: (instance: number) =>
      Effect.gen(function* () {
        const feed = new InstanceFeed(instance, limits, turnsOf)
        yield* Effect.acquireRelease(measure(1), () => measure(-1))
        yield* Effect.forkScoped(feed.run(placement, log))
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
    const arrival = now(play)
    const here = sealed.instance === arrival.instance
    if (here && sealed.lineage !== arrival.lineage) {
      return yield* new Errors.ResyncRequired({ why: "lineage" })
    }
    if (here && arrival.seq - sealed.seq > limits.resumeMax) {
      return yield* new Errors.ResyncRequired({ why: "behind" })
    }
    if (sealed.departed !== null) {
      const left = play.arrivals.findLast(
        ({ instance, seq }) => instance === sealed.instance && seq <= sealed.seq
      )
      const after = left?.order ?? play.arrivals[0]!.order - 1
      return { _tag: "Away", after, target: sealed.departed } satisfies At
    }
    const at: At = {
      _tag: "Behind",
      feed: here ? yield* instanceFeed(arrival, scope) : undefined,
      stay: here ? arrival : { order: play.arrivals[0]!.order - 1, seq: 0 },
      instance: sealed.instance,
      lineage: sealed.lineage,
      framing: framing(play, sealed.instance, sealed.lineage),
      hearing: hearing(play, sealed.streams, sealed.seq),
      above: from.seq,
      from: sealed.seq,
      sealedAt: sealed.seq
    }
    return at
  })

  const instanceFeed = Effect.fnUntraced(function* (arrival: Arrival, scope: Scope.Scope) {
    const feed = yield* Scope.provide(RcMap.get(feeds, arrival.instance), scope)
    feed.begin(arrival.lineage, arrival.seq)
    return feed
  })

  /** A page of the log after `seq`, tried again while the database is away. */
  const page = Effect.fnUntraced(function* (instance: number, seq: number) {
    const until = (yield* Clock.currentTimeMillis) + limits.answerWithin
    let wait = limits.retryFirst
    while (true) {
      const read = yield* Effect.result(log.read(instance, seq, limits.logPage))
      if (Result.isSuccess(read)) return read.success.map(Publisher.feedEvent)
      if ((yield* Clock.currentTimeMillis) + wait > until) return yield* notNow("log")
      yield* Effect.sleep(wait)
      wait = Math.min(limits.retryMax, wait * 2)
    }
  })

  const stream = Effect.fnUntraced(function* (play: Play, from: GatewayRpcs.Cursor) {
    const mine = ++play.feeds
    play.listening?.subscriber.done()
    const scope = yield* Effect.scope
    let leg = yield* Scope.fork(scope)
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
    const catchUp = Effect.fnUntraced(function* (behind: Extract<At, { _tag: "Behind" }>) {
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
        at = { _tag: "Live", subscriber, feed, stay: behind.stay }
        return []
      }
      const events =
        feed?.since(behind.hearing.seq) ?? (yield* page(behind.instance, behind.hearing.seq))
      return yield* advance(behind, events)
    })

    /** Folds what follows, and cuts it into frames. */
    const advance = Effect.fnUntraced(function* (
      behind: Extract<At, { _tag: "Behind" }>,
      events: ReadonlyArray<Messages.FeedEvent>
    ) {
      if (events.length === 0 && behind.feed === undefined) {
        // It left that instance without a trace in the log; where it is now is known.
        at = { _tag: "Away", after: behind.stay.order, target: now(play).instance }
        return []
      }
      if (
        events[0]?.seq !== behind.hearing.seq + 1 ||
        // Of an instance that it has left, the end is not known beforehand.
        (behind.feed === undefined && behind.hearing.seq - behind.from > limits.resumeMax)
      ) {
        return yield* new Errors.ResyncRequired({ why: "behind" })
      }
      const perceived = Perceive.fold(behind.hearing, events, turnsOf, behind.above)
      if (Result.isFailure(perceived)) return yield* new Errors.ResyncRequired({ why: "broken" })
      const { hearing, heard } = perceived.success
      if (hearing.streams !== behind.hearing.streams) behind.sealedAt = undefined
      behind.hearing = hearing
      if (hearing.departed !== undefined) {
        // One that left and came back while its client was away: it left before this stay.
        const before = hearing.seq <= behind.stay.seq ? 1 : 0
        at = { _tag: "Away", after: behind.stay.order - before, target: hearing.departed }
      }
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
        at = { _tag: "Away", after: live.stay.order, target: last.target }
      }
      return items.filter((item): item is EventsFrame => item._tag === "Events")
    })

    const travel = Effect.fnUntraced(function* (away: Extract<At, { _tag: "Away" }>) {
      const arrival = yield* Effect.catchTags(play.follow(away.after, away.target), {
        NoSuchCharacter: () => Effect.fail(notNow("on the way")),
        EntryRefused: () => Effect.fail(notNow("entry refused"))
      })
      const left = leg
      leg = yield* Scope.fork(scope)
      const feed = yield* instanceFeed(arrival, leg)
      yield* Scope.close(left, Exit.void)
      const { instance, lineage, nextN, seq, snapshot, streams } = arrival
      const arrived: GatewayRpcs.FeedFrame = {
        _tag: "Arrived",
        cursor: cursor(play, arrival),
        nextN,
        snapshot
      }
      at = {
        _tag: "Behind",
        feed,
        stay: arrival,
        instance,
        lineage,
        framing: framing(play, instance, lineage),
        hearing: hearing(play, streams, seq),
        above: seq,
        from: seq,
        sealedAt: seq
      }
      return [arrived]
    })

    const next = Effect.suspend(
      (): Effect.Effect<ReadonlyArray<GatewayRpcs.FeedFrame>, Errors.FeedEnd | Cause.Done> => {
        if (play.feeds !== mine || play.ended === "left") return Cause.done()
        if (play.ended !== undefined) return Effect.fail(play.ended)
        switch (at._tag) {
          case "Behind":
            return catchUp(at)
          case "Live":
            return listen(at)
          case "Away":
            return travel(at)
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

const isNonEmpty = <A>(items: ReadonlyArray<A>): items is readonly [A, ...Array<A>] =>
  items.length > 0
