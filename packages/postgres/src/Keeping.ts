/**
 * Snapshots that retention takes, so that what is kept of history can be run again and audited when
 * what is before it has gone: of each instance one after each sealed volume in which anything happened
 * to it. Taken beside its owner (see Snapshots), one at a time, and never for longer in one turn than
 * `within`; what is left over is the next turn's. A volume waits for them, within the policy's limits.
 */
import type { Aggregate } from "@wr2/core"
import type { StoreError } from "@wr2/engine/InstanceStore"
import { Clock, Effect } from "effect"
import type * as Lanes from "./Lanes.ts"
import * as Q from "./queries/keeping.ts"
import * as Snapshots from "./Snapshots.ts"
import type { Statement } from "./Statement.ts"

/** What a turn may take, rests included, in milliseconds. */
const within = 20_000
/** For each millisecond of work it rests so many: most of the time is the world's alone. */
const restful = 3
/** Instances asked for at once. */
const atOnce = 500
/** Old snapshots in one statement, and such statements in one turn. */
const oldAtOnce = 50
const oldRounds = 20

/** What it takes to take them. */
export interface Means {
  readonly control: Lanes.Lanes
  readonly aggregates: ReadonlyArray<Aggregate.Any>
  /** What a turn may take, in milliseconds; see {@link within}. */
  readonly within?: number | undefined
}

type Ask = (statement: Statement) => Effect.Effect<Lanes.Rows, StoreError>

/** Takes what is missing, of the oldest volume first. Answers how many were taken. */
export const keep = Effect.fnUntraced(function* (ask: Ask, means: Means) {
  const until = (yield* Clock.currentTimeMillis) + (means.within ?? within)
  const failed = new Set<number>()
  let taken = 0
  while (true) {
    const found = yield* ask(Q.wanting(Snapshots.format, atOnce))
    const wanting = found.map(([instance]): number => instance).filter((one) => !failed.has(one))
    for (const instance of wanting) {
      const began = yield* Clock.currentTimeMillis
      if (began >= until) return taken
      yield* Snapshots.take(means, means.aggregates, instance).pipe(
        Effect.tap(() => Effect.sync(() => void taken++)),
        Effect.catchCause((cause) => {
          failed.add(instance)
          return Effect.logWarning(
            "an instance's snapshot was not taken, without which its history cannot be run again",
            { instance },
            cause
          )
        })
      )
      yield* Effect.sleep(restful * ((yield* Clock.currentTimeMillis) - began))
    }
    if (wanting.length < atOnce) return taken
  }
})

/** Lets go of snapshots from which no history leads on. The last one of an instance stays. */
export const clear = Effect.fnUntraced(function* (ask: Ask) {
  for (let n = 0; n < oldRounds; n++) {
    const gone = yield* ask(Q.forgetSnapshots(oldAtOnce))
    if (gone.length < oldAtOnce) return
  }
})
