/**
 * Calls to an instance's owner, bounded in time. An owner may have moved, may be starting, may
 * answer twice or not at all: the same request is made again, which is always safe
 * (docs/protocols.md 3).
 */
import { Rejected } from "@wr2/core"
import type { Messages } from "@wr2/engine"
import { Accounts, Placement } from "@wr2/engine"
import { Errors } from "@wr2/protocol"
import { Context, Effect, Layer, Metric } from "effect"
import { GatewayLimits } from "./GatewayLimits.ts"
import * as Monotonic from "./Monotonic.ts"
import * as Telemetry from "./Telemetry.ts"

/** A reason as an owner gives it: a class of ours, or its plain form when it came over the wire. */
export interface Reason {
  readonly _tag: string
  readonly target?: unknown
  readonly retryAfter?: unknown
}

/** A reason of any form. */
export const reason = (value: unknown): Reason =>
  typeof value === "object" && value !== null && typeof (value as Reason)._tag === "string"
    ? (value as Reason)
    : { _tag: "Unknown" }

/** What a character finds on entering, and where. */
export interface Arrival {
  readonly instance: number
  readonly nextN: number
  readonly lineage: string
  readonly seq: number
  readonly streams: ReadonlyArray<string>
  readonly snapshot: string
  /** The session that it resumes was inside all the time. */
  readonly again: boolean
}

/** Why a character could not be entered. */
export type EnterError =
  | Rejected.Overloaded
  | Rejected.Unavailable
  | Rejected.TakenOver
  | Errors.NoSuchCharacter
  | Errors.EntryRefused

export class Owner extends Context.Service<
  Owner,
  {
    /** One call, bounded; whatever goes wrong is Unavailable. */
    readonly call: (
      instance: number,
      request: Messages.Request
    ) => Effect.Effect<Messages.Response, Rejected.Unavailable>
    /** A call made again until it is answered otherwise than "not now". */
    readonly ask: (
      instance: number,
      request: Messages.Request,
      within: number
    ) => Effect.Effect<Messages.Response, Rejected.Unavailable>
    /**
     * Lets a session in where the character is: begins at `instance` and follows it from there.
     * `resumes`: the session that comes back, if it is inside still; else `session` begins.
     * `arriving`: it is under way to that instance, and may not have come yet.
     */
    readonly enter: (options: {
      readonly character: number
      readonly session: string
      readonly resumes?: string | undefined
      readonly instance: number
      readonly takeOver: boolean
      readonly arriving: boolean
      readonly within: number
    }) => Effect.Effect<Arrival, EnterError>
  }
>()("wr2/gateway/Owner") {
  static readonly layer: Layer.Layer<Owner, never, Placement.Placement | Accounts.Accounts> =
    Layer.effect(
      Owner,
      Effect.gen(function* () {
        const placement = yield* Placement.Placement
        const accounts = yield* Accounts.Accounts
        const limits = yield* GatewayLimits

        const call: Owner["Service"]["call"] = (instance, request) =>
          placement.call(instance, request).pipe(
            Effect.timeoutOrElse({
              duration: limits.callWithin,
              orElse: () => Effect.fail(notNow("no answer in time"))
            }),
            Effect.catchDefect((defect) =>
              Effect.logError("a call to an owner broke", defect).pipe(
                Effect.annotateLogs({ instance, request: request._tag }),
                Effect.andThen(Effect.fail(notNow("broken")))
              )
            )
          )

        const ask: Owner["Service"]["ask"] = Effect.fnUntraced(
          function* (instance, request, within) {
            const until = (yield* Monotonic.millis) + within
            let wait = limits.retryFirst
            while (true) {
              const response = yield* Effect.catchTag(
                call(instance, request),
                "Unavailable",
                (error) => Effect.succeed(denied(error))
              )
              const why = response._tag === "Denied" ? reason(response.reason) : undefined
              if (why === undefined || !again.has(why._tag)) return response
              if ((yield* Monotonic.millis) + wait > until) {
                return yield* notNow(why._tag)
              }
              yield* Metric.update(Telemetry.retries, 1)
              yield* Effect.sleep(wait)
              wait = Math.min(limits.retryMax, wait * 2)
            }
          }
        )

        const enter: Owner["Service"]["enter"] = Effect.fn("Owner.enter")(function* (options) {
          const { character, resumes, session, takeOver, within } = options
          const until = (yield* Monotonic.millis) + within
          let { arriving, instance } = options
          let hops = 0
          /** Asked since it waited last: who is sent there again is under way. */
          const asked = new Set([instance])
          let wait = limits.retryFirst
          while (true) {
            const left = until - (yield* Monotonic.millis)
            const request = {
              _tag: "Enter",
              id: character,
              session,
              takeOver,
              ...(resumes === undefined ? {} : { resumes })
            } as const
            const response = yield* ask(instance, request, left)
            if (response._tag === "Inside") {
              // A hint for the next login, and no more than that: entering goes on without it.
              if (hops > 0 || arriving) yield* Effect.ignore(accounts.moved(character, instance))
              const { again, lineage, nextN, seq, snapshot, streams } = response
              return { instance, again, lineage, nextN, seq, snapshot, streams }
            }
            const why =
              response._tag === "Denied" ? reason(response.reason) : { _tag: response._tag }
            switch (why._tag) {
              case "Travelling": {
                if (typeof why.target !== "number" || ++hops > limits.travelHops)
                  return yield* notNow("lost on the way")
                instance = why.target
                arriving = true
                if (asked.has(instance)) break
                asked.add(instance)
                continue
              }
              case "NoSuchCharacter": {
                if (!arriving) return yield* new Errors.NoSuchCharacter({ id: character })
                break
              }
              case "TakenOver":
                return yield* new Rejected.TakenOver({})
              case "Overloaded":
                return yield* new Rejected.Overloaded({
                  bound: "instance",
                  retryAfter: retryAfter(why)
                })
              default:
                return yield* response._tag === "Denied"
                  ? new Errors.EntryRefused({ reason: JSON.stringify(why) })
                  : Effect.die(new Error(`Enter was answered ${why._tag}`))
            }
            if ((yield* Monotonic.millis) + wait > until) return yield* notNow("on the way")
            yield* Effect.sleep(wait)
            wait = Math.min(limits.retryMax, wait * 2)
            asked.clear()
          }
        })

        return { call, ask, enter }
      })
    )
}

/** Reasons for which the same request is made again. */
export const again: ReadonlySet<string> = new Set(["Unavailable", "Moved"])

/** When an overloaded one wants to be asked again. */
export const retryAfter = (why: Reason): number =>
  typeof why.retryAfter === "number" && Number.isSafeInteger(why.retryAfter)
    ? why.retryAfter
    : 1_000

/** The instance cannot be reached at the moment. */
export const notNow = (why: string): Rejected.Unavailable =>
  new Rejected.Unavailable({ reason: why, retryAfter: 1_000 })

const denied = (error: Rejected.Unavailable): Messages.Response => ({
  _tag: "Denied",
  reason: error
})
