/**
 * Bounds of this adapter: connections and timeouts. Times in milliseconds. What concerns the engine
 * is in the engine's Limits (executors, fenceWait, timersLoadMax).
 */
import { Context } from "effect"

/** Timeouts that the server itself keeps, set on connecting: they hold also when this process does not. */
export interface Timeouts {
  readonly statement: number
  readonly lock: number
  /** Between two statements of a transaction: the decide phase is in there. */
  readonly idle: number
  readonly transaction: number
}

/** The bounds. */
export interface Settings {
  /** Names this process: its connections are called `wr2:<runner>`, by which a successor knows them. */
  readonly runner: string
  /** Of executors. They never wait for a row, so all of these are short. */
  readonly cycle: Timeouts
  /** Of everything else: activation, founding, reading the log. */
  readonly control: Timeouts
  /** Connections for everything that is not a cycle. */
  readonly controlConnections: number
  /** Connections for what is short and must not wait for those. */
  readonly asideConnections: number
  /** A connection that has not answered this long after the server's last timeout is given up. */
  readonly silence: number
  /** Wait before connecting again after it failed: first, and at most. */
  readonly reconnectFirst: number
  readonly reconnectMax: number
  /** How often an activation that still waits asks who blocks it. */
  readonly unblockTries: number
  /** Rows in one statement when an instance is founded, and in one part of a snapshot. */
  readonly foundChunk: number
  /** Instances whose epochs are confirmed by one statement. */
  readonly confirmsMax: number
  /** Instances that one look of the Waker finds, released and orphaned each. */
  readonly sleepingMax: number
}

/** What holds unless told otherwise. */
export const defaults: Settings = {
  runner: "local",
  cycle: { statement: 5_000, lock: 1_000, idle: 5_000, transaction: 10_000 },
  control: { statement: 60_000, lock: 10_000, idle: 10_000, transaction: 120_000 },
  controlConnections: 4,
  asideConnections: 2,
  silence: 5_000,
  reconnectFirst: 20,
  reconnectMax: 1_000,
  unblockTries: 4,
  foundChunk: 1_000,
  confirmsMax: 1_000,
  sleepingMax: 1_000
}

/** Change some with `Effect.provideService(Settings, { ...defaults, runner: "a" })`. */
export const Settings = Context.Reference<Settings>("wr2/postgres/Settings", {
  defaultValue: () => defaults
})
