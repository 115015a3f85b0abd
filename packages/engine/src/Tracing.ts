/**
 * The owner's part of a Command's trace: from the gateway's span on, through planning and the commit
 * to its Events. Spans are made by hand, where the work is synchronous; an unsampled or untraced
 * Command costs nothing.
 */
import { Context, Exit, Option, Tracer } from "effect"
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
  attributes: Readonly<Record<string, unknown>>
): Tracer.Span => {
  const span = tracer.span({
    name,
    parent: Option.some(parent),
    annotations: Context.empty(),
    links: [],
    startTime: nanos(),
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

/** The commit of the Command's cycle, which began at `startedAt`, and each Event that came of it. */
export const committed = (
  tracing: Tracing,
  parent: Tracer.Span | undefined,
  instance: number,
  events: ReadonlyArray<EventRecord>
): void => {
  if (parent === undefined) return
  const span = child(tracing, spans.commit, parent, {
    "wr2.instance": instance,
    "wr2.events": events.length
  })
  for (const { seq, type } of events) {
    child(tracing, `${spans.event} ${type}`, span, {
      "wr2.instance": instance,
      "wr2.seq": seq
    }).end(tracing.nanos(), Exit.void)
  }
  span.end(tracing.nanos(), Exit.void)
}

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
