/**
 * Every bound of the engine, in one place. Past a bound a caller gets a typed answer. Times in
 * milliseconds. Change some with `Effect.provideService(Limits, { ...defaults, batchMax: 16 })`.
 */
import { Context } from "effect"

export interface Limits {
  /**
   * Every Action is accepted in a transaction of its own first, and executed in the next: the literal
   * form. Slower; the same path that a full and a failed cycle take.
   */
  readonly queueFirst: boolean
  /** Actions in one cycle of one instance. */
  readonly batchMax: number
  /** Instances carried in one transaction. */
  readonly carryMax: number
  /** Executors, each with a connection of its own. */
  readonly executors: number
  /** Commands of one actor that wait; then Overloaded. */
  readonly commandsWaitingPerActor: number
  /** Commands and other requests to an instance that wait; then Overloaded, or Unavailable while the database is away. */
  readonly commandsWaitingPerInstance: number
  /** Callers who may wait for the answer to one Command (gateways ask again); then Overloaded. */
  readonly answersPerCommand: number
  /** Replies kept per actor until the client has settled them: one that would be one more is Overloaded. */
  readonly repliesKept: number
  /** Characters of answers written with them: of older ones only that they were answered. */
  readonly answersKept: number
  /** How far the settled n of a client may be ahead of what it sent here: what it gave up meanwhile. */
  readonly settledAheadMax: number
  /** How long a Command whose n comes too early is held back before it is OutOfOrder. */
  readonly outOfOrderWait: number
  /** Actions one Command may plan. */
  readonly actionsPerPlan: number
  /** How deep follow-ups and issued Commands may cause each other in one cycle; the next goes on. */
  readonly causationDepthMax: number
  /** How deep those that are due at once may cause each other at all; then a dead letter. */
  readonly causationChainMax: number
  /** Commands planned at once, between two cycles. */
  readonly plansMax: number
  /** How often an Action goes back because somebody else holds a row, before it is Refused Busy. */
  readonly lockSkipsMax: number
  /** Wait before a cycle is tried again: first, and at most. */
  readonly retryFirst: number
  readonly retryMax: number
  /** At most, where the database refuses the statement itself (StoreError Unusable). */
  readonly unusableRetryMax: number
  /** Attempts of an Action during caution before it is a dead letter, unrun. */
  readonly attemptsMax: number
  /**
   * Caution after an activation that no release preceded ends after so many Actions or so long. No
   * fewer than batchMax: whatever killed the owner before was in its last cycle.
   */
  readonly cautiousActions: number
  readonly cautiousFor: number
  /** Reads are answered from memory if the epoch was confirmed within this; else it is confirmed first. */
  readonly readStaleness: number
  /** An instance nobody uses is released after this. */
  readonly passivateAfter: number
  /** A waking Action due within this keeps its instance active. */
  readonly passivateHorizon: number
  /** Pending Actions are read into memory when due within this. */
  readonly timersHorizon: number
  /** Pending Actions read at once. */
  readonly timersLoadMax: number
  /** Activation waits this long for its row before it asks who blocks it. */
  readonly fenceWait: number
  /** A character whose session no gateway claims for this long is disconnected by the owner. */
  readonly linklessAfter: number
  /** The owner tells its head this often. */
  readonly headEvery: number
  /** Events in one chunk of a feed. */
  readonly chunkMax: number
  /** Chunks a subscriber of an instance may be behind before it is cut. */
  readonly feedBuffer: number
  /** Events kept in memory per instance for those who join or fall behind a little. */
  readonly recentEvents: number
  /** Characters in a line of text. */
  readonly textMax: number
  /** Weight of all instances on a runner; an instance's weight is its number of rows. Past it idle ones go, then callers are Overloaded. */
  readonly residentWeightMax: number
  /** A message to another instance is answered within this, or is sent again. */
  readonly relayWithin: number
  /** A message to another instance is retried after this: first, and at most. */
  readonly relayRetryFirst: number
  readonly relayRetryMax: number
  /** Releasing one instance (drain, rebalance) may take this long. */
  readonly releaseWithin: number
  /** What one priority step is worth in waiting time: ageing. */
  readonly agePerPriority: number
  /** New ids that one Action can surely take; one that finds no more of its block is a dead letter. */
  readonly idsPerAction: number
  /** Ids taken from the database at once: for two such Actions at least. */
  readonly idBlock: number
  /** Locked rows that a dead letter keeps; it says how many more there were. */
  readonly deadRowsMax: number
  /** Time the decide phase of one cycle may take (see DecideGuard). */
  readonly decideWithin: number
}

/** What holds unless told otherwise. */
export const defaults: Limits = {
  queueFirst: false,
  batchMax: 256,
  carryMax: 64,
  executors: 4,
  commandsWaitingPerActor: 128,
  commandsWaitingPerInstance: 20_000,
  answersPerCommand: 8,
  repliesKept: 256,
  answersKept: 32_768,
  settledAheadMax: 100_000,
  outOfOrderWait: 2_000,
  actionsPerPlan: 32,
  causationDepthMax: 16,
  causationChainMax: 256,
  plansMax: 1_024,
  lockSkipsMax: 60,
  retryFirst: 20,
  retryMax: 1_000,
  unusableRetryMax: 5_000,
  attemptsMax: 3,
  cautiousActions: 256,
  cautiousFor: 5_000,
  readStaleness: 2_000,
  passivateAfter: 60_000,
  passivateHorizon: 30_000,
  timersHorizon: 60_000,
  timersLoadMax: 10_000,
  fenceWait: 500,
  linklessAfter: 60_000,
  headEvery: 1_000,
  chunkMax: 512,
  feedBuffer: 1_024,
  recentEvents: 4_096,
  textMax: 1_000,
  residentWeightMax: 2_000_000,
  relayWithin: 10_000,
  relayRetryFirst: 50,
  relayRetryMax: 5_000,
  releaseWithin: 5_000,
  agePerPriority: 100,
  idsPerAction: 4_096,
  idBlock: 10_000,
  deadRowsMax: 256,
  decideWithin: 1_000
}

export const Limits = Context.Reference<Limits>("wr2/engine/Limits", {
  defaultValue: () => defaults
})
