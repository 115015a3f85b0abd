/**
 * The owner's part of a Command's trace: from the gateway's span on, through planning and its commits
 * (that which accepts it, and those in which what waited ran) to its Events. Spans are made by hand,
 * where the work is synchronous; an unsampled or untraced Command costs nothing. What is read back
 * from the queue has no trace.
 */
import { Context, Effect, Exit, Option, Tracer } from "effect"
import type { RejectedIssue } from "./Execution.ts"
import type { Trace } from "./Messages.ts"
import type { EventRecord } from "./Records.ts"
import { spans } from "./Telemetry.ts"

/** Begins spans with a process's tracer and clock. */
export interface Tracing {
  readonly tracer: Tracer.Tracer
  readonly nanos: () => bigint
}

const child = (
  { nanos, tracer }: Tracing,
  name: string,
  parent: Tracer.AnySpan,
  attributes: Readonly<Record<string, unknown>>,
  startTime = nanos()
): Tracer.Span => {
  const span = tracer.span({
    name,
    parent: Option.some(parent),
    annotations: Context.empty(),
    links: [],
    startTime,
    kind: "internal",
    root: false,
    sampled: parent.sampled
  })
  for (const [key, value] of Object.entries(attributes)) span.attribute(key, value)
  return span
}

/** A Command's span at its owner, from intake to answer. */
export const begin = (
  tracing: Tracing,
  trace: Trace | null,
  attributes: Readonly<Record<string, unknown>>
): Tracer.Span | undefined =>
  trace === null || !trace.sampled
    ? undefined
    : child(tracing, spans.submit, Tracer.externalSpan(trace), attributes)

/** Runs planning within the Command's span. */
export const planned = <A>(tracing: Tracing, parent: Tracer.Span | undefined, plan: () => A): A => {
  if (parent === undefined) return plan()
  const span = child(tracing, spans.plan, parent, {})
  const result = plan()
  span.end(tracing.nanos(), Exit.void)
  return result
}

/** What came of a Command in a cycle. */
export interface Came {
  readonly events: Array<EventRecord>
  readonly rejected: Array<RejectedIssue>
}

/**
 * The commit of a cycle of the Command, which was handed over at `startedAt`; each Event that came of
 * the Command in it, and each Command that its rules issued in vain.
 */
export const committed = (
  tracing: Tracing,
  parent: Tracer.Span,
  instance: number,
  startedAt: bigint,
  { events, rejected }: Came
): void => {
  const within = { "wr2.instance": instance }
  const attributes = { ...within, "wr2.events": events.length }
  const span = child(tracing, spans.commit, parent, attributes, startedAt)
  for (const { seq, type } of events) {
    const event = child(tracing, `${spans.event} ${type}`, span, { ...within, "wr2.seq": seq })
    event.end(tracing.nanos(), Exit.void)
  }
  for (const { command, reason } of rejected) {
    const why = { ...within, "wr2.reason": reason._tag }
    child(tracing, `${spans.rejected} ${command}`, span, why).end(tracing.nanos(), Exit.void)
  }
  span.end(tracing.nanos(), Exit.void)
}

/** What is logged of a traced Command is found by its trace. */
export const within =
  (span: Tracer.AnySpan | undefined) =>
  <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    span === undefined ? effect : Effect.withParentSpan(effect, span)

/** Ends the Command's span with how it was answered. */
export const answered = (
  tracing: Tracing,
  span: Tracer.Span | undefined,
  outcome: string
): void => {
  if (span === undefined) return
  span.attribute("wr2.reply", outcome)
  span.end(tracing.nanos(), Exit.void)
}
