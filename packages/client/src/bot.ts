/**
 * A player that is no person: follows a script, or picks by chance from a seed. For tests and load:
 * it measures what a player would feel.
 */
import { Dice } from "@wr2/core"
import { Clock, Effect, Result } from "effect"
import type { Client } from "./Wr2Client.ts"

/** What a bot does next; undefined: it is done. Called with 0, 1, 2 ... */
export type Mind = (step: number) => string | undefined

/** One line after the other, once or for ever. */
export const scripted =
  (lines: ReadonlyArray<string>, options: { readonly repeat?: boolean } = {}): Mind =>
  (step) =>
    options.repeat === true ? lines[step % lines.length] : lines[step]

/** One of the lines by chance, each time; the same seed does the same. A line given twice is as likely twice. */
export const random = (lines: ReadonlyArray<string>, seed: number): Mind => {
  const dice = Dice.fromSeed(seed)
  return () => dice.pick(lines)
}

/** What a bot saw. */
export interface Report {
  readonly sent: number
  readonly accepted: number
  /** How many were turned down, by reason. */
  readonly rejected: Readonly<Record<string, number>>
  /** Milliseconds from a Command to its complete answer, in ascending order. */
  readonly latencies: ReadonlyArray<number>
}

/** The latency that so many percent of a report's Commands stayed below. */
export const percentile = (report: Report, percent: number): number =>
  report.latencies[
    Math.min(report.latencies.length - 1, Math.floor((report.latencies.length * percent) / 100))
  ] ?? 0

/** Plays a character that has been entered: so many steps, with a pause after each (milliseconds). */
export const play = Effect.fnUntraced(function* <G>(
  client: Pick<Client<G>, "submit">,
  mind: Mind,
  options: { readonly steps?: number; readonly pause?: number } = {}
) {
  const latencies: Array<number> = []
  const rejected: Record<string, number> = {}
  let sent = 0
  for (let step = 0; step < (options.steps ?? Number.POSITIVE_INFINITY); step++) {
    const line = mind(step)
    if (line === undefined) break
    const began = yield* Clock.currentTimeMillis
    const result = yield* Effect.result(client.submit(line))
    sent++
    latencies.push((yield* Clock.currentTimeMillis) - began)
    if (Result.isFailure(result)) {
      const tag = (result.failure as { readonly _tag: string })._tag
      rejected[tag] = (rejected[tag] ?? 0) + 1
      if (tag === "Closed") break
    }
    if (options.pause !== undefined) yield* Effect.sleep(options.pause)
  }
  const turnedDown = Object.values(rejected).reduce((sum, count) => sum + count, 0)
  return {
    sent,
    accepted: sent - turnedDown,
    rejected,
    latencies: latencies.sort((a, b) => a - b)
  } satisfies Report
})
