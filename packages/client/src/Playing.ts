/**
 * A character that is played, over as many connections as it takes: numbers its Commands, sends
 * again what has no answer, goes on with its feed from where it was, and puts in order what is to be
 * shown.
 */
import { Rejected } from "@wr2/core"
import type { Game } from "@wr2/core"
import type { Codec, Errors, GatewayRpcs } from "@wr2/protocol"
import { Clock, Deferred, Effect, Latch, Result, Semaphore, Stream, SubscriptionRef } from "effect"
import type { RpcClientError } from "effect/rpc/RpcClientError"
import type { Rpcs } from "./Connector.ts"
import { Incoming } from "./Incoming.ts"
import { Outgoing } from "./Outgoing.ts"
import type { Entry } from "./Outgoing.ts"
import { Closed } from "./Told.ts"
import type { Accepted, SubmitError, Told } from "./Told.ts"

type Caller<G> = Deferred.Deferred<Accepted<G>, SubmitError<G>>

/** What it needs of its client. */
export interface Around<G> {
  readonly codec: Codec.Codec<G>
  /** Shows something; waits while those who look are behind. */
  readonly tell: (told: Told<G>) => Effect.Effect<void>
  /** How long a Command is sent again before it is given up. */
  readonly patience: number
  readonly intentsPerFrame: () => number
}

export interface Playing<G> {
  readonly character: number
  readonly snapshot: SubscriptionRef.SubscriptionRef<Game.SnapshotOf<G> | undefined>
  /** Why it ended, once it has. */
  readonly ended: Deferred.Deferred<never, Closed>
  readonly submit: (wish: {
    readonly text: string | null
    readonly command: string | null
  }) => Effect.Effect<Accepted<G>, SubmitError<G>>
  /** Enters anew after a break of the connection, with the cursor. */
  readonly reenter: (rpcs: Rpcs) => Effect.Effect<void, RpcClientError | Closed>
  /** Plays on a connection, until that ends or the play does. */
  readonly on: (rpcs: Rpcs) => Effect.Effect<never, RpcClientError | Closed>
  readonly close: (why: Closed["why"]) => Effect.Effect<void>
}

/** Reasons for which the same n is sent again. */
const again: ReadonlySet<string> = new Set([
  "Overloaded",
  "Unavailable",
  "Moved",
  "Travelling",
  "OutOfOrder"
])

/** Does something and notes that it is done, whatever is interrupted meanwhile: both or neither. */
const done = (act: Effect.Effect<void>, note: () => void): Effect.Effect<void> =>
  Effect.uninterruptibleMask((restore) => Effect.map(restore(act), note))

const shortest = 50
/** Events wait so long for the answers to earlier Commands before they are told out of order. */
const orderWithin = 2_000

/** Plays a character that has been entered. */
export const make = Effect.fnUntraced(function* <G>(
  around: Around<G>,
  character: number,
  entered: GatewayRpcs.Entered
) {
  const { codec, tell } = around
  const outgoing = new Outgoing<Caller<G>>(entered.nextN)
  const incoming = new Incoming<Effect.Effect<void>>(entered.cursor, entered.nextN)
  const toSend = Latch.makeUnsafe(false)
  let connections = 0
  const ended = yield* Deferred.make<never, Closed>()
  const snapshot = yield* SubscriptionRef.make<Game.SnapshotOf<G> | undefined>(undefined)
  /** Completed and renewed whenever replies have come. */
  let answered = Deferred.makeUnsafe<void>()
  /** What is told is told in one order: by the feed, by replies, by ends. */
  const turn = Semaphore.makeUnsafe(1)
  const inTurn = turn.withPermit

  /** What is due, one after the other; broken off in the middle, the rest is due the next time. */
  const flush = Effect.gen(function* () {
    while (true) {
      const state = incoming.shown()
      if (state !== undefined) {
        yield* done(state, () => incoming.wasShown())
        continue
      }
      const act = incoming.due()
      if (act === undefined) return
      yield* done(act, () => incoming.shift())
    }
  })

  const show = (text: string, why: "entered" | "arrived" | "resync"): Effect.Effect<void> =>
    Effect.suspend(() => {
      const read = codec.snapshot(text)
      const value = Result.isSuccess(read) ? read.success : undefined
      return Effect.andThen(
        SubscriptionRef.set(snapshot, value),
        tell({ _tag: "Snapshot", snapshot: value, why })
      )
    })

  /** Begins from a snapshot. */
  const begin = Effect.fnUntraced(function* (from: GatewayRpcs.Entered, why: "entered" | "resync") {
    incoming.leave(from.cursor)
    yield* flush
    incoming.begin(from.cursor, from.nextN)
    yield* show(from.snapshot, why)
    yield* flush
  })

  /** The feed goes on elsewhere: all that was told so far is told of there. */
  const arrive = Effect.fnUntraced(function* (
    frame: Extract<GatewayRpcs.FeedFrame, { readonly _tag: "Arrived" }>
  ) {
    const { asOf, cursor, snapshot } = frame
    incoming.leave(cursor)
    yield* flush
    yield* done(tell({ _tag: "Arrived", cursor }), () => {
      incoming.arrive(cursor)
      if (snapshot !== null) incoming.show(cursor.instance, asOf, show(snapshot, "arrived"))
    })
    yield* flush
  })

  const fail = (entry: Entry<Caller<G>>, reason: SubmitError<G>): Effect.Effect<void> =>
    Effect.andThen(
      tell({ _tag: "Rejected", n: entry.n, reason }),
      Effect.asVoid(Deferred.fail(entry.caller, reason))
    )

  const close: Playing<G>["close"] = (why) =>
    inTurn(
      Effect.suspend(() => {
        const closed = new Closed({ why })
        if (!Deferred.doneUnsafe(ended, Effect.fail(closed))) return Effect.void
        return Effect.forEach(
          [...incoming.drain(), ...outgoing.drain().map((entry) => fail(entry, closed))],
          (act) => act,
          { discard: true }
        )
      })
    )

  /**
   * Waits until all Commands before this one are answered, for a moment: replies to several come
   * together, and what the second one did is not to be told before what the first one showed.
   */
  const inOrder = (n: number): Effect.Effect<void> =>
    Effect.suspend(() =>
      outgoing.waiting.some((entry) => entry.n < n)
        ? Effect.flatMap(Deferred.await(answered), () => inOrder(n))
        : Effect.void
    )

  const receive = Effect.fnUntraced(function* (frame: GatewayRpcs.FeedFrame) {
    if (frame._tag === "Arrived") return yield* inTurn(arrive(frame))
    for (const { at, commandId, payload, seq, type } of frame.events) {
      if (incoming.had(seq)) continue
      const n = commandId === null ? null : Number(commandId.slice(commandId.indexOf("#") + 1))
      if (n !== null) yield* Effect.timeoutOption(inOrder(n), orderWithin)
      const event = codec.event(type, payload)
      const told = tell({ _tag: "Event", event, seq, at, n })
      // All before it has come: what waited for that goes first.
      incoming.reached(seq - 1, null)
      yield* inTurn(
        flush.pipe(
          Effect.andThen(done(told, () => incoming.reached(seq, null, n))),
          Effect.andThen(flush)
        )
      )
    }
    incoming.reached(frame.upTo, frame.token)
    yield* inTurn(flush)
  })

  /** Takes in the replies to a frame; answers how long to wait before what is left is sent again. */
  const replied = Effect.fnUntraced(function* (replies: ReadonlyArray<GatewayRpcs.Reply>) {
    let wait = 0
    const now = yield* Clock.currentTimeMillis
    for (const reply of replies) {
      if (reply._tag === "Accepted") {
        const entry = outgoing.answered(reply.n)
        if (entry === undefined) continue
        const answers = reply.answers.map(({ payload, type }) => codec.event(type, payload))
        const { asOf, instance, n } = reply
        incoming.wait({
          when: { instance, asOf, n },
          what: Effect.andThen(
            Effect.forEach(answers, (event) => tell({ _tag: "Answer", n, event }), {
              discard: true
            }),
            Effect.suspend(() => Deferred.succeed(entry.caller, { n, instance, asOf, answers }))
          )
        })
        continue
      }
      const reason = codec.rejection(reply.reason)
      const { _tag: tag } = reason as { readonly _tag: string }
      const waiting = outgoing.waiting.find(({ n }) => n === reply.n)
      if (waiting === undefined) continue
      if (again.has(tag) && now - waiting.since < around.patience) {
        const { retryAfter } = reason as { readonly retryAfter?: number }
        wait = Math.max(wait, shortest, retryAfter ?? 0)
        continue
      }
      const entry = outgoing.answered(reply.n)!
      incoming.wait({ when: undefined, what: fail(entry, reason) })
      if (tag === "TakenOver") return yield* new Closed({ why: "TakenOver" })
    }
    yield* flush
    const told = answered
    answered = Deferred.makeUnsafe()
    Deferred.doneUnsafe(told, Effect.void)
    return wait
  })

  const reenter: Playing<G>["reenter"] = Effect.fnUntraced(function* (rpcs) {
    while (true) {
      const result = yield* Effect.result(rpcs.Enter({ character, cursor: incoming.resumes }))
      if (Result.isSuccess(result)) {
        const { cursor, resumed, snapshot } = result.success
        if (resumed) return
        // Its session had ended. The feed tells what it missed; then comes what there is now.
        return yield* inTurn(
          Effect.andThen(renew(result.success), () => {
            incoming.renew(cursor, show(snapshot, "entered"))
            return flush
          })
        )
      }
      yield* settle(result.failure)
    }
  })

  /** Whether it is the last word on its Command, and no. */
  const isTurnedDown = (reply: GatewayRpcs.Reply): boolean =>
    reply._tag === "Rejected" &&
    !again.has((codec.rejection(reply.reason) as { readonly _tag: string })._tag)

  /** The same session gets every answer by asking again; another can not tell whose an n was. */
  const renew = (from: GatewayRpcs.Entered): Effect.Effect<void> =>
    Effect.suspend(() =>
      Effect.forEach(
        from.resumed ? [] : outgoing.renew(from.nextN),
        (entry) => fail(entry, new Rejected.AlreadyAnswered({ n: entry.n })),
        { discard: true }
      )
    )

  /** An error of a call: waits if it may be made again, ends if not. */
  const settle = (
    error:
      | RpcClientError
      | Errors.FeedEnd
      | Errors.NotLoggedIn
      | Errors.NoSuchCharacter
      | Errors.EntryRefused
  ): Effect.Effect<void, RpcClientError | Closed> => {
    switch (error._tag) {
      case "Overloaded":
      case "Unavailable":
        return Effect.sleep(Math.max(shortest, error.retryAfter))
      case "TakenOver":
      case "NotLoggedIn":
      case "NoSuchCharacter":
      case "EntryRefused":
        return Effect.fail(new Closed({ why: error._tag }))
      case "SlowClient":
        return Effect.sleep(shortest)
      case "RpcClientError":
        return Effect.fail(error)
      default:
        return Effect.void
    }
  }

  /** Begins anew from a snapshot: the feed could not go on from the cursor. */
  const resync = Effect.fnUntraced(function* (rpcs: Rpcs) {
    while (true) {
      const result = yield* Effect.result(rpcs.Enter({ character, cursor: incoming.resumes }))
      if (Result.isSuccess(result)) {
        return yield* inTurn(Effect.andThen(renew(result.success), begin(result.success, "resync")))
      }
      yield* settle(result.failure)
    }
  })

  /** `heard` opens with the first that a connection's feed says. */
  const listen = Effect.fnUntraced(function* (rpcs: Rpcs, heard: Latch.Latch) {
    while (true) {
      const end = yield* Effect.result(
        Stream.runForEach(
          Stream.suspend(() => rpcs.Feed({ cursor: incoming.cursor })),
          (frame) => Effect.andThen(receive(frame), () => heard.open)
        )
      )
      if (Result.isSuccess(end)) {
        yield* Effect.sleep(shortest)
        continue
      }
      if (end.failure._tag === "ResyncRequired") yield* resync(rpcs)
      else if (end.failure._tag === "NotInside") yield* reenter(rpcs)
      else yield* settle(end.failure)
    }
  })

  const speak = Effect.fnUntraced(function* (rpcs: Rpcs, heard: Latch.Latch) {
    while (true) {
      if (outgoing.waiting.length === 0) {
        toSend.closeUnsafe()
        yield* toSend.await
      }
      const intents = outgoing.batch(around.intentsPerFrame())
      const result = yield* Effect.result(rpcs.Submit({ intents }))
      if (Result.isSuccess(result)) {
        // What is turned down has no place among Events: it is told after what a break kept back.
        if (result.success.some(isTurnedDown)) yield* Effect.timeoutOption(heard.await, orderWithin)
        const wait = yield* inTurn(replied(result.success))
        if (wait > 0) yield* Effect.sleep(wait)
      } else if (result.failure._tag === "NotInside") {
        // The feed notices too, and enters again; meanwhile nothing is lost.
        yield* Effect.sleep(shortest)
      } else {
        yield* settle(result.failure)
      }
    }
  })

  const playing: Playing<G> = {
    character,
    snapshot,
    ended,
    submit: (wish) =>
      Effect.gen(function* () {
        const caller = yield* Deferred.make<Accepted<G>, SubmitError<G>>()
        const now = yield* Clock.currentTimeMillis
        if (yield* Deferred.isDone(ended)) return yield* Deferred.await(ended)
        outgoing.add(wish, now, caller)
        toSend.openUnsafe()
        return yield* Deferred.await(caller)
      }),
    reenter,
    on: (rpcs) =>
      Effect.suspend(() => {
        // At first nothing can have been missed.
        const heard = Latch.makeUnsafe(connections++ === 0)
        return Effect.raceFirst(
          Effect.raceFirst(listen(rpcs, heard), speak(rpcs, heard)),
          Deferred.await(ended)
        )
      }),
    close
  }
  yield* inTurn(begin(entered, "entered"))
  return playing
})
