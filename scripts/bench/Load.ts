/**
 * How load is put on a field. Closed: each player sends its next Command when it has the answer to
 * the last. Open: Commands come by chance at a rate, whatever became of those before; what is timed
 * is from when one was meant to be sent, so that a server that stands still is not spared.
 */
import { Effect } from "effect"
import { percentile } from "./Figures.ts"
import type { Figure } from "./Case.ts"
import type { Field, Playing } from "./Field.ts"
import { gaps } from "./Zipf.ts"

/** When it was measured, by performance.now(). */
export interface Window {
  readonly from: number
  readonly until: number
}

/** How long before the measured time load begins: statements prepared, code compiled. */
const warm = (seconds: number) => Math.min(5_000, seconds * 500)

/** The n-th typed Command of a player. */
export type Commands = (player: Playing, n: number, first: Playing) => unknown

/** All players, or as many of each instance, as fast as they are answered. */
export const closed = Effect.fnUntraced(function* (
  field: Field,
  options: { readonly seconds: number; readonly command: Commands; readonly players?: number }
) {
  const from = performance.now() + warm(options.seconds)
  const until = from + options.seconds * 1_000
  const loop = (player: Playing, first: Playing) =>
    Effect.gen(function* () {
      while (!player.broken) {
        const now = performance.now()
        if (now >= until) return
        yield* field.submit(player, options.command(player, player.sent + 1, first), now)
      }
    })
  yield* Effect.forEach(
    field.players.flatMap((group) =>
      group.slice(0, options.players).map((player) => loop(player, group[0]!))
    ),
    (each) => each,
    { concurrency: "unbounded", discard: true }
  )
  return { from, until } satisfies Window
})

/** What was carried of what was offered. */
export interface Carried extends Window {
  /** Commands meant to be sent in the window. */
  readonly offered: number
  /** The share of them whose Event was heard. */
  readonly share: number
}

/** Players by turns, at moments that come by chance, so many a second in all. */
export const offered = Effect.fnUntraced(function* (
  field: Field,
  options: {
    readonly perSecond: number
    readonly seconds: number
    readonly seed: number
    readonly command: Commands
    /** Without: as for closed load. */
    readonly warm?: number
  }
) {
  const groups = field.players
  const gap = gaps(options.perSecond, options.seed)
  const from = performance.now() + (options.warm ?? warm(options.seconds))
  const until = from + options.seconds * 1_000
  let next = performance.now()
  let sent = 0
  let offered = 0
  let open = 0
  while (next < until) {
    for (const now = performance.now(); next <= now && next < until; next += gap()) {
      const group = groups[sent % groups.length]!
      const player = group[Math.floor(sent / groups.length) % group.length]!
      sent++
      if (next >= from) offered++
      if (player.broken) continue
      open++
      yield* field
        .submit(player, options.command(player, player.sent + 1, group[0]!), next)
        .pipe(Effect.ensuring(Effect.sync(() => open--)), Effect.forkChild)
    }
    yield* Effect.sleep(1)
  }
  const deadline = performance.now() + 30_000
  while (open > 0 && performance.now() < deadline) yield* Effect.sleep(5)
  // An Event comes to its subscriber a moment after the answer.
  yield* Effect.sleep(100)
  const share = field.took(from, until).length / offered
  return { from, until, offered, share } satisfies Carried
})

/** The latencies of a window as figures. */
export const latencies = (
  name: string,
  field: Field,
  { from, until }: Window
): ReadonlyArray<Figure> => {
  const took = field.took(from, until)
  return [
    { name: `${name}, p50`, unit: "ms", value: percentile(took, 0.5) },
    { name: `${name}, p99`, unit: "ms", value: percentile(took, 0.99) }
  ]
}
