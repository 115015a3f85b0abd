/** Keystroke to own Event at a websocket client, against a server in a process of its own. */
import { Effect } from "effect"
import type { Redacted } from "effect"
import { percentile } from "./Figures.ts"
import { withPlayers } from "./Served.ts"

export interface Latency {
  readonly clients: number
  readonly p50: number
  readonly p99: number
}

/**
 * Clients who each speak once a second, evenly spread; what is timed is from sending to having been
 * told one's own Event and the answer.
 */
export const measure = (options: {
  readonly url: Redacted.Redacted
  readonly clients: number
  readonly seconds: number
}) =>
  withPlayers(options, (players) =>
    Effect.gen(function* () {
      const { clients, seconds } = options
      const latencies: Array<number> = []
      const until = performance.now() + seconds * 1_000
      const warm = performance.now() + 2_000
      yield* Effect.forEach(
        players,
        ({ client }, i) =>
          Effect.gen(function* () {
            yield* Effect.sleep((i * 1_000) / clients)
            while (performance.now() < until) {
              const began = performance.now()
              yield* client.submit("say So it is.")
              const took = performance.now() - began
              if (began > warm) latencies.push(took)
              yield* Effect.sleep(Math.max(0, 1_000 - took))
            }
          }),
        { concurrency: "unbounded", discard: true }
      )
      return {
        clients,
        p50: percentile(latencies, 0.5),
        p99: percentile(latencies, 0.99)
      } satisfies Latency
    })
  )
