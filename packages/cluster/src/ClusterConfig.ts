/**
 * Every time and bound of placement, and the sharding configuration made of them. Milliseconds.
 *
 * What matters is their sum: a runner that was killed is taken over within lease + assignments +
 * one more look at its locks (a second), less than six in all. Placement is not authority: shortening
 * a lease risks needless moves, never a wrong commit (the epoch guards those).
 */
import { Context, Option } from "effect"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import * as ShardingConfig from "effect/cluster/ShardingConfig"

/** Bounds of placement. */
export interface ClusterConfig {
  /** A runner that does not refresh its locks for this long has lost them. */
  readonly lease: number
  /** How often it refreshes. */
  readonly leaseRefresh: number
  /** How often every process reads who is there, and works out which runner has which shard. */
  readonly assignmentsEvery: number
  /** How often runners are asked whether they live; a dead one is noticed before its lease ends. */
  readonly healthEvery: number
  /** A runner that does not answer within this, in two tries, counts as dead; half of it for one that refuses. */
  readonly healthWithin: number
  /** A request whose runner turned out to be another is sent again after this. */
  readonly resendAfter: number
  /** A call is answered within this, or Unavailable. */
  readonly callWithin: number
  /** A feed that is silent for this long (owners speak every `Limits.headEvery`) ends. */
  readonly feedSilence: number
  /** Chunks waiting for a slow link between gateway and runner before the runner's feed holds back. */
  readonly feedBuffer: number
  /** Requests one instance has in hand; then Overloaded. */
  readonly callsPerInstance: number
  /** How long an entity whose instance is not resident stays: a shell, some kilobytes. */
  readonly idleEntity: number
  /** How long the shutdown of one entity may take: more than `Limits.releaseWithin`. */
  readonly releaseWithin: number
  /** Moves happen by shard: more than runners, few enough to lock in one statement. */
  readonly shards: number
  /** A runner without a heartbeat (`Limits.headEvery`) for this long is dead: the Waker wakes its instances. */
  readonly deadAfter: number
  /** How often the Waker looks. */
  readonly wakeEvery: number
  /** Instances woken at once. */
  readonly wakeConcurrency: number
}

/** What runs unless told otherwise. */
export const defaults: ClusterConfig = {
  lease: 4_000,
  leaseRefresh: 1_000,
  assignmentsEvery: 500,
  healthEvery: 1_000,
  healthWithin: 1_000,
  resendAfter: 50,
  callWithin: 5_000,
  feedSilence: 5_000,
  feedBuffer: 256,
  callsPerInstance: 8_192,
  idleEntity: 60_000,
  releaseWithin: 7_000,
  shards: 128,
  deadAfter: 5_000,
  wakeEvery: 1_000,
  wakeConcurrency: 16
}

/** The bounds in use; replace some with `Effect.provideService(ClusterConfig, { ...defaults, lease: 8_000 })`. */
export const ClusterConfig = Context.Reference<ClusterConfig>("wr2/cluster/ClusterConfig", {
  defaultValue: () => defaults
})

/** Where a runner listens for other processes of the cluster. */
export interface Address {
  readonly host: string
  readonly port: number
}

/**
 * The configuration of `effect/cluster`. `runner` undefined: this process hosts nothing and only
 * routes.
 */
export const sharding = (
  config: ClusterConfig,
  runner: Address | undefined
): ShardingConfig.ShardingConfig["Service"] => ({
  ...ShardingConfig.defaults,
  runnerAddress: Option.map(Option.fromUndefinedOr(runner), ({ host, port }) =>
    RunnerAddress.make(host, port)
  ),
  shardsPerGroup: config.shards,
  // Who only routes holds no lock; its idle lock session would be ended by the server, loudly.
  shardLockDisableAdvisory: runner === undefined,
  shardLockExpiration: config.lease,
  shardLockRefreshInterval: config.leaseRefresh,
  refreshAssignmentsInterval: config.assignmentsEvery,
  runnerHealthCheckInterval: config.healthEvery,
  // There are no stored messages to poll for; but after an error of the database the runner takes
  // shards again only with the next poll.
  entityMessagePollInterval: config.assignmentsEvery,
  sendRetryInterval: config.resendAfter,
  entityMailboxCapacity: config.callsPerInstance,
  entityMaxIdleTime: config.idleEntity,
  entityTerminationTimeout: config.releaseWithin,
  // The host admits by weight and passivates idle instances; a second bound here would only hide it.
  maxResidentEntities: "unbounded",
  // Requests and answers are plain values with schemas: encoding them to stay in the process is waste.
  simulateRemoteSerialization: false
})
