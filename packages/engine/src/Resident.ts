/**
 * One instance as its owner holds it: projection, inboxes, ready Actions, timers, messages on their
 * way. All of it derived, all of it forgotten when the owner goes; nothing here is the truth.
 */
import type { Action } from "@wr2/core"
import { Actor, Hash } from "@wr2/core"
import type { Clock } from "effect"
import * as Cycle from "./Cycle.ts"
import type { EntityIds } from "./EntityIds.ts"
import type { Definition } from "./GameDef.ts"
import type { Inboxes } from "./Ingress.ts"
import type { Activation } from "./InstanceStore.ts"
import type { Limits } from "./Limits.ts"
import type { Mail } from "./Mail.ts"
import type { Planner } from "./Planner.ts"
import { Projection } from "./Projection.ts"
import type { ActionRecord, OutboxRecord } from "./Records.ts"
import type { Seed } from "./Seeds.ts"
import type { Tracing } from "./Tracing.ts"
import { TimerHeap } from "./TimerHeap.ts"

/** What residents share. */
export interface Tools {
  readonly definition: Definition
  readonly limits: Limits
  readonly planner: Planner["Service"]
  readonly ids: EntityIds["Service"]
  readonly seed: Seed
  readonly guard: <A>(millis: number, thunk: () => A) => A
  readonly clock: Clock.Clock
  readonly tracing: Tracing
}

export class Resident {
  readonly tools: Tools
  readonly instance: number
  readonly epoch: number
  readonly lineage: string
  readonly projection: Projection
  readonly inboxes: Inboxes
  /** Due Actions by actor key; those without an actor under a key of their own. In order of (runAt, no). */
  readonly ready = new Map<string, Array<Cycle.Work>>()
  /** Keys of actors with due Actions or waiting Commands. */
  readonly hot = new Set<string>()
  /** Actors whose head met somebody else's lock, and until when they rest (monotonic). */
  readonly resting = new Map<string, number>()
  readonly timers = new TimerHeap()
  /** Due Actions of types that do not wake, while nobody is there. */
  parked: Array<ActionRecord> = []
  /** Pending Actions with runAt up to here are in memory. */
  horizon: number
  lastSeq: number
  lastNow: number
  lastNo: number
  /** Messages not yet acknowledged, by n. */
  readonly outbox = new Map<number, OutboxRecord>()
  /** Acknowledged; their rows go with the next cycle. */
  delivered: Array<number> = []
  /** Requests not answered yet. */
  readonly openMail = new Set<Mail>()
  /** Requests not looked at yet. */
  newMail: Array<Mail> = []
  /** When a gateway last claimed a character's session (monotonic). */
  readonly claims = new Map<number, number>()
  /** When the epoch was last confirmed by the database (monotonic). */
  confirmedAt: number
  /** After an owner that did not release: one Action a transaction, counted. */
  caution: { actions: number; readonly until: number } | undefined
  /** Database time minus process time, as of the last look. */
  private offset: number
  private controls = 0
  idleSince: number
  /** Errors of views and plans, for the log. */
  readonly defects: Array<{
    readonly reference: string
    readonly action: string
    readonly error: unknown
  }> = []
  /** Rows that did not decode, for the log. */
  readonly corrupt: ReadonlyArray<string>

  constructor(tools: Tools, inboxes: Inboxes, activation: Activation) {
    this.tools = tools
    this.instance = activation.instance
    this.epoch = activation.epoch
    this.lineage = activation.lineage
    this.inboxes = inboxes
    this.projection = new Projection(tools.definition.game.aggregates)
    this.projection.lastNow = activation.lastNow
    this.corrupt = activation.rows.flatMap((row) => this.projection.load(row) ?? [])
    this.horizon = activation.queueUntil
    this.lastSeq = activation.lastSeq
    this.lastNow = activation.lastNow
    this.lastNo = activation.lastNo
    for (const record of activation.queue) this.timers.add(record)
    for (const message of activation.outbox) this.outbox.set(message.n, message)
    this.offset = activation.now - this.wall()
    this.confirmedAt = this.monotonic()
    this.idleSince = this.monotonic()
    if (!activation.released && activation.epoch > 1) {
      this.caution = {
        actions: tools.limits.cautiousActions,
        until: this.monotonic() + tools.limits.cautiousFor
      }
    }
    const { players } = tools.definition.game
    if (players !== undefined) {
      for (const id of this.projection.active(players.aggregate))
        this.claims.set(id, this.monotonic())
    }
  }

  // ------------------------------------------------------------------ time

  private wall(): number {
    return this.tools.clock.currentTimeMillisUnsafe()
  }

  /** Milliseconds on a clock that runs on while the process is frozen. */
  monotonic(): number {
    return Number(this.tools.clock.monotonicTimeNanosUnsafe() / 1_000_000n)
  }

  /** The database's time as estimated here: decides when to look, never what is due. */
  estimate(): number {
    return Math.max(this.lastNow, this.wall() + this.offset)
  }

  /** Learns the database's time. */
  learn(now: number): void {
    this.offset = now - this.wall()
  }

  // ------------------------------------------------------------------ who is there

  /** How many players are inside. */
  present(): number {
    const { players } = this.tools.definition.game
    return players === undefined ? 0 : this.projection.activeCount(players.aggregate)
  }

  /** Whether Actions that do not wake may run: always in games without players. */
  lively(): boolean {
    return this.tools.definition.game.players === undefined || this.present() > 0
  }

  wakes(record: ActionRecord): boolean {
    return this.tools.definition.rules.get(record.type)?.rule.action.options.wakes ?? true
  }

  /** Notes an error of a plan or view for the log; returns the reference that is given out. */
  broke(what: string, error: unknown): string {
    const reference = Hash.hex(`${this.instance} ${what} ${String(error)}`).slice(0, 12)
    this.defects.push({ reference, action: what, error })
    return reference
  }

  // ------------------------------------------------------------------ work

  /** An Action of the engine's own request (Enter, Create ...): next in its actor's order. */
  control(
    planned: Action.Planned,
    actor: Actor.Actor,
    done: (result: Cycle.WorkResult) => void
  ): void {
    const key = `${this.instance}/${this.epoch}/control/${++this.controls}`
    this.makeReady(
      Cycle.newWork({
        planned,
        definition: this.tools.definition,
        actor,
        commandId: null,
        key,
        seed: this.tools.seed(key),
        done
      })
    )
  }

  /** Puts a due Action in its actor's order. New ones (no number yet) come last. */
  makeReady(work: Cycle.Work): void {
    const key = keyOf(work.record)
    const list = this.ready.get(key)
    if (list === undefined) this.ready.set(key, [work])
    else {
      const at =
        work.record.no === 0 ? -1 : list.findIndex(({ record }) => later(record, work.record))
      if (at < 0) list.push(work)
      else list.splice(at, 0, work)
    }
    this.hot.add(key)
  }

  /** The actor's head met a foreign lock: the more often, the longer it rests. Others go on. */
  rest(work: Cycle.Work): void {
    const { retryFirst } = this.tools.limits
    const millis = Math.min(retryFirst * 2 ** Math.min(work.skips - 1, 4), 250)
    this.resting.set(keyOf(work.record), this.monotonic() + millis)
  }

  /** Takes a committed pending Action into memory, if it is within the horizon. */
  schedule(record: ActionRecord): void {
    if (record.runAt <= this.horizon) this.timers.add(record)
  }

  /** Moves what is due by the estimated time from the timers to its actors. */
  collectDue(): void {
    const until = this.estimate()
    const lively = this.lively()
    if (lively && this.parked.length > 0) {
      for (const record of this.parked.splice(0)) this.makeReady(pending(record))
    }
    for (let due = this.timers.take(until); due !== undefined; due = this.timers.take(until)) {
      if (lively || this.wakes(due)) this.makeReady(pending(due))
      else this.parked.push(due)
    }
  }

  /** When the earliest timer that may run is due, in estimated milliseconds from now. */
  nextTimerIn(): number | undefined {
    const first = this.timers.first
    return first === undefined ? undefined : Math.max(0, first.runAt - this.estimate())
  }

  /** The earliest pending Action that would wake the instance, as far as is in memory. */
  nextWaking(): number | null {
    return this.timers.earliest((record) => this.wakes(record))?.runAt ?? null
  }
}

/** The key of an Action's order: its actor's, or its own when it has none. */
const keyOf = (record: ActionRecord): string =>
  record.actor === null ? `#${record.no || record.key}` : Actor.key(record.actor)

/** A queued Action as work. */
export const pending = (record: ActionRecord): Cycle.Work => ({
  record,
  queued: true,
  delay: 0,
  skips: 0,
  alone: false,
  counted: false,
  condemned: undefined,
  done: undefined
})

const later = (a: ActionRecord, b: ActionRecord): boolean =>
  a.no === 0 || a.runAt > b.runAt || (a.runAt === b.runAt && a.no > b.no)
