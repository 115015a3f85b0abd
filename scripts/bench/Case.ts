/**
 * What can be measured: a Case is one thing, its sides are who does it, in turn. Cases are listed in
 * Cases.ts; Runner.ts runs them.
 */
import { Effect, Redacted } from "effect"
import type { Scope } from "effect"
import * as SqlClient from "effect/sql/SqlClient"

/** Which run a side belongs to: `npm run bench`, with `-- --full`, `npm run bench:peers`. */
export type Suite = "quick" | "full" | "peers"

/** What all cases are given. */
export interface Settings {
  /** A server: databases are made on it, and dropped. */
  readonly url: Redacted.Redacted
  /** How long one measurement lasts, after it has warmed up for half of that. */
  readonly seconds: number
  /** Rows that lie in the event log, where it is to be long. */
  readonly rows: number
  /** Seconds that a transaction is left open elsewhere. */
  readonly hold: number
  /** Progress, for who waits. */
  readonly say: (text: string) => Effect.Effect<void>
}

export interface Figure {
  readonly name: string
  readonly unit: string
  readonly value: number
}

/** What a figure was where somebody else measured it, and another one there, by which machines compare. */
export interface Floor extends Reference {
  readonly beside?: Reference
}

interface Reference {
  readonly figure: string
  readonly value: number
}

/** What one run of a side gave. */
export interface Sample {
  readonly figures: ReadonlyArray<Figure>
  /** What was found wrong with it: then none of it counts. */
  readonly wrong: ReadonlyArray<string>
}

type Needs = SqlClient.SqlClient | Scope.Scope

export interface Side {
  readonly name: string
  readonly suites: ReadonlyArray<Suite>
  /** What was measured of it elsewhere: below 0.8 of that its ratios are void. */
  readonly floor?: Floor
  readonly measure: Effect.Effect<Sample, unknown, Needs>
}

/** Medians by name. One that was not measured makes the target that asks for it uncovered. */
export interface Medians {
  readonly of: (figure: string) => number
  /** The greatest of those that were measured. */
  readonly best: (figures: ReadonlyArray<string>) => number
}

export interface Target {
  readonly name: string
  readonly target: number
  /** Whether the value is to be no more than the target; else no less. */
  readonly atMost?: boolean
  readonly value: (medians: Medians) => number
}

export interface Case {
  /** For --only. */
  readonly name: string
  readonly about: string
  readonly suites: ReadonlyArray<Suite>
  /** Measured once in the quick run, which is to take no longer than one waits for. */
  readonly once?: boolean
  /** What it takes is made once for all its sides and runs, and undone with the scope. */
  readonly open: (settings: Settings) => Effect.Effect<ReadonlyArray<Side>, unknown, Needs>
  readonly targets: ReadonlyArray<Target>
}

/** A figure that is a target by itself. */
export const reach = (
  figure: string,
  target: number,
  options: { readonly atMost?: boolean; readonly name?: string } = {}
): Target => ({
  name: options.name ?? figure,
  target,
  ...(options.atMost === undefined ? {} : { atMost: options.atMost }),
  value: ({ of }) => of(figure)
})

/** One figure over another. */
export const ratio = (name: string, figure: string, to: string, target: number): Target => ({
  name,
  target,
  value: ({ of }) => of(figure) / of(to)
})

let databases = 0

/** The URL of a new database on the server, dropped with the scope. */
export const database = Effect.fnUntraced(function* ({ url }: Pick<Settings, "url">) {
  const sql = yield* SqlClient.SqlClient
  const name = `bench_${process.pid}_${++databases}`
  yield* Effect.acquireRelease(sql.unsafe(`CREATE DATABASE ${name}`), () =>
    Effect.orDie(sql.unsafe(`DROP DATABASE ${name} WITH (FORCE)`))
  )
  const own = new URL(Redacted.value(url))
  own.pathname = `/${name}`
  return Redacted.make(own.href)
})
