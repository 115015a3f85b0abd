/** Every metric and span name of the engine, in one place: what dashboards and alerts are made of. */
import { Metric } from "effect"

/** Actions done, refused or dead-lettered. Attributes: `type`, `outcome`. */
export const actions = Metric.counter("wr2_actions", { incremental: true })
/** Commands turned down. Attributes: `reason`. */
export const rejected = Metric.counter("wr2_commands_rejected", { incremental: true })
/** Transactions of cycles, by outcome: committed, transient, contents, wrong, fenced, unknown. */
export const transactions = Metric.counter("wr2_transactions", { incremental: true })
/** Time of a transaction, from hand-over to commit. */
export const transactionTime = Metric.timer("wr2_transaction_time")
/** Instances carried in a transaction, summed. */
export const carried = Metric.counter("wr2_cycles", { incremental: true })
/** Events committed. */
export const events = Metric.counter("wr2_events", { incremental: true })
/** Instances owned by this process. */
export const resident = Metric.gauge("wr2_instances_resident")
/** Activations, by whether a release preceded. */
export const activations = Metric.counter("wr2_activations", { incremental: true })
/** Actions that went back, by why: unlocked, held, early, full. */
export const wentBack = Metric.counter("wr2_actions_went_back", { incremental: true })
/** Dead letters. */
export const dead = Metric.counter("wr2_dead_letters", { incremental: true })
/** Subscribers cut because they read too slowly. */
export const slowSubscribers = Metric.counter("wr2_feed_slow_subscribers_cut", {
  incremental: true
})
/** Messages between instances handed over. */
export const relayed = Metric.counter("wr2_messages_relayed", { incremental: true })

/** Events consumed. Attributes: `consumer`. */
export const consumed = Metric.counter("wr2_consumer_events", { incremental: true })
/** Events of the instances owned here that a consumer has not done. Attributes: `consumer`. */
export const consumerLag = Metric.gauge("wr2_consumer_lag_events")
/** Since when (seconds) the one that it is longest behind with has waited. Attributes: `consumer`. */
export const consumerLagTime = Metric.gauge("wr2_consumer_lag_seconds")
/** Instances owned here in which a consumer is parked. Attributes: `consumer`. */
export const consumersParked = Metric.gauge("wr2_consumers_parked")
/** Tries that failed. Attributes: `consumer`. */
export const consumerFailures = Metric.counter("wr2_consumer_failures", { incremental: true })

/** Span names. */
export const spans = {
  submit: "wr2.submit",
  plan: "wr2.plan",
  commit: "wr2.commit",
  /** And the Event's type. */
  event: "wr2.event",
  /** And the Command's: issued by a rule, and turned down. */
  rejected: "wr2.rejected",
  activate: "wr2.activate"
} as const
