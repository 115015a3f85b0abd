/**
 * Running one Action on what the ones before left: `decide` gives Events, follow-ups and issued
 * Commands, `evolve` changes the projection. A throw takes all of it back, and nothing else.
 */
import type { Aggregate, Event } from "@wr2/core"
import { Action, Actor, Dice, EngineEvents, Hash, LockSet, Plain } from "@wr2/core"
import { Result } from "effect"
import type { Tracer } from "effect"
import { message, notLetIn } from "./DeadLetters.ts"
import { Overran } from "./DecideGuard.ts"
import type { Definition } from "./GameDef.ts"
import type { Input as PlanInput, Plan, Reason } from "./Planner.ts"
import type { Projection } from "./Projection.ts"
import type { ActionRecord, EventRecord, OutboxRecord } from "./Records.ts"
import { bounded, made, mistimed } from "./Work.ts"
import type { Work } from "./Work.ts"

/** What the Actions of a cycle share. */
export interface Setting {
  readonly instance: number
  readonly definition: Definition
  readonly projection: Projection
  readonly plan: (input: PlanInput) => Result.Result<Plan, Reason>
  /** New ids. `contiguous` begins a run for one Action; false: the supply has none before the next cycle. */
  readonly ids: { readonly contiguous: () => boolean; readonly next: () => number }
  readonly lastSeq: number
  readonly lastNo: number
  /** Runs one Action under a time limit; throws when it overruns. */
  readonly guard: (<A>(thunk: () => A) => A) | undefined
}

/** What came of one Action. */
export type Executed =
  | { readonly _tag: "Done"; readonly next: ReadonlyArray<Work> }
  | { readonly _tag: "Refused"; readonly failure: unknown }
  | { readonly _tag: "Failed"; readonly error: unknown }

/** An issued Command that was turned down: nobody is told, so it is traced. */
export interface RejectedIssue {
  readonly actor: Actor.Actor
  readonly command: string
  readonly reason: Reason
  /** `no` of the Action that issued it. */
  readonly cause: number
  /** The span of the Command that it comes of, when that is traced. */
  readonly span: Tracer.Span | undefined
}

export class Execution {
  private readonly setting: Setting
  private readonly now: number
  seq: number
  no: number
  readonly events: Array<EventRecord> = []
  readonly outbox: Array<Omit<OutboxRecord, "traveller"> & { readonly actor: Actor.Actor | null }> =
    []
  readonly rejectedIssues: Array<RejectedIssue> = []
  /** The first id that the last Action took. */
  idBase: number | null = null
  /** The lock set of the Action that is running. */
  private locked = new LockSet.Refs()

  constructor(setting: Setting, now: number) {
    this.setting = setting
    this.now = now
    this.seq = setting.lastSeq
    this.no = setting.lastNo
  }

  /** Runs game code: under a time limit of its own when somebody in this cycle loops. */
  private guarded<A>(thunk: () => A): A {
    const { guard } = this.setting
    return guard === undefined ? thunk() : guard(thunk)
  }

  /** The lock set of an Action on the overlay; throws when that is the Action's fault. */
  locksOf(rule: Action.AnyRule, record: ActionRecord): ReadonlyArray<Aggregate.Ref> {
    return this.guarded(() => rule.locks(record.payload, { projection: this.setting.projection }))
  }

  run(work: Work, rule: Action.AnyRule, locks: ReadonlyArray<Aggregate.Ref>): Executed {
    const { projection } = this.setting
    const mark = {
      seq: this.seq,
      no: this.no,
      events: this.events.length,
      outbox: this.outbox.length,
      issues: this.rejectedIssues.length
    }
    this.locked = new LockSet.Refs(locks)
    const next: Array<Work> = []
    let refused: { readonly failure: unknown } | undefined
    const attempt = (): void => {
      for (const ref of locks) this.rebuild(ref, work.record)
      const outcome = rule.decide!(work.record.payload, this.context(work.record))
      if (Result.isFailure(outcome)) {
        // Not the player's doing, and another time it may go well: when the row is mended.
        if (outcome.failure instanceof Action.Corrupt) {
          const { aggregate, id } = outcome.failure
          throw new Error(`${aggregate} ${id} does not decode: mend the row, then redrive`)
        }
        refused = { failure: outcome.failure }
        return
      }
      for (const event of outcome.success.events ?? []) this.emit(event, work.record)
      this.followUps(outcome.success, work, next)
    }
    try {
      this.guarded(attempt)
    } catch (error) {
      // Of the whole cycle: whose fault it is will show when each runs under a limit of its own.
      if (error instanceof Overran && this.setting.guard === undefined) throw error
      projection.undo()
      this.events.length = mark.events
      this.outbox.length = mark.outbox
      this.rejectedIssues.length = mark.issues
      this.seq = mark.seq
      this.no = mark.no
      return { _tag: "Failed", error }
    }
    projection.keep()
    return refused === undefined
      ? { _tag: "Done", next }
      : { _tag: "Refused", failure: refused.failure }
  }

  /** An Event for the actor alone; others have nobody to tell. */
  tell(record: ActionRecord, value: Event.AnyValue): void {
    const { actor } = record
    if (actor === null || Actor.isOwn(actor.type) || actor.type === "system") return
    this.emit(value, record)
    this.setting.projection.keep()
  }

  /** Runtime data that is old, dirty or does not decode is built anew: an Event in its place in the order. */
  private rebuild(ref: Aggregate.Ref, record: ActionRecord): void {
    const { projection } = this.setting
    const entry = projection.entry(ref.aggregate, ref.id)
    if (entry?.runtime === undefined || entry.corrupt) return
    if (!projection.stale(ref.aggregate, entry.runtime)) return
    const data = ref.aggregate.runtime.build(entry.row, this.now)
    const aggregate = ref.aggregate._tag
    this.emit(EngineEvents.RuntimeRebuilt.make({ aggregate, id: ref.id, data }), record)
  }

  private context(record: ActionRecord): Action.Deciding {
    const { definition, ids, instance, projection } = this.setting
    const locked = (aggregate: Aggregate.Any, id: number): void => {
      if (this.locked.has(aggregate, id)) return
      throw new Error(`${record.type} read ${aggregate._tag} ${id}, which is not in its lock set`)
    }
    const absent = (
      aggregate: Aggregate.Any,
      id: number
    ): Result.Result<never, Action.Gone | Action.Corrupt> => {
      const which = { aggregate: aggregate._tag, id }
      return Result.fail(
        projection.entry(aggregate, id)?.corrupt === true
          ? new Action.Corrupt(which)
          : new Action.Gone(which)
      )
    }
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
      content: definition.content,
      now: this.now,
      dice: Dice.fromSeed(record.seed),
      ids: {
        next: () => {
          const id = ids.next()
          this.idBase ??= id
          return id as any
        }
      },
      actor: record.actor,
      instance
    }
  }

  private emit(value: Event.AnyValue, record: ActionRecord): void {
    const { definition, projection } = this.setting
    const entry = definition.events.get(value._tag)
    if (entry === undefined)
      throw new Error(`${record.type} emitted ${value._tag}, which is not registered`)
    const wrong = entry.misfit(value)
    if (wrong !== undefined) throw new Error(`${record.type} emitted ${value._tag}: ${wrong}`)
    const { event } = entry
    if (value._tag === EngineEvents.RuntimeRebuilt._tag) {
      const rebuilt = value as Event.Value<typeof EngineEvents.RuntimeRebuilt>
      const aggregate = definition.aggregates.get(rebuilt.aggregate)!
      projection.apply(aggregate.setRuntime(rebuilt.id, rebuilt.data), this.now)
    }
    for (const change of event.evolve(value as any)) {
      // Rows change only under their lock (or made by this Action): else another writer's would be lost,
      // and whether one that was just made may change would hang on what shares the cycle.
      if (change.op !== "insert" && !this.mayWrite(change.aggregate, change.id)) {
        const what = `${change.aggregate._tag} ${change.id}`
        throw new Error(`${value._tag} changes ${what}, which ${record.type} did not lock`)
      }
      projection.apply(change, this.now)
    }
    const message = event.sends?.(value as any)
    const unsendable = message && (Plain.problem(message.target) ?? Plain.problem(message.command))
    if (unsendable !== undefined) throw new Error(`${value._tag} sends: ${unsendable}`)
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
    return this.locked.has(aggregate, id) || this.setting.projection.createdInAction(aggregate, id)
  }

  private followUps(
    outcome: Action.Outcome<unknown>,
    { record: parent, span }: Work,
    into: Array<Work>
  ): void {
    const { definition, instance, plan, projection } = this.setting
    let index = 0
    const add = (planned: Action.Planned, actor: Actor.Actor | null): void => {
      const entry = definition.rules.get(planned._tag)
      const what = `${parent.type} follows up with ${planned._tag}`
      if (entry === undefined) throw new Error(`${what}, which is not registered`)
      if (entry.misfit(planned.payload) !== undefined) {
        throw new Error(`${what} with a payload that does not fit`)
      }
      const wrong = mistimed(planned)
      if (wrong !== undefined) throw new Error(`${what}, ${wrong}`)
      const { action, view } = entry.rule
      const at = index++
      if (view !== undefined) return // Nobody asked: a read-only follow-up has nobody to answer.
      const runAt = this.runAt(planned, parent, action.options.missed)
      into.push(
        made(
          {
            no: ++this.no,
            type: planned._tag,
            version: action.version,
            payload: planned.payload,
            actor,
            commandId: parent.commandId,
            cause: parent.no,
            key: Hash.childKey(parent.key, at),
            seed: Hash.mix(parent.seed, at),
            priority: bounded(planned.priority ?? action.options.priority),
            runAt,
            attempts: 0,
            // Recurrence moves on in time, also where it makes up for missed times: it is no chain.
            depth: runAt > this.now || recurs(planned) ? 0 : parent.depth + 1
          },
          { span }
        )
      )
    }
    for (const planned of outcome.next ?? []) add(planned, parent.actor)
    for (const { actor, command } of outcome.issue ?? []) {
      const planned = plan({ instance, actor, wish: { command }, projection, span })
      if (Result.isSuccess(planned)) {
        for (const action of planned.success.actions) add(action, actor)
        continue
      }
      const reason = planned.failure
      if (parent.type === message) throw new Error(`${notLetIn}: ${reason._tag}`)
      this.rejectedIssues.push({ actor, command: command._tag, reason, cause: parent.no, span })
    }
  }

  /** `after` counts from now, `every` from the parent's planned time: recurrence without drift. */
  private runAt(planned: Action.Planned, parent: ActionRecord, missed: "skip" | "run"): number {
    if (!recurs(planned)) return this.now + Math.max(0, planned.after ?? 0)
    const due = parent.runAt + planned.every
    if (due > this.now || missed === "run") return due
    return parent.runAt + Math.ceil((this.now + 1 - parent.runAt) / planned.every) * planned.every
  }
}

const recurs = (planned: Action.Planned): planned is Action.Planned & { readonly every: number } =>
  planned.every !== undefined && planned.every > 0
