/**
 * Statements that the database refuses whatever they carry: tables, columns or rights are not as they
 * should be. They are tried again with patience, and it heals by itself; meanwhile the operator is told:
 * once as an error, by a gauge, and at `/readyz`.
 */
import { Clock, Context, Effect, Metric, Schedule } from "effect"
import type { Scope } from "effect"
import * as Telemetry from "./Telemetry.ts"

/** A refusal that was not met for this long (milliseconds) is over: what fails is tried more often. */
export const forgottenAfter = 15_000
/** Refusals that are told apart; more are one. */
const most = 32

/** What is refused now, by its message. */
export class Troubles {
  private readonly seen = new Map<string, number>()

  /** Notes a refusal; true when it is a new one. */
  note(message: string, now: number): boolean {
    const known = this.seen.has(message)
    const key = known || this.seen.size < most ? message : "and others"
    const fresh = !this.seen.has(key)
    this.seen.set(key, now)
    return fresh
  }

  /** Forgets what was not met lately; answers it. */
  expire(now: number): ReadonlyArray<string> {
    const over = [...this.seen].filter(([, at]) => now - at > forgottenAfter).map(([key]) => key)
    for (const key of over) this.seen.delete(key)
    return over
  }

  /** What is refused at present. */
  get present(): ReadonlyArray<string> {
    return [...this.seen.keys()]
  }
}

/** Those of this process; the same for all who ask, unless one is provided. */
export const Trouble = Context.Reference<Troubles>("wr2/postgres/Trouble", {
  defaultValue: () => new Troubles()
})

/** Tells of a refusal, the first time as an error. */
export const tell = (troubles: Troubles, message: string): Effect.Effect<void> =>
  Effect.gen(function* () {
    const fresh = troubles.note(message, yield* Clock.currentTimeMillis)
    yield* Metric.update(Telemetry.refusals, troubles.present.length)
    if (fresh) {
      yield* Effect.logError(
        "the database refuses a statement: see to its tables and rights; it is tried again until then",
        { error: message }
      )
    }
  })

/** Looks every second whether what was refused is over. */
export const watch = (troubles: Troubles): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const over = troubles.expire(yield* Clock.currentTimeMillis)
    if (over.length === 0) return
    yield* Metric.update(Telemetry.refusals, troubles.present.length)
    for (const error of over) {
      yield* Effect.logInfo("what the database refused is not refused any more", { error })
    }
  }).pipe(Effect.repeat(Schedule.spaced(1_000)), Effect.forkScoped, Effect.asVoid)
