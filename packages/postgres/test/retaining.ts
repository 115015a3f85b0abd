/** What tests of retention write, read and ask for. */
import { assert } from "@effect/vitest"
import { EventLog } from "@wr2/engine/EventLog"
import type { Activation } from "@wr2/engine/InstanceStore"
import * as S from "@wr2/testkit/PortSuites/Support"
import { Effect } from "effect"
import * as Retention from "../src/Retention.ts"
import { defaults } from "../src/RetentionPolicy.ts"
import type { RetentionPolicy } from "../src/RetentionPolicy.ts"
import { rows } from "./support.ts"

/** Everything that was written before is let go. */
export const all: RetentionPolicy = { ...defaults, age: 1, hold: 0 }
/** A volume for whatever was written since the last. */
export const turning: RetentionPolicy = { ...defaults, volumeBytes: 1 }

export const retain = (policy: RetentionPolicy) =>
  Effect.map(Retention.run(policy), (report) => {
    assert.isTrue(report.mine)
    return report
  })

const events = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => S.event(from + i))

/** Events with an Action each, as a cycle writes them. */
export const write = (owned: Activation, from: number, to: number) =>
  S.written(owned, {
    events: events(from, to),
    log: Array.from({ length: to - from + 1 }, (_, i) => S.done(from + i, { firstSeq: from + i }))
  })

export const seqs = (instance: number, after = 0) =>
  Effect.flatMap(EventLog, (log) =>
    Effect.map(log.read(instance, after, 1_000), (found) => found.map(({ seq }) => seq))
  )
export const head = (instance: number) => Effect.flatMap(EventLog, (log) => log.head(instance))

export const tables = Effect.map(
  rows<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'wr2'::regnamespace " +
      "AND relkind = 'r' AND relname ~ '^event_log_\\d+$' ORDER BY oid"
  ),
  (found) => found.map(({ name }) => name)
)

export const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)
