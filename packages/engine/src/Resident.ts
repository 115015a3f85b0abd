/**
 * One instance as its owner holds it: projection, inboxes, ready Actions, timers, messages on their
 * way. All of it derived, all of it forgotten when the owner goes; nothing here is the truth.
 */
import type { Action } from "@wr2/core"
import { Actor, Hash } from "@wr2/core"
import type { Clock, Tracer } from "effect"
import { errorText } from "./DeadLetters.ts"
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
import type { Trials } from "./Trials.ts"
import type { Show } from "./Views.ts"
import { later, newWork, orderOf, pending } from "./Work.ts"
import type { Work, WorkResult } from "./Work.ts"

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
  readonly trials: Trials
  /** This process's name, for dead letters. */
  readonly runner: string
}

export class Resident {
  readonly tools: Tools
  readonly instance: number
  readonly epoch: number
  readonly lineage: string
  readonly projection: Projection
  readonly inboxes: Inboxes
  /** Due Actions by actor key; those that keep no order under a key of their own. In order of (runAt, no). */
  readonly ready = new Map<string, Array<Work>>()
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
  /** Weight of all requests not answered yet. */
  load = 0
  /** Requests of and about actors whose Enter, Leave ... is under way: taken in after it. */
  private readonly held = new Map<string, Array<Mail>>()
  /** Commands whose Actions have run, to be answered with what they see. */
  shows: Array<Show> = []
  /** The database did not take the last cycle. */
  away = false
  /** When a gateway last claimed the session of each who is inside (monotonic). */
  readonly claims = new Map<number, number>()
  /** Nobody is linkless before this. */
  linklessAt = 0
  /** When the epoch was last confirmed by the database (monotonic). */
  confirmedAt: number
  /** After an owner that did not release: one Action a transaction, counted. */
  caution: { actions: number; readonly until: number } | undefined
  /** The database's time as of the last look, and when that was by both of the process's clocks. */
  private learned: { readonly now: number; readonly wall: number; readonly monotonic: number }
  private controls = 0
  idleSince: number
  /** Errors of views and plans, for the log. */
  readonly defects: Array<{
    readonly reference: string
    readonly action: string
    readonly error: string
    /** The trace in which it happened. */
    readonly span: Tracer.Span | undefined
  }> = []
  /** Rows that did not decode, for the log. */
  readonly corrupt: ReadonlyArray<string>

  /** `began`: when (monotonic) the activation was asked for, which confirmed the epoch. */
  constructor(tools: Tools, inboxes: Inboxes, activation: Activation, began: number) {
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
    this.learned = this.seen(activation.now)
    this.confirmedAt = began
    this.idleSince = this.monotonic()
    if (!activation.released && activation.epoch > 1) {
      this.caution = {
        actions: tools.limits.cautiousActions,
        until: this.monotonic() + tools.limits.cautiousFor
      }
    }
    const { players } = tools.definition.game
    if (players !== undefined) {
      for (const id of this.projection.active(players.aggregate)) this.claim(id)
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

  private seen(now: number) {
    return { now, wall: this.wall(), monotonic: this.monotonic() }
  }

  /**
   * The database's time as estimated here: decides when to look, never what is due. By the clock that
   * went on further: a time of day that is put right must not let timers sleep, nor a machine that slept.
   */
  estimate(): number {
    const { monotonic, now, wall } = this.learned
    const passed = Math.max(this.wall() - wall, this.monotonic() - monotonic)
    return Math.max(this.lastNow, now + passed)
  }

  /** Learns the database's time. */
  learn(now: number): void {
    this.learned = this.seen(now)
  }

  /** Whether the epoch was confirmed so lately that what is held may be read from. */
  isFresh(): boolean {
    return this.monotonic() - this.confirmedAt <= this.tools.limits.readStaleness
  }

  /** Whether the owner before may have died of what is pending: one Action a transaction, counted. */
  isCautious(): boolean {
    const { caution } = this
    if (caution !== undefined && (caution.actions <= 0 || this.monotonic() > caution.until))
      this.caution = undefined
    return this.caution !== undefined
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

  /** A gateway holds the session of this player, or this player has just come. */
  claim(id: number): void {
    const now = this.monotonic()
    this.claims.set(id, now)
    this.linklessAt = Math.min(this.linklessAt, now + this.tools.limits.linklessAfter)
  }

  /** Notes an error of a plan or view for the log; returns the reference that is given out. */
  broke(what: string, error: unknown, span?: Tracer.Span): string {
    const text = errorText(error)
    const reference = Hash.hex(`${this.instance} ${what} ${text}`).slice(0, 12)
    this.defects.push({ reference, action: what, error: text, span })
    return reference
  }

  // ------------------------------------------------------------------ work

  /**
   * An Action of the engine's own request (Enter, Create ...): next in its actor's order. Until it is
   * done, what else is asked of this actor waits, for it depends on who is inside.
   */
  control(planned: Action.Planned, actor: Actor.Actor, done: (result: WorkResult) => void): void {
    const key = `${this.instance}/${this.epoch}/control/${++this.controls}`
    const { definition, seed } = this.tools
    const name = Actor.key(actor)
    const work = newWork({
      planned,
      definition,
      actor,
      commandId: null,
      key,
      seed: seed(key),
      done: (result) => {
        const held = this.held.get(name) ?? []
        this.held.delete(name)
        this.newMail.unshift(...held)
        done(result)
      }
    })
    this.held.set(name, [])
    this.makeReady(work)
  }

  /** Whether an Enter, Leave ... of this actor is under way. */
  controlled(actor: Actor.Actor): boolean {
    return this.held.has(Actor.key(actor))
  }

  /** Holds a request back until that is done; false: there is none. */
  hold(actor: Actor.Actor, mail: Mail): boolean {
    const held = this.held.get(Actor.key(actor))
    held?.push(mail)
    return held !== undefined
  }

  /** Puts a due Action in its actor's order. New ones (no number yet) come last. */
  makeReady(work: Work): void {
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
  rest(work: Work): void {
    const { retryFirst } = this.tools.limits
    const millis = Math.min(retryFirst * 2 ** Math.min(work.skips - 1, 4), 250)
    this.pause(keyOf(work.record), millis)
  }

  /** An actor's next Command or Action has to wait; others go on. */
  pause(key: string, millis = this.tools.limits.retryFirst): void {
    this.resting.set(key, this.monotonic() + millis)
  }

  /** Takes a committed pending Action into memory, if it is within the horizon. */
  schedule(record: ActionRecord): void {
    if (record.runAt <= this.horizon) this.timers.add(record)
  }

  /** Takes a request in, synchronously; it is looked at between two cycles. */
  receive(mail: Mail): void {
    this.newMail.push(mail)
    this.load += mail.weight
    mail.onAnswered = () => {
      this.load -= mail.weight
      this.openMail.delete(mail)
    }
  }

  /** Requests that nobody has answered, in the order in which they came. */
  unanswered(): ReadonlyArray<Mail> {
    return [...new Set([...this.openMail, ...this.newMail])].filter(({ answered }) => !answered)
  }

  /** Requests that wait to be looked at; they are open from now on, until they are answered. */
  takeIn(): ReadonlyArray<Mail> {
    const all = this.newMail.splice(0)
    for (const each of all) if (each.abandoned) each.drop()
    const mail = all.filter(({ answered }) => !answered)
    for (const each of mail) this.openMail.add(each)
    return mail
  }

  /** Turns every request and all that waits away: it is to be sent again. */
  turnAllAway(reason: { readonly _tag: string }): void {
    this.takeIn()
    for (const each of this.unanswered()) each.turnAway(reason)
    for (const box of this.inboxes.all()) this.inboxes.empty(box, reason)
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

/** The key of an Action's order: its actor's, or its own when it keeps none. */
const keyOf = (record: ActionRecord): string => orderOf(record) ?? `#${record.no || record.key}`
