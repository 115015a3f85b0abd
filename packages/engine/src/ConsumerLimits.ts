/** Every bound of consumers. Times in milliseconds. */
import { Context } from "effect"

export interface ConsumerLimits {
  /** Events read from the log at once. */
  readonly batchMax: number
  /** Events that wait in memory for one consumer of one instance; past it they are read from the log. */
  readonly waitingMax: number
  /** Tries of one Event; then the consumer is parked in its instance. */
  readonly attemptsMax: number
  /** Wait before an Event is tried again: first, and at most. */
  readonly retryFirst: number
  readonly retryMax: number
  /** What a worker may take for one Event, and a Command until it is answered. */
  readonly within: number
  /** How often offsets are written, all of a process in one statement. */
  readonly checkpointEvery: number
  /** How often an offset is written of which nothing was heard but what the consumer did not ask for. */
  readonly skimEvery: number
  /** How often it is looked for sleeping instances with something unread, and whether who is parked may go on. */
  readonly lookEvery: number
  /** Sleeping instances woken in one look. */
  readonly wakeMax: number
  /** Characters kept of what a consumer failed with. */
  readonly errorMax: number
}

/** What holds unless told otherwise. */
export const defaults: ConsumerLimits = {
  batchMax: 256,
  waitingMax: 1_024,
  attemptsMax: 8,
  retryFirst: 100,
  retryMax: 10_000,
  within: 30_000,
  checkpointEvery: 1_000,
  skimEvery: 30_000,
  lookEvery: 60_000,
  wakeMax: 256,
  errorMax: 2_000
}

export const ConsumerLimits = Context.Reference<ConsumerLimits>("wr2/engine/ConsumerLimits", {
  defaultValue: () => defaults
})
