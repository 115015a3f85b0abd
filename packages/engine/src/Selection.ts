/**
 * What goes into the next cycle: between actors the highest aged priority of their heads, then
 * (due time, acceptance number); within an actor its order alone. Commands are planned here, on
 * the exact projection; what writes nothing (rejections, reads) is answered at once.
 */
import type { Aggregate } from "@wr2/core"
import { Actor, LockSet, Rejected } from "@wr2/core"
import { Result } from "effect"
import * as Cycle from "./Cycle.ts"
import { rejected } from "./Ingress.ts"
import type { Box, Waiting } from "./Ingress.ts"
import type { Answer, Reply } from "./Messages.ts"
import type { Plan } from "./Planner.ts"
import type { Resident } from "./Resident.ts"
import * as Tracing from "./Tracing.ts"
import { answersOf, isRead } from "./Views.ts"

/** A cycle ready to be carried. */
export interface Chosen {
  readonly groups: ReadonlyArray<Cycle.Group>
  readonly locks: LockSet.LockSet
  readonly waiting: ReadonlySet<string>
  readonly acceptOnly: boolean
  readonly attempted: ReadonlyArray<number>
  readonly delivered: ReadonlyArray<number>
  /** Rejections by reason, for the metrics. */
  readonly rejections: ReadonlyMap<string, number>
}

interface Head {
  readonly key: string
  readonly rank: number
  readonly due: number
  readonly no: number
}

/** Chooses; undefined: nothing to commit (though Commands may have been answered). */
export const choose = (resident: Resident): Chosen => {
  const { limits } = resident.tools
  resident.collectDue()
  const selection = new Selection(resident)
  const heads: Array<Head> = []
  const now = resident.estimate()
  const monotonic = resident.monotonic()
  for (const key of resident.hot) {
    const restsUntil = resident.resting.get(key)
    if (restsUntil !== undefined) {
      if (restsUntil > monotonic) continue
      resident.resting.delete(key)
    }
    const work = resident.ready.get(key)?.[0]
    const box = work === undefined ? resident.inboxes.find(key) : undefined
    const head = box?.inbox[0]
    if (work === undefined && head === undefined) {
      resident.hot.delete(key)
      continue
    }
    const { due, no, priority, waited } = work
      ? {
          due: work.record.runAt,
          no: work.record.no,
          priority: work.record.priority,
          waited: now - (work.record.runAt || now)
        }
      : {
          due: now - (monotonic - head!.since),
          no: Number.MAX_SAFE_INTEGER,
          priority: 0,
          waited: monotonic - head!.since
        }
    heads.push({
      key,
      rank: priority + Math.floor(Math.max(0, waited) / limits.agePerPriority),
      due,
      no
    })
  }
  heads.sort((a, b) => b.rank - a.rank || a.due - b.due || a.no - b.no || (a.key < b.key ? -1 : 1))
  selection.run(heads)
  return selection.finish()
}

class Selection {
  private readonly resident: Resident
  private readonly groups: Array<Cycle.Group> = []
  private readonly waiting = new Set<string>()
  private readonly rejections = new Map<string, number>()
  private works = 0
  private acceptOnly = false
  private attempted: Array<number> = []
  private full = false
  /** The Command whose plan or view is running. */
  private current: Waiting | undefined

  constructor(resident: Resident) {
    this.resident = resident
  }

  /** Takes from each head in turn, all under one time limit; who overruns it is Broken, the rest goes on. */
  run(heads: ReadonlyArray<Head>): void {
    const { guard, limits } = this.resident.tools
    let at = 0
    while (at < heads.length) {
      try {
        guard(limits.decideWithin, () => {
          for (; at < heads.length; at++) {
            if (this.full) this.leave(heads[at]!.key)
            else this.take(heads[at]!.key)
          }
        })
      } catch (error) {
        const waiting = this.current
        if (waiting === undefined) throw error
        this.current = undefined
        this.answer(
          waiting,
          rejected(
            waiting.n,
            new Rejected.Broken({ reference: this.resident.broke(waiting.commandId, error) })
          )
        )
      }
    }
  }

  /** An actor's due Actions, or its next Command. */
  take(key: string): void {
    const ready = this.resident.ready.get(key)
    if (ready !== undefined && ready.length > 0) this.takeReady(key, ready)
    else this.takeCommands(this.resident.inboxes.find(key)!)
  }

  leave(key: string): void {
    if ((this.resident.ready.get(key)?.length ?? 0) > 0) this.waiting.add(key)
  }

  private takeReady(key: string, ready: Array<Cycle.Work>): void {
    const cautious = this.resident.caution !== undefined
    const first = ready[0]!
    if (first.alone || cautious) {
      if (this.groups.length > 0) return this.leave(key)
      this.full = true
      if (cautious && !first.counted) return this.count(key, first)
    }
    const room = first.alone || cautious ? 1 : this.resident.tools.limits.batchMax - this.works
    let count = 0
    while (count < ready.length && count < room && (count === 0 || !ready[count]!.alone)) count++
    const works = ready.splice(0, count)
    if (ready.length === 0) this.resident.ready.delete(key)
    else this.waiting.add(key)
    this.works += works.length
    const { actor } = first.record
    this.groups.push({
      actor: actor === null ? null : Actor.key(actor),
      works,
      accept: undefined,
      arriving: [],
      committed: undefined
    })
    if (this.works >= this.resident.tools.limits.batchMax) this.full = true
  }

  /** Caution: the attempt is counted and committed before the Action runs. */
  private count(key: string, work: Cycle.Work): void {
    const { limits } = this.resident.tools
    const ready = this.resident.ready.get(key)!
    if (!work.queued) {
      // Accepted first, its attempt counted in the row that is written.
      ready.shift()
      if (ready.length === 0) this.resident.ready.delete(key)
      this.acceptOnly = true
      this.groups.push({
        actor: work.record.actor === null ? null : Actor.key(work.record.actor),
        works: [{ ...work, counted: true, record: { ...work.record, attempts: 1 } }],
        accept: undefined,
        arriving: [],
        committed: undefined
      })
      return
    }
    const attempts = work.record.attempts + 1
    this.attempted = [work.record.no]
    ready[0] = {
      ...work,
      counted: true,
      record: { ...work.record, attempts },
      condemned:
        attempts > limits.attemptsMax
          ? `tried ${limits.attemptsMax} times, and each time its runner went down`
          : work.condemned
    }
  }

  private takeCommands(box: Box): void {
    while (box.inbox.length > 0) {
      const waiting = this.resident.inboxes.begin(box)
      const planned = this.plan(waiting)
      if (planned !== undefined) {
        if (this.resident.caution !== undefined) {
          if (this.groups.length > 0) return this.resident.inboxes.giveBack(box)
          this.full = true
          this.acceptOnly = true
        }
        this.accept(box, waiting, planned)
        return
      }
    }
    this.resident.hot.delete(box.key)
  }

  /** Plans a Command; answers it if that writes nothing. */
  private plan(waiting: Waiting): Plan | undefined {
    const { resident } = this
    this.current = waiting
    const plan = Tracing.planned(resident.tools.tracing, waiting.span, () =>
      resident.tools.planner.plan({
        instance: resident.instance,
        actor: waiting.actor,
        wish: waiting.wish,
        projection: resident.projection
      })
    )
    this.current = undefined
    if (Result.isFailure(plan)) {
      if (waiting.actor.type === "instance") return { command: "message", actions: [] } // see accept
      return this.answer(waiting, rejected(waiting.n, plan.failure))
    }
    if (!plan.success.actions.every((action) => isRead(resident, action))) return plan.success
    const answers: Array<Answer> = []
    for (const action of plan.success.actions) {
      this.current = waiting
      const shown = answersOf(resident, waiting.actor, action)
      this.current = undefined
      if (Result.isFailure(shown)) return this.answer(waiting, rejected(waiting.n, shown.failure))
      answers.push(...shown.success)
    }
    return this.answer(waiting, { _tag: "Accepted", n: waiting.n, asOf: resident.lastSeq, answers })
  }

  /** Answers a Command that wrote nothing. */
  private answer(waiting: Waiting, reply: Reply): undefined {
    if (reply._tag === "Rejected") {
      const tag = (reply.reason as { readonly _tag: string })._tag
      this.rejections.set(tag, (this.rejections.get(tag) ?? 0) + 1)
    }
    this.resident.inboxes.answer(this.resident.inboxes.box(waiting.actor), waiting, reply, false)
  }

  private accept(box: Box, waiting: Waiting, plan: Plan): void {
    const { resident } = this
    const { actor, commandId, n } = waiting
    const writing = plan.actions.filter((action) => !isRead(resident, action))
    const reads = plan.actions.filter((action) => isRead(resident, action))
    const cautious = resident.caution !== undefined
    const works = writing.map((planned, index): Cycle.Work => {
      const key = `${commandId}/${index}`
      const work = Cycle.newWork({
        planned,
        definition: resident.tools.definition,
        actor,
        commandId,
        key,
        seed: resident.tools.seed(key)
      })
      return cautious ? { ...work, counted: true, record: { ...work.record, attempts: 1 } } : work
    })
    if (works.length === 0) works.push(lostMessage(waiting))
    this.works += works.length
    this.groups.push({
      actor: box.key,
      works,
      accept: { actor: box.key, n, settled: box.settled, commandId },
      arriving: waiting.arriving,
      committed: (asOf, ran) => {
        const answers = ran
          ? reads.flatMap((action) =>
              Result.getOrElse(answersOf(resident, actor, action), () => [])
            )
          : []
        resident.inboxes.answer(box, waiting, { _tag: "Accepted", n, asOf, answers }, true)
      }
    })
    if (this.works >= resident.tools.limits.batchMax) this.full = true
  }

  finish(): Chosen {
    const { resident } = this
    const refs: Array<Aggregate.Ref> = []
    if (!this.acceptOnly) {
      for (const { works } of this.groups) {
        for (const work of works) {
          if (work.delay > 0 || work.condemned !== undefined) continue
          refs.push(...Cycle.locksOf(resident.tools.definition, resident.projection, work.record))
        }
      }
    }
    return {
      groups: this.groups,
      locks: LockSet.make(refs),
      waiting: this.waiting,
      acceptOnly: this.acceptOnly,
      attempted: this.attempted,
      delivered: resident.delivered.splice(0),
      rejections: this.rejections
    }
  }
}

/** A message whose Command was rejected: it must not be lost, so it becomes a dead letter. */
const lostMessage = (waiting: Waiting): Cycle.Work => ({
  record: {
    no: 0,
    type: "message",
    version: 1,
    payload: "command" in waiting.wish ? waiting.wish.command : null,
    actor: waiting.actor,
    commandId: waiting.commandId,
    cause: null,
    key: `${waiting.commandId}/0`,
    seed: 0,
    priority: 0,
    runAt: 0,
    attempts: 0,
    depth: 0
  },
  queued: false,
  delay: 0,
  skips: 0,
  alone: false,
  counted: true,
  condemned: "a message was rejected: its rule must let it in or send it back",
  done: undefined
})
