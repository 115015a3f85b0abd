/** What follows on a cycle's commit: the projection is kept, Events go out, Commands are answered. */
import { Actor, Rejected } from "@wr2/core"
import { Cause, Effect, Metric } from "effect"
import type { Tracer } from "effect"
import type * as Cycle from "./Cycle.ts"
import { StoreError } from "./InstanceStore.ts"
import type { Stamp } from "./InstanceStore.ts"
import { plainReason } from "./Messages.ts"
import type { Publisher } from "./Publisher.ts"
import type { Resident } from "./Resident.ts"
import type { Chosen } from "./Selection.ts"
import * as Telemetry from "./Telemetry.ts"
import * as Tracing from "./Tracing.ts"
import * as Views from "./Views.ts"

/** The decide phase's input for what was chosen. */
export const input = (
  resident: Resident,
  chosen: Chosen,
  overran: Set<string>,
  guard: Cycle.Input["guard"]
): Cycle.Input => ({
  instance: resident.instance,
  definition: resident.tools.definition,
  limits: resident.tools.limits,
  projection: resident.projection,
  plan: resident.tools.planner.plan,
  ids: resident.tools.ids,
  lastSeq: resident.lastSeq,
  lastNow: resident.lastNow,
  lastNo: resident.lastNo,
  groups: chosen.groups,
  room: chosen.room,
  waiting: chosen.waiting,
  // Past the horizon nobody knows what else is due: it is looked at before anything new.
  overdue: (actor, now) => now > resident.horizon || resident.timers.due(actor, now),
  acceptOnly: chosen.acceptOnly,
  attempted: chosen.attempted,
  delivered: chosen.delivered,
  cursor: (actor) => resident.inboxes.cursor(actor),
  overran,
  guard,
  runner: resident.tools.runner
})

/** How a cycle was carried. `startedAt`: when it was handed over (nanoseconds of the tracer's clock). */
export interface Carried {
  readonly stamp: Stamp
  readonly startedAt: bigint
  readonly publisher: Publisher["Service"]
}

/** Makes a committed cycle the state of things, in the order: projection, Events, answers. */
export const committed = (
  resident: Resident,
  chosen: Chosen,
  decided: Cycle.Decided,
  { publisher, stamp, startedAt }: Carried
): void => {
  resident.projection.commit(stamp)
  resident.lastSeq = decided.lastSeq
  resident.lastNow = decided.lastNow
  resident.lastNo = decided.lastNo
  for (const n of chosen.delivered) resident.outbox.delete(n)
  for (const message of decided.writes.outbox) resident.outbox.set(message.n, message)
  publisher.publish(resident.instance, resident.lastSeq, decided.writes.events)
  const { trials } = resident.tools
  for (const { why, work } of decided.back) {
    // What is not due yet waits for its time; the rest is at the front of its actor's next turn.
    if (why === "early") {
      resident.timers.add(work.record)
      trials.end(resident, work.record.key)
    } else resident.makeReady(work)
    if (why === "held") resident.rest(work)
  }
  for (const record of decided.later) resident.schedule(record)
  if (resident.caution !== undefined) resident.caution.actions -= decided.results.length
  claims(resident, decided)
  trace(resident, chosen, decided, startedAt)
  for (const { arriving, committed } of chosen.groups) {
    for (const cursor of arriving) resident.inboxes.adopt(actorOf(resident, cursor.actor), cursor)
    committed?.(decided.lastSeq)
  }
  for (const [work, result] of decided.results) {
    trials.end(resident, work.record.key)
    work.done?.(result)
  }
  for (const { target, traveller } of decided.writes.outbox) {
    if (traveller === null) continue
    const box = resident.inboxes.box(traveller.actor)
    box.movedTo = target
    resident.inboxes.empty(box, new Rejected.Travelling({ target }))
  }
  const shows = resident.shows.splice(0)
  if (shows.length > 0) Views.show(resident, shows)
}

/** Who came in is claimed from now on, who left no longer is. */
const claims = (resident: Resident, { writes }: Cycle.Decided): void => {
  const { players } = resident.tools.definition.game
  if (players === undefined) return
  for (const { aggregate, id, op } of writes.runtimes) {
    if (aggregate !== players.aggregate) continue
    if (op === "insert") resident.claim(id)
    else if (op === "delete") resident.claims.delete(id)
  }
}

/** The commit and what came of it, in the traces of the Commands that it came of: mostly of none. */
const trace = (
  resident: Resident,
  chosen: Chosen,
  decided: Cycle.Decided,
  startedAt: bigint
): void => {
  const traces = new Map<Tracer.Span, Tracing.Came>()
  const of = (span: Tracer.Span): Tracing.Came => {
    const came = traces.get(span) ?? { events: [], rejected: [] }
    traces.set(span, came)
    return came
  }
  for (const { accept, works } of chosen.groups) {
    const span = accept && works[0]?.span
    if (span !== undefined) of(span)
  }
  const ran = new Map<number, Tracing.Came>()
  for (const [{ record, span }] of decided.results)
    if (span !== undefined) ran.set(record.no, of(span))
  if (traces.size === 0) return
  for (const event of decided.writes.events)
    if (event.actionNo !== null) ran.get(event.actionNo)?.events.push(event)
  for (const each of decided.rejectedIssues) ran.get(each.cause)?.rejected.push(each)
  const { instance, tools } = resident
  for (const [span, came] of traces)
    Tracing.committed(tools.tracing, span, instance, startedAt, came)
}

const actorOf = (resident: Resident, key: string): Actor.Actor => {
  const at = key.lastIndexOf(":")
  const id = Number(key.slice(at + 1))
  for (const type of resident.tools.definition.aggregates.keys()) {
    if (Actor.key({ type, id }) === key) return { type, id }
  }
  return { type: key.slice(0, at), id }
}

/**
 * What is to be tried after a Contents failure, in order: accept first, then one Action a
 * transaction, so that the offender is found. An Action that fails alone is condemned: a dead letter.
 */
export const split = (
  resident: Resident,
  chosen: Chosen,
  message: string
): ReadonlyArray<Chosen> => {
  const { delivered, groups } = chosen
  const accepting = { ...chosen, locks: [], acceptOnly: true }
  const works = groups.flatMap(({ works }) => works)
  const [only] = works.length === 1 ? works : []
  const single = only !== undefined && (only.alone || only.condemned !== undefined)
  if (!chosen.acceptOnly && !single) {
    const apart = groups.map((group) => ({
      ...group,
      works: group.works.map((work) => ({ ...work, alone: true }))
    }))
    return [{ ...accepting, groups: apart }]
  }
  if (only !== undefined && !chosen.acceptOnly && only.condemned === undefined) {
    const condemned = { why: `the database refused what it wrote: ${message}`, look: true }
    const works = [{ ...only, condemned }]
    return [{ ...accepting, acceptOnly: false, groups: [{ ...groups[0]!, works }] }]
  }
  if (groups.length > 1) {
    // Even accepting all of it breaks a rule of the database: each by itself.
    return groups.map((group, i) => ({
      ...accepting,
      groups: [group],
      attempted: i === 0 ? chosen.attempted : [],
      delivered: i === 0 ? delivered : []
    }))
  }
  // Turned away whole, nothing written.
  resident.delivered.push(...delivered)
  const span = groups[0]?.works[0]?.span
  const reference = resident.broke("accepting a Command", message, span)
  for (const { accept } of groups) {
    const box = accept && resident.inboxes.find(accept.actor)
    if (box?.inFlight === undefined) continue
    const reason = plainReason(new Rejected.Broken({ reference }))
    resident.inboxes.failed(box, { _tag: "Rejected", n: box.inFlight.n, reason })
  }
  for (const work of works) {
    resident.tools.trials.end(resident, work.record.key)
    work.done?.({ _tag: "Failed", reference })
  }
  return []
}

/** Characters whose session no gateway has claimed for long are disconnected by the owner. */
export const linkless = (resident: Resident): void => {
  const { definition, limits } = resident.tools
  const { players } = definition.game
  const now = resident.monotonic()
  if (players === undefined || now < resident.linklessAt) return
  const soon = now + limits.linklessAfter / 20
  resident.linklessAt = now + limits.linklessAfter
  for (const [id, at] of resident.claims) {
    const due = at + limits.linklessAfter
    if (due > now) {
      resident.linklessAt = Math.min(resident.linklessAt, Math.max(soon, due))
      continue
    }
    // Should it fail, it is tried again after as long.
    resident.claims.set(id, now)
    const actor = { type: players.aggregate._tag, id }
    if (resident.controlled(actor)) continue
    try {
      const session = players.session(resident.projection, id)
      if (session === null) continue
      resident.control(players.disconnect({ id, session }), actor, () => {})
    } catch (error) {
      resident.broke("Disconnect", error)
    }
  }
}

/** Counts and logs what a cycle did. */
export const report = Effect.fnUntraced(function* (resident: Resident, decided: Cycle.Decided) {
  const counts = new Map<string, number>()
  for (const [{ record }, { _tag }] of decided.results) {
    const name = `${record.type} ${_tag}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  for (const [name, count] of counts) {
    const [type = "", outcome = ""] = name.split(" ")
    yield* Metric.update(
      Metric.withAttributes(Telemetry.actions, { type, outcome: outcome.toLowerCase() }),
      count
    )
  }
  if (decided.writes.events.length > 0)
    yield* Metric.update(Telemetry.events, decided.writes.events.length)
  for (const { why } of decided.back)
    yield* Metric.update(Metric.withAttributes(Telemetry.wentBack, { why }), 1)
  const { instance } = resident
  for (const { span, ...rejected } of decided.rejectedIssues) {
    yield* Metric.update(Metric.withAttributes(Telemetry.rejected, { reason: "issued" }), 1)
    const what = "an issued Command was rejected"
    yield* Tracing.within(span)(Effect.logDebug(what, { instance, ...rejected }))
  }
  for (const { span, ...defect } of decided.defects) {
    yield* Metric.update(Telemetry.dead, 1)
    const what = "an Action is a dead letter"
    yield* Tracing.within(span)(Effect.logError(what, { instance, ...defect }))
  }
})

/** The typed error of a failed transaction; what is no typed error (a defect, an interruption) is Unknown. */
export const storeError = (cause: Cause.Cause<StoreError>): StoreError => {
  const found = cause.reasons.find((reason) => reason._tag === "Fail")
  return found === undefined
    ? new StoreError({ reason: "Unknown", message: Cause.pretty(cause).slice(0, 500) })
    : (found.error as StoreError)
}
