/**
 * The decide phase of one cycle: from locked rows and chosen work to everything that is written.
 * Synchronous and pure but for the projection that it changes and that its caller rolls back or
 * commits. protocols.md 2, "Decide phase", is followed step by step.
 */
import type { Aggregate, Event } from "@wr2/core"
import { Action, Actor, Dice, EngineEvents, Hash, LockSet, Plain } from "@wr2/core"
import { Result } from "effect"
import type { Definition } from "./GameDef.ts"
import type { Locked } from "./InstanceStore.ts"
import type { Limits } from "./Limits.ts"
import type { Input as PlanInput, Plan, Reason } from "./Planner.ts"
import type { Projection } from "./Projection.ts"
import type {
  ActionLogRecord,
  ActionRecord,
  CursorRecord,
  DeadLetterRecord,
  EventRecord,
  OutboxRecord,
  StoredReply,
  Writes
} from "./Records.ts"

/** What became of an Action. */
export type WorkResult =
  | { readonly _tag: "Done" }
  | { readonly _tag: "Refused"; readonly reason: unknown }
  | { readonly _tag: "Failed"; readonly reference: string }

/** An Action to be run. New ones (`queued: false`) get their number and time in the decide phase. */
export interface Work {
  readonly record: ActionRecord
  readonly queued: boolean
  /** For new ones: run this long after now. */
  readonly delay: number
  /** How often somebody else's lock sent it back. */
  readonly skips: number
  /** To be run in a transaction of its own. */
  readonly alone: boolean
  /** Its attempt is counted (caution). */
  readonly counted: boolean
  /** Condemned before it runs, and why: it becomes a dead letter. */
  readonly condemned: string | undefined
  /** Told after the commit in which it ran. */
  readonly done: ((result: WorkResult) => void) | undefined
}

/** What one actor does in this cycle: the Actions of one Command, or its due ones, in order. */
export interface Group {
  readonly actor: string | null
  readonly works: ReadonlyArray<Work>
  /** The Command that is accepted with it. */
  readonly accept:
    | {
        readonly actor: string
        readonly n: number
        readonly settled: number
        readonly commandId: string
      }
    | undefined
  /** Cursors that arrive with a message from another instance. */
  readonly arriving: ReadonlyArray<CursorRecord>
  /** Told after the commit; `ran` false: something of it went back and waits in the queue. */
  readonly committed: ((asOf: number, ran: boolean) => void) | undefined
}

export interface Input {
  readonly instance: number
  readonly definition: Definition
  readonly limits: Limits
  readonly projection: Projection
  readonly plan: (input: PlanInput) => Result.Result<Plan, Reason>
  /** New ids, in one run for each Action (`contiguous` begins one). */
  readonly ids: { readonly contiguous: () => void; readonly next: () => number }
  readonly lastSeq: number
  readonly lastNow: number
  readonly lastNo: number
  readonly groups: ReadonlyArray<Group>
  /** Actors with due Actions that were not chosen: what they newly get must wait behind those. */
  readonly waiting: ReadonlySet<string>
  /** Accept only: everything goes to the queue (queueFirst, after a Contents failure, full). */
  readonly acceptOnly: boolean
  /** Queue rows whose attempt is counted, and nothing else. */
  readonly attempted: ReadonlyArray<number>
  /** Outbox rows that were acknowledged. */
  readonly delivered: ReadonlyArray<number>
  /** Where an actor's cursor stands now, for what is written of it. */
  readonly cursor: (actor: string) => {
    readonly lastN: number
    readonly replies: ReadonlyArray<StoredReply>
  }
  /** Runs one Action under a time limit; throws when it overruns. */
  readonly guard: (<A>(thunk: () => A) => A) | undefined
}

/** A work that goes back to its actor's queue, and why. */
export interface Back {
  readonly work: Work
  readonly why: "accepted" | "behind" | "full" | "unlocked" | "held" | "early"
}

export interface Decided {
  readonly writes: Writes
  readonly lastSeq: number
  readonly lastNow: number
  readonly lastNo: number
  readonly back: ReadonlyArray<Back>
  /** Newly queued for later. */
  readonly later: ReadonlyArray<ActionRecord>
  readonly results: ReadonlyArray<readonly [Work, WorkResult]>
  /** Groups whose works all ran. */
  readonly ran: ReadonlySet<Group>
  readonly rejectedIssues: number
  /** Errors of dead letters, for the log of the process. */
  readonly defects: ReadonlyArray<{
    readonly reference: string
    readonly action: string
    readonly error: unknown
  }>
}

/** The projection is not what the database holds: nothing is written, the instance re-activates. */
export interface Foreign {
  readonly foreign: string
}

/** A failure as the plain record that is stored and sent. What is not plain in it is left out. */
export const plainReason = (failure: unknown): Record<string, unknown> => {
  if (typeof failure !== "object" || failure === null) return { _tag: "Error" }
  const _tag = (failure as { _tag?: string })._tag ?? "Error"
  const fields = Object.entries(failure).filter(([, value]) => Plain.problem(value) === undefined)
  return { _tag, ...Object.fromEntries(fields) }
}

/** What a new Action of a Command is made of. */
export const newWork = (input: {
  readonly planned: Action.Planned
  readonly definition: Definition
  readonly actor: Actor.Actor | null
  readonly commandId: string | null
  readonly key: string
  readonly seed: number
  readonly done?: Work["done"]
}): Work => {
  const { planned } = input
  const { options, version } = input.definition.rules.get(planned._tag)!.rule.action
  return {
    record: {
      no: 0,
      type: planned._tag,
      version,
      payload: planned.payload,
      actor: input.actor,
      commandId: input.commandId,
      cause: null,
      key: input.key,
      seed: input.seed,
      priority: bounded(planned.priority ?? options.priority),
      runAt: 0,
      attempts: 0,
      depth: 0
    },
    queued: false,
    delay: Math.max(0, planned.after ?? planned.every ?? 0),
    skips: 0,
    alone: false,
    counted: false,
    condemned: undefined,
    done: input.done
  }
}

const bounded = (priority: number): number => Math.max(-100, Math.min(100, Math.trunc(priority)))

/** The lock set of a work on the projection as it is: what it names and what exists. */
export const locksOf = (
  definition: Definition,
  projection: Projection,
  record: ActionRecord
): ReadonlyArray<Aggregate.Ref> => {
  const entry = definition.rules.get(record.type)
  if (entry === undefined) return []
  try {
    return entry.rule
      .locks(record.payload, { projection })
      .filter((ref) => projection.entry(ref.aggregate, ref.id) !== undefined)
  } catch {
    return [] // The decide phase computes them again and makes the throw a defect of this Action alone.
  }
}

/** Compares what was locked with the projection; says what differs. */
const compare = (projection: Projection, locked: Locked): string | undefined => {
  if (locked.missing.length > 0) return `${LockSet.key(locked.missing[0]!)} is not in the database`
  for (const { ref, runtime, stamp } of locked.rows) {
    const entry = projection.entry(ref.aggregate, ref.id)
    if (entry === undefined) return `${LockSet.key(ref)} is not in the projection`
    if (entry.stamp !== stamp) return `${LockSet.key(ref)} was changed from outside`
    if ((entry.runtime === undefined) !== (runtime === undefined)) {
      return `runtime row of ${LockSet.key(ref)} came or went from outside`
    }
    if (runtime === undefined || entry.runtime === undefined) continue
    if (runtime.dirty || runtime.cacheVersion !== ref.aggregate.runtime.version) {
      projection.markStale(ref.aggregate, ref.id, runtime.stamp)
    } else if (runtime.stamp !== entry.runtime.stamp) {
      return `runtime row of ${LockSet.key(ref)} was changed from outside`
    }
  }
  return undefined
}

/** Decides a cycle. Safe to call again for a repeated transaction: it begins by rolling back. */
export const decide = (input: Input, locked: Locked): Decided | Foreign => {
  input.projection.rollback()
  const foreign = compare(input.projection, locked)
  if (foreign !== undefined) return { foreign }
  const run = new Run(input, locked)
  for (const group of input.groups) run.group(group)
  return run.finish()
}

class Run {
  private readonly input: Input
  private readonly now: number
  private readonly held: ReadonlySet<string>
  private readonly skipped: ReadonlySet<string>
  private seq: number
  private no: number
  private executed = 0
  private readonly events: Array<EventRecord> = []
  private readonly log: Array<ActionLogRecord> = []
  private readonly dequeued: Array<number> = []
  private readonly queued: Array<ActionRecord> = []
  private readonly dead: Array<DeadLetterRecord> = []
  private readonly outbox: Array<
    Omit<OutboxRecord, "traveller"> & { readonly actor: Actor.Actor | null }
  > = []
  private readonly cursors = new Map<string, CursorRecord>()
  private readonly back: Array<Back> = []
  private readonly later: Array<ActionRecord> = []
  private readonly results: Array<readonly [Work, WorkResult]> = []
  private readonly ran = new Set<Group>()
  private readonly defects: Array<{ reference: string; action: string; error: unknown }> = []
  private readonly backActors = new Set<string>()
  /** Actors whose group is still to come. */
  private readonly toCome = new Map<string, number>()
  private rejectedIssues = 0
  private queue: Array<Work> = []
  private idBase: number | null = null
  /** The lock set of the Action that is running. */
  private lockedNow: ReadonlySet<string> = new Set()

  constructor(input: Input, locked: Locked) {
    this.input = input
    this.now = Math.max(Math.trunc(locked.now), input.lastNow)
    input.projection.lastNow = this.now
    this.held = new Set(locked.rows.map(({ ref }) => LockSet.key(ref)))
    this.skipped = new Set(locked.skipped.map(LockSet.key))
    this.seq = input.lastSeq
    this.no = input.lastNo
    for (const { actor } of input.groups) {
      if (actor !== null) this.toCome.set(actor, (this.toCome.get(actor) ?? 0) + 1)
    }
  }

  group(group: Group): void {
    if (group.actor !== null) this.toCome.set(group.actor, this.toCome.get(group.actor)! - 1)
    const before = this.back.length
    this.queue = [...group.works]
    while (this.queue.length > 0) this.work(this.queue.shift()!, group)
    if (this.back.length === before) this.ran.add(group)
    const { accept } = group
    if (accept !== undefined) {
      const known = this.cursors.get(accept.actor) ?? {
        ...this.input.cursor(accept.actor),
        movedTo: null
      }
      this.cursors.set(accept.actor, {
        actor: accept.actor,
        lastN: Math.max(known.lastN, accept.n),
        movedTo: known.movedTo,
        // Another instance asks again until it hears; that n was had is all it needs to know.
        replies: accept.actor.startsWith("instance:")
          ? []
          : [
              ...known.replies.filter(({ n }) => n > accept.settled),
              { n: accept.n, reply: { _tag: "Accepted", n: accept.n, asOf: this.seq, answers: [] } }
            ].slice(-this.input.limits.repliesKept)
      })
    }
    for (const cursor of group.arriving) this.cursors.set(cursor.actor, cursor)
  }

  private work(given: Work, group: Group): void {
    // A new Action gets its number when its turn comes, and its time from the database's clock.
    const work: Work =
      given.record.no === 0
        ? { ...given, record: { ...given.record, no: ++this.no, runAt: this.now + given.delay } }
        : given
    const { record } = work
    const entry = this.input.definition.rules.get(record.type)
    const actor = record.actor === null ? null : Actor.key(record.actor)
    if (actor !== null && this.backActors.has(actor)) return this.goBack(work, "behind", actor)
    if (record.runAt > this.now)
      return given.queued ? this.goBack(work, "early", null) : this.wait(record)
    const isNew = !group.works.includes(given)
    if (isNew && actor !== null && actor !== group.actor && (this.toCome.get(actor) ?? 0) > 0) {
      return this.goBack(work, "behind", null)
    }
    if (isNew && actor !== null && this.input.waiting.has(actor))
      return this.goBack(work, "behind", null)
    if (work.condemned !== undefined) return this.fail(work, new Error(work.condemned))
    if (record.depth > this.input.limits.causationDepthMax) {
      return this.fail(
        work,
        new Error(`caused ${record.depth} deep at once: a loop of follow-ups (causationDepthMax)`)
      )
    }
    if (this.input.acceptOnly) return this.goBack(work, "accepted", actor)
    if (entry === undefined) return this.fail(work, new Error(`no rule for Action ${record.type}`))
    if (entry.rule.action.options.queueFirst && !work.queued)
      return this.goBack(work, "accepted", actor)
    if (this.executed >= this.input.limits.batchMax) return this.goBack(work, "full", actor)
    let locks: ReadonlyArray<Aggregate.Ref>
    try {
      if (!entry.fits(record.payload))
        throw new Error(`payload of ${record.type} v${record.version} does not decode`)
      locks = entry.rule.locks(record.payload, { projection: this.input.projection })
    } catch (error) {
      return this.fail(work, error)
    }
    for (const ref of locks) {
      if (this.input.projection.entry(ref.aggregate, ref.id) === undefined) continue
      const key = LockSet.key(ref)
      if (this.held.has(key) || this.input.projection.createdInCycle(ref.aggregate, ref.id))
        continue
      if (!this.skipped.has(key)) return this.goBack(work, "unlocked", actor)
      if (work.skips + 1 > this.input.limits.lockSkipsMax)
        return this.refuse(work, new EngineEvents.Busy({}))
      return this.goBack({ ...work, skips: work.skips + 1 }, "held", actor)
    }
    this.execute(work, entry.rule, locks)
  }

  private execute(work: Work, rule: Action.AnyRule, locks: ReadonlyArray<Aggregate.Ref>): void {
    const { input } = this
    const mark = { seq: this.seq, events: this.events.length, outbox: this.outbox.length }
    this.executed++
    this.lockedNow = new Set(locks.map(LockSet.key))
    this.idBase = null
    input.ids.contiguous()
    const next: Array<Work> = []
    let refused: unknown
    const attempt = (): void => {
      for (const ref of locks) this.rebuild(ref, work)
      const outcome = rule.decide!(work.record.payload, this.context(work.record))
      if (Result.isFailure(outcome)) {
        refused = outcome.failure
        return
      }
      for (const event of outcome.success.events ?? []) this.emit(event, work.record)
      this.followUps(outcome.success, work, next)
    }
    try {
      if (input.guard === undefined) attempt()
      else input.guard(attempt)
    } catch (error) {
      input.projection.undo()
      this.events.length = mark.events
      this.outbox.length = mark.outbox
      this.seq = mark.seq
      return this.fail(work, error)
    }
    input.projection.keep()
    if (refused !== undefined) return this.refuse(work, refused, mark.seq)
    this.logged(work, "done", null, mark.seq)
    this.results.push([work, { _tag: "Done" }])
    for (const follow of next) {
      if (follow.record.runAt > this.now) this.wait(follow.record)
      else this.queue.push(follow)
    }
  }

  /** Runtime data that is old, dirty or does not decode is built anew: an Event in its place in the order. */
  private rebuild(ref: Aggregate.Ref, work: Work): void {
    const { projection } = this.input
    const entry = projection.entry(ref.aggregate, ref.id)
    if (
      entry?.runtime === undefined ||
      entry.corrupt ||
      !projection.stale(ref.aggregate, entry.runtime)
    )
      return
    const data = ref.aggregate.runtime.build(entry.row, this.now)
    this.emit(
      EngineEvents.RuntimeRebuilt.make({ aggregate: ref.aggregate._tag, id: ref.id, data }),
      work.record
    )
  }

  private context(record: ActionRecord): Action.Deciding {
    const { input } = this
    const { projection } = input
    const keys = this.lockedNow
    const locked = (aggregate: Aggregate.Any, id: number): void => {
      if (!keys.has(`${aggregate._tag}:${id}`)) {
        throw new Error(`${record.type} read ${aggregate._tag} ${id}, which is not in its lock set`)
      }
    }
    const absent = (
      aggregate: Aggregate.Any,
      id: number
    ): Result.Result<never, Action.Gone | Action.Corrupt> =>
      Result.fail(
        projection.entry(aggregate, id)?.corrupt === true
          ? new Action.Corrupt({ aggregate: aggregate._tag, id })
          : new Action.Gone({ aggregate: aggregate._tag, id })
      )
    return {
      the: (aggregate, id) => {
        locked(aggregate, id)
        const row = projection.get(aggregate, id)
        return row === undefined ? absent(aggregate, id) : Result.succeed(row)
      },
      every: (aggregate, index, key) => {
        const rows = projection.by(aggregate, index, key)
        for (const row of rows) locked(aggregate, row.id)
        return rows
      },
      runtime: (aggregate, id) => {
        locked(aggregate, id)
        const data = projection.runtime(aggregate, id)
        return data === undefined ? absent(aggregate, id) : Result.succeed(data)
      },
      content: input.definition.content,
      now: this.now,
      dice: Dice.fromSeed(record.seed),
      ids: {
        next: () => {
          const id = input.ids.next()
          this.idBase ??= id
          return id as any
        }
      },
      actor: record.actor,
      instance: input.instance
    }
  }

  private emit(value: Event.AnyValue, record: ActionRecord): void {
    const entry = this.input.definition.events.get(value._tag)
    if (entry === undefined)
      throw new Error(`${record.type} emitted ${value._tag}, which is not registered`)
    const wrong =
      Plain.problem(value) ?? (entry.fits(value) ? undefined : "does not fit its fields")
    if (wrong !== undefined) throw new Error(`${record.type} emitted ${value._tag}: ${wrong}`)
    const { event } = entry
    if (value._tag === EngineEvents.RuntimeRebuilt._tag) {
      const rebuilt = value as Event.Value<typeof EngineEvents.RuntimeRebuilt>
      const aggregate = this.input.definition.aggregates.get(rebuilt.aggregate)!
      this.input.projection.apply(aggregate.setRuntime(rebuilt.id, rebuilt.data), this.now)
    }
    for (const change of event.evolve(value as any)) {
      // Rows change only under their lock (or made in this cycle): else another writer's would be lost.
      if (change.op !== "insert" && !this.mayWrite(change.aggregate, change.id)) {
        throw new Error(
          `${value._tag} changes ${change.aggregate._tag} ${change.id}, which ${record.type} did not lock`
        )
      }
      this.input.projection.apply(change, this.now)
    }
    const message = event.sends?.(value as any)
    this.seq++
    if (message !== undefined) {
      this.outbox.push({
        n: this.seq,
        target: message.target,
        command: message.command,
        actor: message.traveller ?? null
      })
    }
    this.events.push({
      seq: this.seq,
      type: value._tag,
      version: event.version,
      payload: JSON.stringify(value),
      streams: event.heardBy(value as any),
      at: this.now,
      actionNo: record.no,
      commandId: record.commandId,
      actor: record.actor
    })
  }

  private mayWrite(aggregate: Aggregate.Any, id: number): boolean {
    return (
      this.lockedNow.has(`${aggregate._tag}:${id}`) ||
      this.input.projection.createdInCycle(aggregate, id)
    )
  }

  private followUps(outcome: Action.Outcome<unknown>, parent: Work, into: Array<Work>): void {
    let index = 0
    const add = (planned: Action.Planned, actor: Actor.Actor | null): void => {
      const entry = this.input.definition.rules.get(planned._tag)
      if (entry === undefined)
        throw new Error(
          `${parent.record.type} follows up with ${planned._tag}, which is not registered`
        )
      if (!entry.fits(planned.payload) || Plain.problem(planned.payload) !== undefined) {
        throw new Error(
          `${parent.record.type} follows up with ${planned._tag} with a payload that does not fit`
        )
      }
      if (entry.rule.view !== undefined) {
        index++
        return // Nobody asked: a read-only follow-up has nobody to answer.
      }
      const runAt = this.runAt(planned, parent.record, entry.rule.action.options.missed)
      into.push({
        record: {
          no: ++this.no,
          type: planned._tag,
          version: entry.rule.action.version,
          payload: planned.payload,
          actor,
          commandId: parent.record.commandId,
          cause: parent.record.no,
          key: Hash.childKey(parent.record.key, index),
          seed: Hash.mix(parent.record.seed, index),
          priority: bounded(planned.priority ?? entry.rule.action.options.priority),
          runAt,
          attempts: 0,
          depth: runAt > this.now ? 0 : parent.record.depth + 1
        },
        queued: false,
        delay: 0,
        skips: 0,
        alone: false,
        counted: false,
        condemned: undefined,
        done: undefined
      })
      index++
    }
    for (const planned of outcome.next ?? []) add(planned, parent.record.actor)
    for (const { actor, command } of outcome.issue ?? []) {
      const plan = this.input.plan({
        instance: this.input.instance,
        actor,
        wish: { command },
        projection: this.input.projection
      })
      if (Result.isFailure(plan)) this.rejectedIssues++
      else for (const planned of plan.success.actions) add(planned, actor)
    }
  }

  /** `after` counts from now, `every` from the parent's planned time: recurrence without drift. */
  private runAt(planned: Action.Planned, parent: ActionRecord, missed: "skip" | "run"): number {
    if (planned.every !== undefined && planned.every > 0) {
      const due = parent.runAt + planned.every
      if (due > this.now || missed === "run") return due
      return parent.runAt + Math.ceil((this.now + 1 - parent.runAt) / planned.every) * planned.every
    }
    return this.now + Math.max(0, planned.after ?? 0)
  }

  private wait(record: ActionRecord): void {
    this.queued.push(record)
    this.later.push(record)
  }

  private goBack(work: Work, why: Back["why"], actor: string | null): void {
    if (actor !== null) this.backActors.add(actor)
    if (!work.queued) this.queued.push(work.record)
    this.back.push({ work: { ...work, queued: true, delay: 0 }, why })
  }

  private logged(
    work: Work,
    outcome: "done" | "refused",
    reason: unknown,
    seqBefore: number
  ): void {
    if (work.queued) this.dequeued.push(work.record.no)
    this.log.push({
      ...work.record,
      now: this.now,
      idBase: this.idBase,
      contentHash: this.input.definition.game.content.hash,
      outcome,
      reason,
      firstSeq: this.seq > seqBefore ? seqBefore + 1 : null,
      position: this.log.length
    })
  }

  private refuse(work: Work, failure: unknown, seqBefore = this.seq): void {
    const reason = plainReason(failure)
    // A message from another instance is never refused: what it carries must not be lost.
    if (work.record.actor?.type === "instance") {
      return this.fail(work, new Error(`a message was refused: ${JSON.stringify(reason)}`))
    }
    this.tell(
      work.record,
      EngineEvents.ActionRefused.make({
        actor: work.record.actor,
        action: work.record.type,
        reason
      })
    )
    this.logged(work, "refused", reason, seqBefore)
    this.results.push([work, { _tag: "Refused", reason }])
  }

  private fail(work: Work, error: unknown): void {
    const { record } = work
    const reference = Hash.hex(`${this.input.instance}/${record.no}/${record.key}`).slice(0, 12)
    this.tell(
      record,
      EngineEvents.ActionFailed.make({ actor: record.actor, action: record.type, reference })
    )
    if (work.queued) this.dequeued.push(record.no)
    this.dead.push({
      ...record,
      reference,
      error: String(error instanceof Error ? (error.stack ?? error.message) : error)
        .replaceAll("\0", "")
        .toWellFormed()
        .slice(0, 4_000),
      now: this.now,
      idBase: this.idBase,
      contentHash: this.input.definition.game.content.hash
    })
    this.defects.push({ reference, action: record.type, error })
    this.results.push([work, { _tag: "Failed", reference }])
  }

  /** An Event for the actor alone; others have nobody to tell. */
  private tell(record: ActionRecord, value: Event.AnyValue): void {
    if (record.actor === null || record.actor.type === "instance" || record.actor.type === "system")
      return
    this.emit(value, record)
    this.input.projection.keep()
  }

  finish(): Decided {
    const outbox = this.outbox.map(({ actor, ...message }): OutboxRecord => {
      if (actor === null) return { ...message, traveller: null }
      const key = Actor.key(actor)
      const cursor = this.cursors.get(key) ?? {
        actor: key,
        movedTo: null,
        ...this.input.cursor(key)
      }
      this.cursors.set(key, { ...cursor, movedTo: message.target })
      return { ...message, traveller: { actor, lastN: cursor.lastN, replies: cursor.replies } }
    })
    const { rows, runtimes } = this.input.projection.diff()
    return {
      writes: {
        cursors: [...this.cursors.values()],
        rows,
        runtimes,
        events: this.events,
        log: this.log,
        dequeued: this.dequeued,
        queued: this.queued,
        attempted: this.input.attempted,
        dead: this.dead,
        outbox,
        delivered: this.input.delivered
      },
      lastSeq: this.seq,
      lastNow: this.now,
      lastNo: this.no,
      back: this.back,
      later: this.later,
      results: this.results,
      ran: this.ran,
      rejectedIssues: this.rejectedIssues,
      defects: this.defects
    }
  }
}
