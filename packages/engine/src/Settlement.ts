/** What follows on a cycle's commit: the projection is kept, Events go out, Commands are answered. */
import { Actor, Rejected } from "@wr2/core"
import { Cause, Effect, Metric } from "effect"
import * as Cycle from "./Cycle.ts"
import { Overran } from "./DecideGuard.ts"
import { StoreError } from "./InstanceStore.ts"
import type { Stamp } from "./InstanceStore.ts"
import type { Publisher } from "./Publisher.ts"
import type { Resident } from "./Resident.ts"
import type { Chosen } from "./Selection.ts"
import * as Telemetry from "./Telemetry.ts"
import * as Tracing from "./Tracing.ts"

/** The decide phase's input for what was chosen. */
export const input = (resident: Resident, chosen: Chosen): Cycle.Input => ({
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
  waiting: chosen.waiting,
  acceptOnly: chosen.acceptOnly,
  attempted: chosen.attempted,
  delivered: chosen.delivered,
  cursor: (actor) => resident.inboxes.cursor(actor),
  guard: undefined
})

/** Makes a committed cycle the state of things, in the order: projection, Events, answers. */
export const committed = (
  resident: Resident,
  chosen: Chosen,
  decided: Cycle.Decided,
  stamp: Stamp,
  publisher: Publisher["Service"]
): Cycle.Decided => {
  resident.projection.commit(stamp)
  resident.lastSeq = decided.lastSeq
  resident.lastNow = decided.lastNow
  resident.lastNo = decided.lastNo
  for (const n of chosen.delivered) resident.outbox.delete(n)
  for (const message of decided.writes.outbox) resident.outbox.set(message.n, message)
  publisher.publish(resident.instance, resident.lastSeq, decided.writes.events)
  for (const { why, work } of decided.back) {
    // What is not due yet waits for its time; the rest is at the front of its actor's next turn.
    if (why === "early") resident.timers.add(work.record)
    else resident.makeReady(work)
    if (why === "held") resident.rest(work)
  }
  for (const record of decided.later) resident.schedule(record)
  if (resident.caution !== undefined) {
    resident.caution.actions -= decided.results.length
    if (resident.caution.actions <= 0 || resident.monotonic() > resident.caution.until)
      resident.caution = undefined
  }
  for (const { accept, arriving } of chosen.groups) {
    if (accept !== undefined) {
      const box = resident.inboxes.find(accept.actor)
      if (box !== undefined) box.lastN = Math.max(box.lastN, accept.n)
    }
    for (const cursor of arriving)
      resident.inboxes.adopt(cursorActor(resident, cursor.actor), cursor)
  }
  trace(resident, chosen, decided)
  answer(resident, chosen, decided)
  for (const [work, result] of decided.results) work.done?.(result)
  for (const { target, traveller } of decided.writes.outbox) {
    if (traveller === null) continue
    const box = resident.inboxes.box(traveller.actor)
    box.movedTo = target
    resident.inboxes.empty(box, new Rejected.Travelling({ target }))
  }
  return decided
}

/** The commit and its Events, in the traces of the Commands that they came of. */
const trace = (resident: Resident, chosen: Chosen, decided: Cycle.Decided): void => {
  for (const { accept } of chosen.groups) {
    const span = accept && resident.inboxes.find(accept.actor)?.inFlight?.span
    if (span === undefined) continue
    const events = decided.writes.events.filter(({ commandId }) => commandId === accept!.commandId)
    Tracing.committed(resident.tools.tracing, span, resident.instance, events)
  }
}

/** Acknowledges Commands, with what their read-only Actions show; all under one time limit. */
const answer = (resident: Resident, chosen: Chosen, decided: Cycle.Decided): void => {
  const { guard, limits } = resident.tools
  let at = 0
  while (at < chosen.groups.length) {
    try {
      guard(limits.decideWithin, () => {
        for (; at < chosen.groups.length; at++) {
          const group = chosen.groups[at]!
          group.committed?.(decided.lastSeq, decided.ran.has(group))
        }
      })
    } catch (error) {
      if (!(error instanceof Overran)) throw error
      // A view overran: its Command is committed all the same, and is answered without it.
      resident.broke("a view after a commit", error)
      chosen.groups[at]!.committed?.(decided.lastSeq, false)
      at++
    }
  }
}

const cursorActor = (resident: Resident, key: string): Actor.Actor => {
  const at = key.lastIndexOf(":")
  const stem = key.slice(0, at)
  const id = Number(key.slice(at + 1))
  for (const tag of resident.tools.definition.aggregates.keys()) {
    if (Actor.key({ type: tag, id }) === key) return { type: tag, id }
  }
  return { type: stem, id }
}

/**
 * After a Contents failure: accept first, then run one Action a transaction, so that the offender
 * is found. An Action that fails alone is condemned: a dead letter. Undefined: nothing is left to do.
 */
export const split = (resident: Resident, chosen: Chosen, message: string): Chosen | undefined => {
  const works = chosen.groups.flatMap(({ works }) => works)
  if (
    !chosen.acceptOnly &&
    !(works.length === 1 && (works[0]!.alone || works[0]!.condemned !== undefined))
  ) {
    const groups = chosen.groups.map((group) => ({
      ...group,
      works: group.works.map((work) => ({ ...work, alone: true }))
    }))
    return { ...chosen, groups, locks: [], acceptOnly: true }
  }
  if (works.length === 1 && works[0]!.condemned === undefined) {
    const [group] = chosen.groups
    const condemned = `the database refused what it wrote: ${message}`
    return {
      ...chosen,
      groups: [{ ...group!, works: [{ ...works[0]!, condemned }] }],
      locks: [],
      acceptOnly: false
    }
  }
  // Even accepting it breaks a rule of the database: turned away whole, nothing written.
  const reference = resident.broke("accepting a Command", message)
  for (const group of chosen.groups) {
    const box = group.accept === undefined ? undefined : resident.inboxes.find(group.accept.actor)
    if (box?.inFlight === undefined) continue
    const { n } = box.inFlight
    resident.inboxes.answer(
      box,
      box.inFlight,
      { _tag: "Rejected", n, reason: Cycle.plainReason(new Rejected.Broken({ reference })) },
      false
    )
  }
  for (const work of works) work.done?.({ _tag: "Failed", reference })
  return undefined
}

/** Characters whose session no gateway has claimed for long are disconnected by the owner. */
export const linkless = (resident: Resident): void => {
  const { definition, limits } = resident.tools
  const { players } = definition.game
  if (players === undefined) return
  const now = resident.monotonic()
  for (const [id, at] of resident.claims) {
    if (now - at < limits.linklessAfter) continue
    resident.claims.delete(id)
    const session = players.session(resident.projection, id)
    if (session === null) continue
    resident.control(
      players.disconnect({ id, session }),
      { type: players.aggregate._tag, id },
      () => {}
    )
  }
}

/** How long until the next character may be linkless. */
export const nextLinkless = (resident: Resident): number => {
  if (resident.claims.size === 0) return Number.POSITIVE_INFINITY
  let first = Number.POSITIVE_INFINITY
  for (const at of resident.claims.values()) first = Math.min(first, at)
  return first + resident.tools.limits.linklessAfter - resident.monotonic()
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
  if (decided.rejectedIssues > 0) {
    yield* Metric.update(
      Metric.withAttributes(Telemetry.rejected, { reason: "issued" }),
      decided.rejectedIssues
    )
  }
  for (const defect of decided.defects) {
    yield* Metric.update(Telemetry.dead, 1)
    yield* Effect.logError("an Action is a dead letter", { instance: resident.instance, ...defect })
  }
})

/** The typed error of a failed transaction; what is no typed error (a defect, an interruption) is Unknown. */
export const storeError = (cause: Cause.Cause<StoreError>): StoreError => {
  const found = cause.reasons.find((reason) => reason._tag === "Fail")
  return found === undefined
    ? new StoreError({ reason: "Unknown", message: Cause.pretty(cause).slice(0, 500) })
    : (found.error as StoreError)
}
