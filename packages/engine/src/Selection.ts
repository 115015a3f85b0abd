/**
 * What goes into the next cycle: between actors what went back, then the highest aged priority of
 * their heads, then (due time, acceptance number); within an actor its order alone. Commands are
 * planned here, on the exact projection; what writes nothing (rejections, reads) is answered at once.
 */
import type { Actor, Aggregate } from "@wr2/core"
import { LockSet, Rejected } from "@wr2/core"
import { Result } from "effect"
import { inTime, Overran } from "./DecideGuard.ts"
import * as DeadLetters from "./DeadLetters.ts"
import * as Desk from "./Desk.ts"
import { rejected } from "./Ingress.ts"
import type { Box, Waiting } from "./Ingress.ts"
import type { Answer, Reply } from "./Messages.ts"
import type { Plan } from "./Planner.ts"
import type { Resident } from "./Resident.ts"
import * as Tracing from "./Tracing.ts"
import { answersOf, isRead } from "./Views.ts"
import { departed } from "./Whereabouts.ts"
import { counted, isSuspect, locksOf, lost, newWork, orderOf } from "./Work.ts"
import type { Group, Work } from "./Work.ts"

/** A cycle ready to be carried. */
export interface Chosen {
  readonly groups: ReadonlyArray<Group>
  readonly locks: LockSet.LockSet
  readonly waiting: ReadonlySet<string>
  /** Actions that may run in it: one in caution and after a Contents failure. */
  readonly room: number
  readonly acceptOnly: boolean
  readonly attempted: ReadonlyArray<number>
  readonly delivered: ReadonlyArray<number>
  /** Rejections by reason, for the metrics. */
  readonly rejections: ReadonlyMap<string, number>
}

interface Head {
  readonly key: string
  readonly front: boolean
  readonly rank: number
  readonly due: number
  readonly no: number
  /** A due Action of the actor heads, or its next Command does. */
  readonly box: Box | undefined
}

/** Chooses. Commands that write nothing have been answered when it returns. */
export const choose = (resident: Resident): Chosen => {
  resident.collectDue()
  const selection = new Selection(resident)
  selection.run()
  return selection.finish()
}

/** What is to become of a Command. */
type Outcome =
  /** Nothing is written for it. */
  | { readonly _tag: "Answer"; readonly reply: Reply }
  /** Nobody is to take note of it here. */
  | { readonly _tag: "Away"; readonly reason: { readonly _tag: string } }
  | { readonly _tag: "Accept"; readonly plan: Plan }
  /** It is planned when what arrived has taken effect. */
  | { readonly _tag: "Later" }

class Selection {
  private readonly resident: Resident
  private readonly cautious: boolean
  private readonly groups: Array<Group> = []
  private readonly waiting = new Set<string>()
  private readonly rejections = new Map<string, number>()
  private works = 0
  private room: number
  private plansLeft: number
  private acceptOnly = false
  private attempted: Array<number> = []
  private full = false
  /** The plan that was just made asked for somebody of whom it is not known yet. */
  private unsure = false

  constructor(resident: Resident) {
    this.resident = resident
    this.cautious = resident.isCautious()
    this.room = resident.tools.limits.batchMax
    this.plansLeft = resident.tools.limits.plansMax
  }

  /** Heads of all actors that have something to do and do not rest, in order. */
  private heads(): Array<Head> {
    const { resident } = this
    const { agePerPriority } = resident.tools.limits
    const now = resident.estimate()
    const monotonic = resident.monotonic()
    const heads: Array<Head> = []
    for (const key of resident.hot) {
      const work = resident.ready.get(key)?.[0]
      const restsUntil = resident.resting.get(key)
      if (restsUntil !== undefined) {
        if (restsUntil > monotonic) {
          // It rests, and whatever it newly gets waits behind what it has.
          if (work !== undefined) this.waiting.add(key)
          continue
        }
        resident.resting.delete(key)
      }
      if (work !== undefined) {
        const { no, priority, runAt } = work.record
        const waited = Math.max(0, now - (runAt || now))
        const rank = priority + Math.floor(waited / agePerPriority)
        const front = work.front || work.alone
        heads.push({ key, front, rank, due: runAt || now, no: no || Infinity, box: undefined })
        continue
      }
      const box = resident.inboxes.find(key)
      const head = box?.inbox[0]
      if (box === undefined || head === undefined) {
        resident.hot.delete(key)
        continue
      }
      const waited = Math.max(0, monotonic - head.since)
      const rank = Math.floor(waited / agePerPriority)
      heads.push({ key, front: false, rank, due: now - waited, no: Infinity, box })
    }
    return heads.sort(
      (a, b) =>
        Number(b.front) - Number(a.front) ||
        b.rank - a.rank ||
        a.due - b.due ||
        (a.no === b.no ? (a.key < b.key ? -1 : 1) : a.no - b.no)
    )
  }

  /** Takes from each head in turn; who was answered without a write is asked again after the others. */
  run(): void {
    let heads = this.heads()
    while (heads.length > 0) {
      // As many Commands as may find room are planned together, under one time limit.
      const most = this.full ? 0 : Math.min(this.room - this.works, this.plansLeft)
      const planned = this.planned(
        heads.flatMap(({ box }) => box ?? []).slice(0, Math.max(0, most))
      )
      const rest: Array<Head> = []
      const again: Array<Head> = []
      for (const head of heads) {
        const { box, key } = head
        if (box === undefined) {
          if (this.full) this.waiting.add(key)
          else this.takeReady(key)
          continue
        }
        if (this.full || this.plansLeft === 0) continue
        const outcome = planned.get(box.inbox[0]!)
        if (outcome === undefined) rest.push(head)
        else if (!this.take(box, outcome) && box.inbox.length > 0) again.push(head)
      }
      heads = [...rest, ...again]
    }
  }

  // ------------------------------------------------------------------ due Actions

  private takeReady(key: string): void {
    const { resident } = this
    const ready = resident.ready.get(key)!
    const first = ready[0]!
    const counting = this.cautious || isSuspect(first)
    if (counting || first.alone) {
      if (this.groups.length > 0) {
        this.waiting.add(key)
        return
      }
      if (counting && !first.counted) return this.count(key, ready)
      this.full = true
      this.room = 1
    }
    const room = this.room - this.works
    const apart = (work: Work) => work.alone || isSuspect(work)
    let count = 0
    while (count < ready.length && count < room && (count === 0 || !apart(ready[count]!))) count++
    const works = ready.splice(0, count)
    if (ready.length === 0) resident.ready.delete(key)
    else this.waiting.add(key)
    this.group(works)
  }

  /** Of one actor, or of none: then it is a single one. */
  private group(works: ReadonlyArray<Work>): void {
    this.groups.push({
      actor: orderOf(works[0]!.record),
      works,
      accept: undefined,
      arriving: [],
      committed: undefined
    })
    this.works += works.length
    if (this.works >= this.room) this.full = true
  }

  /** Caution: the attempt is counted and committed before the Action runs. */
  private count(key: string, ready: Array<Work>): void {
    const { resident } = this
    const { limits, trials } = resident.tools
    const work = ready[0]!
    const { record } = work
    if (!trials.begin(resident, record.key, isSuspect(work))) {
      this.waiting.add(key)
      return resident.pause(key)
    }
    const goesOn = trials.goesOn(resident, record.key)
    if (!work.queued) {
      // Accepted first, its attempt counted in the row that is written.
      ready.shift()
      if (ready.length === 0) resident.ready.delete(key)
      this.full = true
      this.acceptOnly = true
      return this.group([counted(work)])
    }
    if (goesOn) {
      ready[0] = { ...work, counted: true }
      return this.takeReady(key)
    }
    if (record.attempts >= limits.attemptsMax) {
      const why = `tried ${limits.attemptsMax} times, and each time its runner went down`
      const condemned = { why, look: false }
      ready[0] = { ...work, counted: true, condemned }
      return this.takeReady(key)
    }
    this.full = true
    const attempts = record.attempts + 1
    this.attempted = [record.no]
    ready[0] = { ...work, counted: true, record: { ...record, attempts } }
  }

  // ------------------------------------------------------------------ Commands

  /** What is to become of these actors' next Commands. Changes nothing: it may be ended anywhere. */
  private planned(boxes: ReadonlyArray<Box>): ReadonlyMap<Waiting, Outcome> {
    const heads = boxes.map(({ inbox }) => inbox[0]!)
    const outcomes = inTime(this.resident.tools, heads, (waiting, solo) =>
      solo === "overran" ? this.broken(waiting, "overran the time limit") : this.outcomeOf(waiting)
    )
    return new Map(outcomes.map((outcome, i) => [heads[i]!, outcome]))
  }

  private outcomeOf(waiting: Waiting): Outcome {
    const { resident } = this
    const { actor, n, session, span, wish } = waiting
    const { instance, projection, tools } = resident
    try {
      const reason = Desk.shut(resident, actor, session)
      if (reason !== undefined) return { _tag: "Away", reason }
      this.unsure = false
      const plan = Tracing.planned(tools.tracing, span, () =>
        tools.planner.plan({ instance, actor, wish, projection, departed: this.departed, span })
      )
      if (this.unsure) return { _tag: "Later" }
      if (Result.isFailure(plan)) return rejection(waiting, plan.failure)
      if (!plan.success.actions.every((action) => isRead(resident, action)))
        return { _tag: "Accept", plan: plan.success }
      const answers: Array<Answer> = []
      for (const action of plan.success.actions) {
        const shown = answersOf(resident, actor, action, span)
        if (Result.isFailure(shown)) return rejection(waiting, shown.failure)
        answers.push(...shown.success)
      }
      return {
        _tag: "Answer",
        reply: { _tag: "Accepted", n, asOf: resident.lastSeq, answers }
      }
    } catch (error) {
      if (error instanceof Overran) throw error
      return this.broken(waiting, error)
    }
  }

  private readonly departed = (actor: Actor.Actor): number | null => {
    const where = departed(this.resident, this.groups, actor)
    this.unsure ||= where === "arriving"
    return where === "arriving" ? null : where
  }

  private broken(waiting: Waiting, error: unknown): Outcome {
    const what = `the plan of ${waiting.commandId}`
    const reference = this.resident.broke(what, error, waiting.span)
    return rejection(waiting, new Rejected.Broken({ reference }))
  }

  /** Does with a box's head what was found; true: it goes into the cycle, or has to wait for one. */
  private take(box: Box, outcome: Outcome): boolean {
    const { inboxes } = this.resident
    this.plansLeft--
    switch (outcome._tag) {
      case "Away":
        inboxes.turnAway(box, outcome.reason)
        return false
      case "Answer": {
        if (outcome.reply._tag === "Rejected") {
          const { _tag } = outcome.reply.reason as { readonly _tag: string }
          this.rejections.set(_tag, (this.rejections.get(_tag) ?? 0) + 1)
        }
        inboxes.answer(box, outcome.reply)
        return false
      }
      case "Later":
        this.resident.pause(box.key)
        return true
      case "Accept": {
        if (this.cautious) {
          if (this.groups.length > 0) return true
          if (!this.resident.tools.trials.mayBegin(this.resident, false)) {
            this.resident.pause(box.key)
            return true
          }
          this.full = true
          this.acceptOnly = true
        }
        this.accept(box, outcome.plan)
        return true
      }
    }
  }

  private accept(box: Box, plan: Plan): void {
    const { resident } = this
    const { tools } = resident
    const waiting = box.inbox[0]!
    const { actor, arriving, commandId, n, settled, span } = waiting
    resident.inboxes.begin(box)
    const reads = plan.actions.filter((action) => isRead(resident, action))
    const writing = plan.actions.filter((action) => !isRead(resident, action))
    const toShow = reads.length > 0
    let left = 0
    // With something to show, the answer waits until its Actions that are due at once have run.
    const done = () => {
      if (--left === 0) resident.shows.push({ box, waiting, reads })
    }
    const works = writing.map((planned, index): Work => {
      const key = `${commandId}/${index}`
      const { definition, seed } = tools
      const work = newWork({ planned, definition, actor, commandId, key, seed: seed(key), span })
      // What is due later is tried when it is.
      if (work.delay > 0) return work
      if (toShow) left++
      const told = toShow ? { ...work, done } : work
      if (!this.cautious) return told
      tools.trials.begin(resident, key, false)
      return counted(told)
    })
    if (works.length === 0) works.push(lost(DeadLetters.lostMessage(waiting)))
    this.groups.push({
      actor: box.key,
      works,
      accept: { actor: box.key, n, settled: Math.max(settled, box.settled), commandId },
      arriving,
      committed: (asOf) => {
        const reply: Reply = { _tag: "Accepted", n, asOf, answers: [] }
        resident.inboxes.committed(box, reply, toShow)
        if (toShow && left === 0) resident.shows.push({ box, waiting, reads })
      }
    })
    this.works += works.length
    if (this.works >= this.room) this.full = true
  }

  finish(): Chosen {
    const { resident } = this
    return {
      groups: this.groups,
      locks: LockSet.make(this.acceptOnly ? [] : this.locks()),
      waiting: this.waiting,
      room: this.room,
      acceptOnly: this.acceptOnly,
      attempted: this.attempted,
      delivered: resident.delivered.splice(0),
      rejections: this.rejections
    }
  }

  /** What the chosen Actions lock; of one that does not say in time, the decide phase will. */
  private locks(): ReadonlyArray<Aggregate.Ref> {
    const { definition, limits } = this.resident.tools
    const records = this.groups.flatMap(({ works }) =>
      works.flatMap(({ condemned, delay, queued, record }) => {
        const first =
          limits.queueFirst || definition.rules.get(record.type)?.rule.action.options.queueFirst
        return delay > 0 || condemned !== undefined || (first && !queued) ? [] : [record]
      })
    )
    return inTime(this.resident.tools, records, (record, solo) =>
      solo === "overran" ? [] : locksOf(definition, this.resident.projection, record)
    ).flat()
  }
}

/** A message cannot be rejected: what it carries would be lost. It is accepted, to be a dead letter. */
const rejection = (waiting: Waiting, reason: { readonly _tag: string }): Outcome =>
  waiting.actor.type === "instance"
    ? { _tag: "Accept", plan: { command: "message", actions: [] } }
    : { _tag: "Answer", reply: rejected(waiting.n, reason) }
