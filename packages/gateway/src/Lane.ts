/**
 * The Commands of one session on their way to the owner and back: one call at a time, so that order
 * needs no thought; what arrives meanwhile goes together in the next.
 *
 * An owner that is moving, starting or gone is asked again with the same n; a character that
 * travels is followed, and what was unanswered goes to where it is now. What cannot be answered in
 * time is Rejected Unavailable: the client sends the same n again, and nothing happens twice.
 */
import { Rejected } from "@wr2/core"
import type { Actor } from "@wr2/core"
import type { Messages } from "@wr2/engine"
import type { GatewayRpcs } from "@wr2/protocol"
import { Deferred, Duration, Effect, Metric, Queue, Result } from "effect"
import type { Scope } from "effect"
import type { GatewayLimits } from "./GatewayLimits.ts"
import * as Monotonic from "./Monotonic.ts"
import { again, notNow, reason, retryAfter } from "./Owner.ts"
import type { EnterError, Owner, Reason } from "./Owner.ts"
import * as Telemetry from "./Telemetry.ts"

interface Waiting {
  readonly intent: Messages.Intent
  readonly trace: Messages.Trace | null
  readonly since: number
  readonly done: Deferred.Deferred<GatewayRpcs.Reply>
}

/** What a lane needs to know of its session. */
export interface Session {
  readonly actor: Actor.Actor
  readonly session: string
  /** The instance that the character is in, as far as known; `order` counts its stays. */
  readonly where: () => { readonly instance: number; readonly order: number }
  /** From that stay the character has gone there: follows it. */
  readonly follow: (
    from: { readonly order: number },
    target: number
  ) => Effect.Effect<void, EnterError>
  /** How many of so many Commands may come now, and when one more may. */
  readonly allowed: (
    now: number,
    wanted: number
  ) => { readonly taken: number; readonly retryAfter: number }
  /** Something was answered as of this seq of this instance. */
  readonly answered: (instance: number, asOf: number) => void
  /** Another session plays the character now. */
  readonly takenOver: Effect.Effect<void>
}

export interface Lane {
  /** Sends intents on; replies in the same order. */
  readonly submit: (
    intents: ReadonlyArray<Messages.Intent>
  ) => Effect.Effect<ReadonlyArray<GatewayRpcs.Reply>>
  /** Answers everything that waits. */
  readonly end: (why: Reason) => Effect.Effect<void>
}

/** A lane that works until the scope closes. */
export const make = (
  owner: Owner["Service"],
  limits: GatewayLimits,
  session: Session
): Effect.Effect<Lane, never, Scope.Scope> =>
  Effect.gen(function* () {
    // Bounded by what may be pending, counted on the way in: intentsWaiting.
    const queue = yield* Queue.unbounded<Waiting>()
    const pending = new Set<Waiting>()
    /** The first n that was turned away without being used up: later ones must not overtake it. */
    let blockedAt: number | undefined

    const answer = (waiting: Waiting, reply: GatewayRpcs.Reply): Effect.Effect<void> =>
      Effect.suspend(() => {
        if (!pending.delete(waiting)) return Effect.void
        Deferred.doneUnsafe(waiting.done, Effect.succeed(reply))
        return Effect.flatMap(Monotonic.millis, (now) =>
          Effect.andThen(
            Metric.update(Telemetry.commands, 1),
            Metric.update(Telemetry.answerTime, Duration.millis(now - waiting.since))
          )
        )
      })
    const reject = (waiting: Waiting, why: Reason): Effect.Effect<void> =>
      answer(waiting, { _tag: "Rejected", n: waiting.intent.n, reason: JSON.stringify(why) })
    /** Turned away without being used up: the same n is to be sent again. */
    const turnAway = (waiting: Waiting, why: Reason): Effect.Effect<void> => {
      blockedAt = Math.min(blockedAt ?? waiting.intent.n, waiting.intent.n)
      return reject(waiting, why)
    }
    /** Whether an intent may go on; the blocked one itself, or one whose client gave it up, unblocks. */
    const passes = ({ intent }: Waiting): boolean => {
      if (blockedAt === undefined) return true
      if (intent.n === blockedAt || intent.settled >= blockedAt) blockedAt = undefined
      return blockedAt === undefined || intent.n < blockedAt
    }

    /** Takes in the replies to a call: what is left goes again, and why. */
    const replied = Effect.fnUntraced(function* (
      rest: ReadonlyArray<Waiting>,
      instance: number,
      replies: ReadonlyArray<Messages.Reply>
    ) {
      for (const [i, waiting] of rest.entries()) {
        const reply = replies[i]
        if (reply === undefined) return { rest: rest.slice(i), why: notNow("no reply") as Reason }
        if (reply._tag === "Accepted") {
          // Where it was done before a journey the feed goes to the end, whoever waits for it.
          if (reply.instance === undefined) session.answered(instance, reply.asOf)
          yield* answer(waiting, {
            _tag: "Accepted",
            n: waiting.intent.n,
            instance: reply.instance ?? instance,
            asOf: reply.asOf,
            answers: reply.answers
          })
          continue
        }
        const why = reason(reply.reason)
        if (again.has(why._tag) || moved.has(why._tag)) return { rest: rest.slice(i), why }
        if (why._tag === "TakenOver") yield* session.takenOver
        yield* why._tag === "Overloaded" ? turnAway(waiting, why) : reject(waiting, why)
      }
      return undefined
    })

    const deliver = Effect.fnUntraced(function* (batch: ReadonlyArray<Waiting>) {
      let rest = batch
      let wait = limits.retryFirst
      let until = (yield* Monotonic.millis) + limits.answerWithin
      while (rest.length > 0) {
        const from = session.where()
        const { instance } = from
        const response = yield* owner
          .call(instance, {
            _tag: "Submit",
            actor: session.actor,
            session: session.session,
            intents: rest.map(({ intent }) => intent),
            trace: rest[0]!.trace
          })
          .pipe(
            Effect.catchTag("Unavailable", (error) =>
              Effect.succeed({ _tag: "Denied", reason: error } as const)
            )
          )
        let why: Reason = reason(response._tag === "Denied" ? response.reason : undefined)
        if (response._tag === "Replies") {
          const left = yield* replied(rest, instance, response.replies)
          if (left === undefined) return
          if (left.rest.length < rest.length) {
            wait = limits.retryFirst
            until = (yield* Monotonic.millis) + limits.answerWithin
          }
          rest = left.rest
          why = left.why
        }
        if (why._tag === "TakenOver") yield* session.takenOver
        if (why._tag === "TakenOver" || why._tag === "Overloaded") {
          for (const waiting of rest) yield* turnAway(waiting, why)
          return
        }
        if (why._tag === "Travelling" && typeof why.target === "number") {
          const followed = yield* Effect.result(session.follow(from, why.target))
          if (Result.isSuccess(followed)) continue
          for (const waiting of rest) yield* turnAway(waiting, followed.failure)
          return
        }
        if ((yield* Monotonic.millis) + wait > until) {
          const unavailable = new Rejected.Unavailable({
            reason: why._tag,
            retryAfter: retryAfter(why)
          })
          for (const waiting of rest) yield* turnAway(waiting, unavailable)
          return
        }
        yield* Metric.update(Telemetry.retries, 1)
        yield* Effect.sleep(wait)
        wait = Math.min(limits.retryMax, wait * 2)
      }
    })

    const end = (why: Reason): Effect.Effect<void> =>
      Effect.suspend(() =>
        Effect.forEach([...pending], (waiting) => reject(waiting, why), { discard: true })
      )

    yield* Queue.takeBetween(queue, 1, limits.intentsPerFrame).pipe(
      Effect.flatMap((taken) =>
        Effect.gen(function* () {
          const batch: Array<Waiting> = []
          for (const waiting of taken) {
            if (passes(waiting)) batch.push(waiting)
            else yield* reject(waiting, overloaded("order", limits.retryFirst))
          }
          yield* deliver(batch)
        })
      ),
      Effect.catchDefect((defect) =>
        Effect.andThen(Effect.logError("a session's lane broke", defect), end(notNow("broken")))
      ),
      Effect.forever,
      Effect.forkScoped
    )

    return {
      submit: Effect.fnUntraced(function* (intents) {
        const now = yield* Monotonic.millis
        const trace = yield* currentTrace
        const rate = session.allowed(now, intents.length)
        const room = Math.max(0, limits.intentsWaiting - pending.size)
        const fit = Math.min(rate.taken, room)
        const waiting = intents.slice(0, fit).map((intent): Waiting => ({
          intent,
          trace,
          since: now,
          done: Deferred.makeUnsafe()
        }))
        const away = [
          ...notIn(intents.slice(fit, rate.taken), "intentsWaiting", limits.retryMax),
          ...notIn(intents.slice(Math.max(fit, rate.taken)), "commands", rate.retryAfter)
        ]
        for (const { n } of away) blockedAt = Math.min(blockedAt ?? n, n)
        for (const one of waiting) {
          pending.add(one)
          Queue.offerUnsafe(queue, one)
        }
        if (away.length > 0) yield* Metric.update(Telemetry.commands, away.length)
        const answered = yield* Effect.forEach(waiting, ({ done }) => Deferred.await(done))
        return [...answered, ...away]
      }),
      end
    }
  })

/** Reasons that say the character is elsewhere, or on its way. */
const moved: ReadonlySet<string> = new Set(["Travelling", "NoSuchCharacter"])

/** Replies to what is not let in; the reason of all is made once: a flood must cost as little as can be. */
const notIn = (
  intents: ReadonlyArray<Messages.Intent>,
  bound: string,
  retryAfter: number
): ReadonlyArray<GatewayRpcs.Reply> => {
  if (intents.length === 0) return []
  const reason = JSON.stringify(overloaded(bound, retryAfter))
  return intents.map(({ n }) => ({ _tag: "Rejected", n, reason }))
}

const overloaded = (bound: string, retryAfter: number): Rejected.Overloaded =>
  new Rejected.Overloaded({ bound, retryAfter })

const currentTrace = Effect.map(Effect.option(Effect.currentSpan), (span): Messages.Trace | null =>
  span._tag === "None"
    ? null
    : { traceId: span.value.traceId, spanId: span.value.spanId, sampled: span.value.sampled }
)
