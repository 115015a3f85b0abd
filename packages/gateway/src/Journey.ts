/**
 * The way of a character from instance to instance, by the logs alone: the Event by which it left
 * names the message, the first Event that came of that message there is where it arrived. So a feed
 * goes through every stay, however many there were and whoever owned the instances meanwhile.
 */
import type { EventLog } from "@wr2/engine"
import { Errors } from "@wr2/protocol"
import { Effect, Result } from "effect"
import type { GatewayLimits } from "./GatewayLimits.ts"
import * as Monotonic from "./Monotonic.ts"
import { notNow } from "./Owner.ts"
import type { Play, Stay } from "./Sessions.ts"

/** Where a character left, by which Event, and where to. */
export interface Departure {
  readonly instance: number
  readonly seq: number
  readonly target: number
}

/** Where it came to. */
export interface Arrival {
  readonly instance: number
  readonly lineage: string
  /** The first Event there is the next one. */
  readonly seq: number
  /** As it was entered there; undefined: it has left there again. */
  readonly stay: Stay | undefined
}

/** The log, asked again while the database is away. */
export const patient = (log: EventLog.EventLog["Service"], limits: GatewayLimits) => {
  const ask = Effect.fnUntraced(function* <A, E>(read: Effect.Effect<A, E>) {
    const until = (yield* Monotonic.millis) + limits.answerWithin
    let wait = limits.retryFirst
    while (true) {
      const answer = yield* Effect.result(read)
      if (Result.isSuccess(answer)) return answer.success
      if ((yield* Monotonic.millis) + wait > until) return yield* notNow("log")
      yield* Effect.sleep(wait)
      wait = Math.min(limits.retryMax, wait * 2)
    }
  })
  return {
    page: (instance: number, after: number) => ask(log.read(instance, after, limits.logPage)),
    head: (instance: number) => ask(log.head(instance)),
    arrival: (departure: Departure) =>
      ask(log.arrival(departure.target, { source: departure.instance, n: departure.seq }))
  }
}
/** What is asked of the log. */
export type Log = ReturnType<typeof patient>

/** Looks for the character anew, from this instance on. */
export const lookFor = (play: Play, instance: number) =>
  Effect.catchTags(play.follow(play.stay.order, instance), {
    NoSuchCharacter: () => Effect.fail(notNow("on the way")),
    EntryRefused: () => Effect.fail(notNow("entry refused"))
  })

/** Where the character came to; waits while it is under way. */
export const next = Effect.fnUntraced(function* (
  log: Log,
  limits: GatewayLimits,
  play: Play,
  departure: Departure
) {
  const { target } = departure
  const until = (yield* Monotonic.millis) + limits.travelWithin
  let wait = limits.retryFirst
  while (true) {
    // Found last where it has left now: what is known of it is never behind its feed.
    if (play.stay.instance === departure.instance && play.stay.seq < departure.seq)
      yield* lookFor(play, target)
    const came = yield* log.arrival(departure)
    const { stay } = play
    if (came !== undefined) {
      const arrival = { instance: target, lineage: came.lineage, seq: came.seq - 1 }
      if (stay.instance !== target) return { ...arrival, stay: undefined }
      if (stay.lineage !== came.lineage) return yield* new Errors.ResyncRequired({ why: "lineage" })
      if (stay.seq >= came.seq) return { ...arrival, stay }
    } else {
      // It is somewhere further on, so it did arrive there: the log no longer has it, or never had.
      const head = yield* log.head(target)
      if (head !== undefined && head.oldest > 1)
        return yield* new Errors.ResyncRequired({ why: "behind" })
    }
    // Or an owner that slept has told of an earlier stay.
    if ((yield* Monotonic.millis) + wait > until)
      return yield* new Errors.ResyncRequired({ why: "lineage" })
    yield* Effect.sleep(wait)
    wait = Math.min(limits.retryMax, wait * 2)
    yield* lookFor(play, target)
  }
})
