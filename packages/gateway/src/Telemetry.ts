/** Every metric name of the gateway, in one place. */
import { Metric } from "effect"

/** Websockets that are open. */
export const connections = Metric.gauge("wr2_gateway_connections")
/** Characters that are played through this gateway. */
export const sessions = Metric.gauge("wr2_gateway_sessions")
/** Instances whose Events this gateway listens to. */
export const feeds = Metric.gauge("wr2_gateway_feeds")
/** Connections turned away, by `why`: total, address. */
export const turnedAway = Metric.counter("wr2_gateway_connections_turned_away", {
  incremental: true
})
/** Login attempts, by `outcome`: done, refused, limited. */
export const logins = Metric.counter("wr2_gateway_logins", { incremental: true })
/** Commands answered. */
export const commands = Metric.counter("wr2_gateway_commands", { incremental: true })
/** Time from a Command's arrival to its answer. */
export const answerTime = Metric.timer("wr2_gateway_answer_time")
/** Calls to owners made again. */
export const retries = Metric.counter("wr2_gateway_calls_again", { incremental: true })
/** Clients cut because they did not take their Events. */
export const clientsCut = Metric.counter("wr2_gateway_slow_clients_cut", { incremental: true })
/** Sessions that another took over. */
export const takenOver = Metric.counter("wr2_gateway_sessions_taken_over", { incremental: true })
