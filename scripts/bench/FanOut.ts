/** What clients in one room are told, each saying something as soon as it has heard itself say the last. */
import { Effect, Stream } from "effect"
import type { Redacted } from "effect"
import { percentile } from "./Figures.ts"
import { withPlayers } from "./Served.ts"

/** Events told to clients a second, and how long one's own took to come back. */
export const fanOut = (options: {
  readonly url: Redacted.Redacted
  readonly clients: number
  readonly seconds: number
}) =>
  withPlayers(options, (players) =>
    Effect.gen(function* () {
      const { seconds } = options
      const from = performance.now() + seconds * 500 + 2_000
      const until = from + seconds * 1_000
      const counts = (at: number) => at >= from && at < until
      const latencies: Array<number> = []
      let told = 0
      yield* Effect.forEach(
        players,
        ({ client }) =>
          client.events.pipe(
            Stream.runForEach(() => Effect.sync(() => counts(performance.now()) && told++)),
            Effect.forkScoped
          ),
        { discard: true }
      )
      yield* Effect.forEach(
        players,
        ({ client }) =>
          Effect.gen(function* () {
            while (performance.now() < until) {
              const began = performance.now()
              yield* client.submit("say So it is.")
              if (counts(began)) latencies.push(performance.now() - began)
            }
          }),
        { concurrency: "unbounded", discard: true }
      )
      return {
        perSecond: told / seconds,
        p50: percentile(latencies, 0.5),
        p99: percentile(latencies, 0.99)
      }
    })
  )
