/** `wr2 retain`: lets go of history by hand, or says what would go. */
import { Retention } from "@wr2/postgres"
import type { RetentionPolicy } from "@wr2/postgres"
import { Console, DateTime, Effect, References } from "effect"
import * as Config from "../Config.ts"
import * as Reach from "../Reach.ts"
import * as World from "../World.ts"

const size = (bytes: number): string =>
  bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`

const date = (millis: number): string =>
  DateTime.formatIso(DateTime.makeUnsafe(millis)).slice(0, 16)

/** Whoever asks for it waits: snapshots are taken until all are there, within reason. */
const snapshotsWithin = 600_000

/** One volume, a line. */
const line = (volume: RetentionPolicy.Volume): string =>
  `volume ${volume.volume}  ${date(volume.openedAt)} to ${volume.closedAt === null ? "now" : date(volume.closedAt)}  ${size(volume.bytes)}`

/** What a step does, or would do. */
const told = (step: RetentionPolicy.Step): ReadonlyArray<string> => {
  switch (step._tag) {
    case "Turn":
      return [`volume ${step.volume + 1} begins (${step.why})`]
    case "Drop":
      return [
        `dropped (${step.why}): ${line(step.volume)}`,
        ...step.past.map(
          ({ consumer, instance, last, seq }) =>
            `  consumer ${consumer} loses Events ${seq + 1} to ${last} of instance ${instance}`
        )
      ]
    case "Held":
      return [
        `kept a while longer (${step.why}): ${line(step.volume)}`,
        ...((step.volume.unfollowed ?? 0) === 0
          ? []
          : [
              `  ${step.volume.unfollowed} instances have no snapshot that follows it yet; they are taken first`
            ]),
        ...step.volume.behind.map(
          ({ consumer, instance, last, seq }) =>
            `  consumer ${consumer} has read ${seq} of ${last} in instance ${instance}`
        )
      ]
  }
}

/** Does what the policy says, or with `dryRun` only tells it. */
export const retain = ({ dryRun }: { readonly dryRun: boolean }) =>
  Effect.gen(function* () {
    const { content, retention } = yield* Config.load
    const { aggregates } = (yield* World.load(content)).game
    const { age, bytes, deadLetters } = retention
    if (age === undefined && bytes === undefined && deadLetters === undefined) {
      yield* Console.log("WR2_RETENTION does not say what may go: everything is kept")
    }
    const { state, steps } = yield* Retention.look(retention)
    for (const volume of state.volumes) yield* Console.log(line(volume))
    if (dryRun) {
      const lines = steps.flatMap(told)
      return yield* Console.log(
        lines.length === 0
          ? "nothing is due"
          : ["", "what would be done now:", ...lines, "(nothing was changed)"].join("\n")
      )
    }
    yield* Console.log("")
    const report = yield* Retention.run(retention, {
      aggregates,
      tell: (step) => Effect.forEach(told(step), (text) => Console.log(text), { discard: true }),
      within: snapshotsWithin
    })
    if (!report.mine) {
      return yield* Console.log("a process of the world is at it at this very moment; try again")
    }
    if (report.steps.length === 0) yield* Console.log("nothing was due")
    if (report.snapshots > 0) yield* Console.log(`${report.snapshots} snapshots were taken`)
    if (report.deadLetters > 0) yield* Console.log(`${report.deadLetters} dead letters are gone`)
    for (const { for: holders, table } of report.waiting) {
      yield* Console.log(
        `${table} is still on the disk, for an open transaction: ${holders.map(({ application, millis, pid }) => `${application || "somebody"} (pid ${pid}, open for ${Math.round(millis / 1_000)} s)`).join(", ")}. It goes when that has ended`
      )
    }
    yield* Console.log(`${report.volumes} volumes, ${size(report.bytes)}`)
  }).pipe(
    Effect.provide(Reach.layer),
    // What it did is told by its lines.
    Effect.provideService(References.MinimumLogLevel, "Warn")
  )
