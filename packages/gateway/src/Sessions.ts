/**
 * Who plays which character through this gateway. A session is the engine's proof of who may act:
 * it is named by chance when a character is entered, lives on in the client's cursor across
 * connections and gateways, and every few seconds its owner is told that it is still held.
 */
import { type Actor, Rejected } from "@wr2/core"
import type { Aggregate, Game } from "@wr2/core"
import type { Messages } from "@wr2/engine"
import type { Errors, GatewayRpcs } from "@wr2/protocol"
import { Context, Effect, Layer, Metric, Scope, Semaphore } from "effect"
import * as Buckets from "./Buckets.ts"
import * as CursorToken from "./CursorToken.ts"
import { GatewayLimits } from "./GatewayLimits.ts"
import type { InstanceFeed } from "./InstanceFeed.ts"
import * as Lane from "./Lane.ts"
import { notNow, Owner } from "./Owner.ts"
import type { Arrival, EnterError, Reason } from "./Owner.ts"
import { Secrets } from "./Secrets.ts"
import type { Subscriber } from "./Subscriber.ts"
import * as Telemetry from "./Telemetry.ts"

/** A character that is played on a connection of this gateway. */
export interface Play {
  readonly account: number
  readonly character: number
  readonly session: string
  readonly actor: Actor.Actor
  /** The character's own stream. */
  readonly stream: Aggregate.StreamKey
  readonly lane: Lane.Lane
  /** Where it was found last, however far its feed is behind that. */
  stay: Stay
  /** Its live subscription, while it is up to date with the instance's feed. */
  listening: { readonly feed: InstanceFeed; readonly subscriber: Subscriber } | undefined
  /** The seq that its client waits to be told. */
  wanted: { readonly instance: number; readonly asOf: number } | undefined
  /** Counts its feeds: only the last one lives. */
  feeds: number
  /** "gone": its connection is, or this gateway. Its session lives on in its client's cursor. */
  ended: Errors.FeedEnd | "left" | "gone" | undefined
  /** Claims in a row that were answered Lost. */
  lost: number
  /** It is on its way, and found nowhere until it has come. */
  travelling: boolean
  /** Where it went after a stay: as somebody has found out already, or by asking from there on. */
  readonly follow: (after: number, target: number) => Effect.Effect<Stay, EnterError>
}

/** The character as it was found in an instance; `order` counts how often it was. */
export interface Stay extends Arrival {
  readonly order: number
}

export class Sessions extends Context.Service<
  Sessions,
  {
    /** Plays a character, of which the account has been proven the owner, until the scope closes. */
    readonly enter: (options: {
      readonly account: number
      readonly character: number
      /** The directory's hint. */
      readonly instance: number
      readonly cursor: GatewayRpcs.Cursor | null
    }) => Effect.Effect<{ readonly play: Play; readonly resumed: boolean }, EnterError, Scope.Scope>
    /** Leaves the world in order. */
    readonly leave: (play: Play) => Effect.Effect<void, Rejected.Unavailable>
    /** How many characters are played here. */
    readonly count: Effect.Effect<number>
  }
>()("wr2/gateway/Sessions") {
  static readonly layer = (
    game: Pick<Game.Any, "players">
  ): Layer.Layer<Sessions, never, Owner | Secrets> => Layer.effect(Sessions, make(game))
}

/**
 * What a Command of a play that has ended is told. Where only the connection went, or this gateway stops,
 * nobody has taken over: it is to be sent again, from the next connection.
 */
export const outcome = (why: NonNullable<Play["ended"]>): Reason => {
  if (why === "gone") return notNow("the connection ends")
  return why === "left" ? new Rejected.TakenOver({}) : why
}

/** Raised when how sessions are named changes. */
const afterSession = "wr2/session/1"

const make = Effect.fnUntraced(function* (game: Pick<Game.Any, "players">) {
  const owner = yield* Owner
  const secrets = yield* Secrets
  const limits = yield* GatewayLimits
  const plays = new Map<number, Play>()
  // By character: entering anew is no way to more Commands.
  const commands = new Buckets.Table(limits.commands, limits.countedMax)

  const measure = Effect.suspend(() => Metric.update(Telemetry.sessions, plays.size))

  const end = (play: Play, why: Errors.FeedEnd | "left" | "gone"): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (play.ended !== undefined) return Effect.void
      play.ended = why
      if (plays.get(play.character) === play) plays.delete(play.character)
      if (play.listening !== undefined) {
        play.listening.feed.remove(play.listening.subscriber)
        if (why === "left" || why === "gone") play.listening.subscriber.done()
        else play.listening.subscriber.end(why)
      }
      return Effect.andThen(play.lane.end(outcome(why)), measure)
    })

  const takenOver = (play: Play): Effect.Effect<void> =>
    Effect.suspend(() =>
      play.ended === undefined
        ? Effect.andThen(
            end(play, new Rejected.TakenOver({})),
            Metric.update(Telemetry.takenOver, 1)
          )
        : Effect.void
    )

  const open = Effect.fnUntraced(function* (options: {
    readonly account: number
    readonly character: number
    readonly session: string
    readonly arrival: Arrival
  }) {
    const { account, arrival, character, session } = options
    const actor: Actor.Actor = { type: game.players!.aggregate._tag, id: character }
    const scope = yield* Effect.scope
    const travelling = Semaphore.makeUnsafe(1)
    const follow: Play["follow"] = (after, target) =>
      travelling.withPermit(
        Effect.suspend(() => {
          if (play.stay.order > after) return Effect.succeed(play.stay)
          play.travelling = true
          return owner
            .enter({
              character,
              session,
              instance: target,
              takeOver: false,
              arriving: true,
              within: limits.travelWithin
            })
            .pipe(
              Effect.map((arrived) => {
                play.stay = { ...arrived, order: play.stay.order + 1 }
                play.lost = 0
                return play.stay
              }),
              Effect.tapErrorTag("TakenOver", () => takenOver(play)),
              Effect.ensuring(
                Effect.sync(() => {
                  play.travelling = false
                })
              )
            )
        })
      )
    const lane = yield* Lane.make(owner, limits, {
      actor,
      session,
      where: () => play.stay,
      follow: ({ order }, target) => Effect.asVoid(follow(order, target)),
      allowed: (now, wanted) => commands.upTo(`${character}`, now, wanted),
      answered: (instance, asOf) => want(play, instance, asOf),
      takenOver: Effect.suspend(() => takenOver(play))
    })
    const play: Play = {
      account,
      character,
      session,
      actor,
      stream: game.players!.aggregate.stream(character),
      lane,
      stay: { ...arrival, order: 0 },
      listening: undefined,
      wanted: undefined,
      feeds: 0,
      ended: undefined,
      lost: 0,
      travelling: false,
      follow
    }
    const before = plays.get(character)
    plays.set(character, play)
    if (before !== undefined) yield* takenOver(before)
    yield* Scope.addFinalizer(scope, end(play, "gone"))
    yield* measure
    return play
  })

  const claim = Effect.fnUntraced(function* (instance: number, held: ReadonlyArray<Play>) {
    const response = yield* owner.call(instance, {
      _tag: "Claim",
      sessions: held.map(({ character, session }) => ({ id: character, session }))
    })
    if (response._tag !== "Lost") return
    const lost = new Set(response.ids)
    for (const play of held) {
      if (play.ended !== undefined || play.stay.instance !== instance) continue
      // Twice in a row: the first may be a journey of which the feed is about to tell.
      play.lost = lost.has(play.character) && !play.travelling ? play.lost + 1 : 0
      if (play.lost > 1) yield* takenOver(play)
    }
  })

  const claimAll = Effect.suspend(() => {
    const byInstance = new Map<number, Array<Play>>()
    for (const play of plays.values()) {
      const held = byInstance.get(play.stay.instance)
      if (held === undefined) byInstance.set(play.stay.instance, [play])
      else held.push(play)
    }
    return Effect.forEach(
      byInstance,
      ([instance, held]) =>
        Effect.catchCause(claim(instance, held), (cause) =>
          Effect.logDebug("a claim was not answered", cause).pipe(Effect.annotateLogs({ instance }))
        ),
      { concurrency: 16, discard: true }
    )
  })
  yield* Effect.sleep(limits.claimEvery).pipe(
    Effect.andThen(claimAll),
    Effect.forever,
    Effect.forkScoped
  )

  return Sessions.of({
    enter: Effect.fn("Sessions.enter")(function* ({ account, character, cursor, instance }) {
      const sealed =
        cursor === null ? undefined : CursorToken.ofCursor(secrets, cursor, limits.tokenMax)
      // A token that this gateway did not seal proves nothing: as if there were none.
      const mine =
        sealed?.account === account && sealed.character === character ? sealed : undefined
      // What follows on a session that has ended has one name on all gateways: who asks again, as its
      // answer was lost, finds itself inside, and not somebody else.
      const begins =
        mine === undefined
          ? yield* secrets.random(16)
          : secrets.mac(`${afterSession}.${mine.session}`)
      const arrival = yield* owner.enter({
        character,
        session: begins,
        resumes: mine?.session,
        instance,
        // Who was away and comes back by itself does not throw out whoever plays now.
        takeOver: mine === undefined,
        arriving: false,
        within: limits.enterWithin
      })
      const resumed = mine !== undefined && arrival.again
      const session = resumed ? mine.session : begins
      return { play: yield* open({ account, character, session, arrival }), resumed }
    }),
    leave: Effect.fn("Sessions.leave")(function* (play) {
      if (play.ended !== undefined) return
      const { character, session } = play
      yield* end(play, "left")
      yield* owner.ask(
        play.stay.instance,
        { _tag: "Leave", id: character, session } satisfies Messages.Request,
        limits.enterWithin
      )
    }),
    count: Effect.sync(() => plays.size)
  })
})

/** The client is told as soon as its feed has reached this seq. */
export const want = (play: Play, instance: number, asOf: number): void => {
  const before = play.wanted?.instance === instance ? play.wanted.asOf : 0
  play.wanted = { instance, asOf: Math.max(before, asOf) }
  const { listening } = play
  if (listening?.feed.instance === instance) listening.feed.want(listening.subscriber, asOf)
}
