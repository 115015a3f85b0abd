/**
 * The decide phase of one cycle: from locked rows and chosen work to everything that is written.
 * Synchronous and pure but for the projection that it changes and that its caller rolls back or
 * commits. docs/protocols.md 2, "Decide phase", is followed step by step.
 */
import type { Aggregate } from "@wr2/core"
import { Actor, EngineEvents, Hash, LockSet } from "@wr2/core"
import * as Cursors from "./Cursors.ts"
import * as DeadLetters from "./DeadLetters.ts"
import { Overran } from "./DecideGuard.ts"
import { Execution } from "./Execution.ts"
import type { RejectedIssue, Setting } from "./Execution.ts"
import type { Locked } from "./InstanceStore.ts"
import type { Limits } from "./Limits.ts"
import { plainReason } from "./Messages.ts"
import type { Projection } from "./Projection.ts"
import type {
  ActionLogRecord,
  ActionRecord,
  DeadLetterRecord,
  Ran,
  StoredReply,
  Writes
} from "./Records.ts"
import { later, orderOf } from "./Work.ts"
import type { Condemned, Group, Work, WorkResult } from "./Work.ts"

/** What a cycle is decided from. */
export interface Input extends Setting {
  readonly limits: Limits
  readonly lastNow: number
  readonly groups: ReadonlyArray<Group>
  /** Actions that may run in this cycle. */
  readonly room: number
  /** Actors with due Actions that were not chosen: what they newly get must wait behind those. */
  readonly waiting: ReadonlySet<string>
  /** Whether an actor has a timer that is due by now and was not looked at: the same. */
  readonly overdue: (actor: string, now: number) => boolean
  /** Accept only: everything goes to the queue (after a Contents failure, in caution). */
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
  /** Keys of Actions that overran the time limit in this transaction's earlier tries: not run again. */
  readonly overran: Set<string>
  /** This process's name. */
  readonly runner: string
}

/** A work that goes back to its actor's queue, and why. */
export interface Back {
  readonly work: Work
  readonly why: "accepted" | "behind" | "full" | "unlocked" | "held" | "early"
}

/** What came of a cycle. */
export interface Decided {
  readonly writes: Writes
  readonly lastSeq: number
  readonly lastNow: number
  readonly lastNo: number
  readonly back: ReadonlyArray<Back>
  /** Newly queued for later. */
  readonly later: ReadonlyArray<ActionRecord>
  readonly results: ReadonlyArray<readonly [Work, WorkResult]>
  readonly rejectedIssues: ReadonlyArray<RejectedIssue>
  /** Errors of dead letters, for the log of the process. */
  readonly defects: ReadonlyArray<{
    readonly reference: string
    readonly action: string
    readonly error: string
    readonly span: Work["span"]
  }>
}

/** The projection is not what the database holds: nothing is written, the instance re-activates. */
export interface Foreign {
  readonly foreign: string
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
  return new Run(input, locked).decide()
}

/** A work in its turn. */
interface Turn {
  readonly work: Work
  /** Chosen for this cycle, not caused in it. */
  readonly chosen: boolean
  /** How many in this cycle caused one another up to it. */
  readonly chain: number
}

class Run {
  private readonly input: Input
  private readonly execution: Execution
  private readonly now: number
  private readonly held: LockSet.Refs
  private readonly skipped: LockSet.Refs
  private executed = 0
  private readonly log: Array<ActionLogRecord> = []
  private readonly dequeued: Array<number> = []
  private readonly queued: Array<ActionRecord> = []
  private readonly dead: Array<DeadLetterRecord> = []
  private readonly back: Array<Back> = []
  private readonly later: Array<ActionRecord> = []
  private readonly results: Array<readonly [Work, WorkResult]> = []
  private readonly defects: Array<Decided["defects"][number]> = []
  private readonly backActors = new Set<string>()
  /** Actors whose group is still to come. */
  private readonly toCome = new Set<string>()
  private queue: Array<Turn> = []

  constructor(input: Input, locked: Locked) {
    this.input = input
    this.now = Math.max(Math.trunc(locked.now), input.lastNow)
    input.projection.lastNow = this.now
    this.execution = new Execution(input, this.now)
    this.held = new LockSet.Refs(locked.rows.map(({ ref }) => ref))
    this.skipped = new LockSet.Refs(locked.skipped)
  }

  decide(): Decided {
    // All that is accepted now is numbered before anything runs: what it causes comes after it.
    const numbered = this.input.groups.map(({ actor, works }) => ({
      actor,
      works: works.map((work) => this.number(work))
    }))
    for (const { actor } of numbered) if (actor !== null) this.toCome.add(actor)
    for (const { actor, works } of numbered) {
      if (actor !== null) this.toCome.delete(actor)
      this.queue = works.map((work) => ({ work, chosen: true, chain: 0 }))
      while (this.queue.length > 0) this.turn(this.queue.shift()!)
    }
    return this.finish()
  }

  /** A new Action gets its number, and its time from the database's clock. */
  private number(work: Work): Work {
    if (work.record.no !== 0) return work
    const record = {
      ...work.record,
      no: ++this.execution.no,
      runAt: this.now + work.delay
    }
    return { ...work, record }
  }

  private turn({ chain, chosen, work }: Turn): void {
    const { definition, limits, overran, projection } = this.input
    const { record } = work
    this.execution.idBase = null
    if (record.runAt > this.now)
      return work.queued ? this.goBack(work, "early", null) : this.wait(record)
    const actor = orderOf(record)
    if (actor !== null && this.backActors.has(actor)) return this.goBack(work, "behind", actor)
    if (!work.queued && actor !== null && this.mustWait(actor, chosen)) {
      return this.goBack(work, "behind", this.toCome.has(actor) ? null : actor)
    }
    if (work.condemned !== undefined) return this.condemn(work, work.condemned)
    if (overran.has(record.key)) return this.fail(work, new Overran("overran the time limit"))
    if (record.depth > limits.causationChainMax) {
      const why = `caused ${record.depth} deep at once: a loop of follow-ups (causationChainMax)`
      return this.fail(work, new Error(why))
    }
    if (this.input.acceptOnly) return this.goBack(work, "accepted", actor)
    const entry = definition.rules.get(record.type) ?? DeadLetters.messageRule(record)
    if (entry === undefined) return this.fail(work, new Error(`no rule for Action ${record.type}`))
    const { rule } = entry
    if (!work.queued && (limits.queueFirst || rule.action.options.queueFirst)) {
      return this.goBack(work, "accepted", actor)
    }
    const full = this.executed >= this.input.room || chain > limits.causationDepthMax
    // The first always finds ids: it waited for them.
    if (full || (!this.input.ids.contiguous() && this.executed > 0)) {
      return this.goBack(work, "full", actor)
    }
    let locks: ReadonlyArray<Aggregate.Ref>
    try {
      if (entry.misfit(record.payload) !== undefined)
        throw new Error(`payload of ${record.type} v${record.version} does not decode`)
      locks = this.execution.locksOf(rule, record)
    } catch (error) {
      if (error instanceof Overran && this.input.guard === undefined) throw error
      return this.fail(work, error)
    }
    for (const { aggregate, id } of locks) {
      if (this.held.has(aggregate, id) || projection.entry(aggregate, id) === undefined) continue
      if (projection.createdInCycle(aggregate, id)) continue
      if (!this.skipped.has(aggregate, id)) return this.goBack(work, "unlocked", actor)
      if (work.skips >= limits.lockSkipsMax && this.mayBeBusy(record)) {
        return this.refuse(work, new EngineEvents.Busy({}), this.execution.seq)
      }
      return this.goBack({ ...work, skips: work.skips + 1 }, "held", actor)
    }
    this.executed++
    const before = this.execution.seq
    const outcome = this.execution.run(work, rule, locks)
    switch (outcome._tag) {
      case "Failed":
        return this.fail(work, outcome.error, locks)
      case "Refused":
        return this.refuse(work, outcome.failure, before, locks)
      case "Done":
        this.logged(work, "done", null, before)
        this.results.push([work, { _tag: "Done" }])
        for (const next of outcome.next) this.follow(next, chain + 1)
    }
  }

  /**
   * Players are told of what they asked for, and ask again. Of what comes of it later, or what the world
   * itself does, nobody would: what a message carries would be lost, and what recurs (rounds of a fight,
   * spawners, the thoughts of mobs) would end for good.
   */
  private mayBeBusy({ actor, cause }: ActionRecord): boolean {
    if (
      cause !== null ||
      actor === null ||
      Actor.isOwn(actor.type) ||
      actor.type === Actor.system.type
    )
      return false
    const { players } = this.input.definition.game
    return players === undefined || players.aggregate._tag === actor.type
  }

  /** Whether a new Action of this actor would overtake what the actor has due already. */
  private mustWait(actor: string, chosen: boolean): boolean {
    if (this.input.overdue(actor, this.now)) return true
    return !chosen && (this.toCome.has(actor) || this.input.waiting.has(actor))
  }

  /** A follow-up due now runs after its parent's siblings; one that makes up for a missed time, in its time. */
  private follow(work: Work, chain: number): void {
    const { record } = work
    if (record.runAt > this.now) return this.wait(record)
    const turn: Turn = { work, chosen: false, chain }
    const at =
      record.runAt === this.now
        ? -1
        : this.queue.findIndex(({ work: other }) => later(other.record, record))
    if (at < 0) this.queue.push(turn)
    else this.queue.splice(at, 0, turn)
  }

  private wait(record: ActionRecord): void {
    this.queued.push(record)
    this.later.push(record)
  }

  private goBack(work: Work, why: Back["why"], actor: string | null): void {
    if (actor !== null) this.backActors.add(actor)
    if (!work.queued) this.queued.push(work.record)
    const front = work.front || why === "full" || why === "unlocked" || why === "held"
    this.back.push({ work: { ...work, queued: true, delay: 0, front }, why })
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
      ...this.ran(work.record, seqBefore),
      outcome,
      reason,
      firstSeq: this.execution.seq > seqBefore ? seqBefore + 1 : null,
      position: this.log.length
    })
  }

  /** What it was run with, for the log. */
  private ran({ type }: ActionRecord, asOf: number): Ran {
    return {
      now: this.now,
      idBase: this.execution.idBase,
      contentHash: this.input.definition.game.content.hash,
      rule: this.input.definition.rules.get(type)?.rule.version ?? 0,
      asOf
    }
  }

  private refuse(
    work: Work,
    failure: unknown,
    seqBefore: number,
    locks?: ReadonlyArray<Aggregate.Ref>
  ): void {
    const { record } = work
    const reason = plainReason(failure)
    // A message from another instance is never refused: what it carries must not be lost.
    if (record.actor?.type === "instance") {
      const why = `a message was refused: ${JSON.stringify(reason)}`
      return this.fail(work, new Error(why), locks)
    }
    const { actor, type: action } = record
    this.execution.tell(record, EngineEvents.ActionRefused.make({ actor, action, reason }))
    this.logged(work, "refused", reason, seqBefore)
    this.results.push([work, { _tag: "Refused", reason }])
  }

  /** It is not run; what it locks it may be asked, unless that is what kills. */
  private condemn(work: Work, { look, why }: Condemned): void {
    const entry = this.input.definition.rules.get(work.record.type)
    let locks: ReadonlyArray<Aggregate.Ref> | undefined
    try {
      if (look && entry !== undefined) locks = this.execution.locksOf(entry.rule, work.record)
    } catch (error) {
      if (error instanceof Overran && this.input.guard === undefined) throw error
    }
    this.fail(work, new Error(why), locks)
  }

  private fail(work: Work, error: unknown, locks?: ReadonlyArray<Aggregate.Ref>): void {
    const { limits, projection, runner } = this.input
    const { record } = work
    const { actor, type: action } = record
    if (error instanceof Overran) this.input.overran.add(record.key)
    const asOf = this.execution.seq
    const text = DeadLetters.errorText(error)
    const reference = Hash.hex(`${this.input.instance}/${record.no}/${record.key}`).slice(0, 12)
    this.execution.tell(record, EngineEvents.ActionFailed.make({ actor, action, reference }))
    if (work.queued) this.dequeued.push(record.no)
    this.dead.push({
      ...record,
      reference,
      error: text,
      ...this.ran(record, asOf),
      runner,
      ...DeadLetters.rowsOf(projection, locks, limits.deadRowsMax)
    })
    this.defects.push({ reference, action, error: text, span: work.span })
    this.results.push([work, { _tag: "Failed", reference }])
  }

  private finish(): Decided {
    return {
      writes: {
        now: this.now,
        ...Cursors.written(this.input, this.execution),
        ...this.input.projection.diff(),
        events: this.execution.events,
        log: this.log,
        dequeued: this.dequeued,
        queued: this.queued,
        attempted: this.input.attempted,
        dead: this.dead,
        delivered: this.input.delivered
      },
      lastSeq: this.execution.seq,
      lastNow: this.now,
      lastNo: this.execution.no,
      back: this.back,
      later: this.later,
      results: this.results,
      rejectedIssues: this.execution.rejectedIssues,
      defects: this.defects
    }
  }
}
