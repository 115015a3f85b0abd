/** Metrics of this adapter. */
import { Metric } from "effect"

/** Volumes of the logs. */
export const volumes = Metric.gauge("wr2_log_volumes")
/** What both logs take on the disk. */
export const logBytes = Metric.gauge("wr2_log_bytes")
/** Volumes let go. */
export const volumesDropped = Metric.counter("wr2_log_volumes_dropped", { incremental: true })
/** Volumes that a consumer keeps past the policy. */
export const retentionHeld = Metric.gauge("wr2_log_volumes_held")
/** Logs whose oldest volume an open transaction keeps on the disk. */
export const retentionWaits = Metric.gauge("wr2_log_waits")
/** Runs of retention that failed. */
export const retentionFailures = Metric.counter("wr2_log_failures", { incremental: true })
/** What the database refuses whatever it is asked, at present. */
export const refusals = Metric.gauge("wr2_database_refusals")
