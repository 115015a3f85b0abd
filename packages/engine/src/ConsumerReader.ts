/**
 * One consumer in one instance, beside the instance's owner: hears every commit in memory, and reads
 * the log where it was behind. One Event after the other; what fails is tried again, then parked here,
 * and only here.
 */
import { Consumer } from "@wr2/core"
import { Cause, Data, Effect, Exit, Latch, Metric, Schema } from "effect"
import type { ConsumerLimits } from "./ConsumerLimits.ts"
import type { ConsumerOffsets, Known, Move, Offset } from "./ConsumerOffsets.ts"
import type { EventLog } from "./EventLog.ts"
import type { StoreError } from "./InstanceStore.ts"
import type { Request, Response } from "./Messages.ts"
import type { EventRecord } from "./Records.ts"
import * as Telemetry from "./Telemetry.ts"

/** Retention has dropped Events that a consumer had not read. It is parked before the gap. */
export class HistoryDropped extends Schema.TaggedError<HistoryDropped>()("HistoryDropped", {
  instance: Schema.Int,
  consumer: Schema.String,
  /** The first Event that it did not read, and the oldest that is kept. */
  next: Schema.Int,
  oldest: Schema.Int
}) {}

/** A Command was turned down by the engine, not by the game: a bug of its consumer or of its plan. */
class CannotBeIssued extends Data.TaggedError("CannotBeIssued")<{ readonly message: string }> {}

/** What does something with each Event: a consumer of the game, or a worker. */
export interface Runnable extends Known {
  /** Event types that it hears. */
  readonly types: ReadonlySet<string>
  /** Does it. `issue` carries the Command of this index through the door, and waits until it was had. */
  readonly each: (
    record: EventRecord,
    at: Consumer.At,
    issue: (index: number, command: unknown) => Effect.Effect<void, unknown>
  ) => Effect.Effect<void, unknown>
}

/** What readers share. */
export interface Shared {
  readonly offsets: ConsumerOffsets["Service"]
  readonly log: EventLog["Service"]
  readonly limits: ConsumerLimits
  /** The process's clock. */
  readonly now: () => number
}

/** Answers after which the same Command is sent again. */
const passing = new Set(["Unavailable", "Overloaded", "Moved"])
/** Answers that no game gives. */
const broken = new Set(["Broken", "NotAllowed", "UnknownVerb", "Malformed", "TooLong"])

/** See above. Whoever owns the instance tells it of commits, and runs it. */
export class Reader {
  readonly instance: number
  readonly consumer: Runnable
  private readonly shared: Shared
  private readonly call: (request: Request) => Effect.Effect<Response>
  private readonly attributes: { readonly consumer: string }
  private readonly wake = Latch.makeUnsafe(false)
  /** All up to here is done, or was not asked for. */
  private position = 0
  /** The newest seq that was committed. */
  private head: number
  /** Events to do, in order; none while the log is read. */
  private waiting: Array<EventRecord> = []
  /** Not all after `position` is in `waiting`: the log is to be read. */
  private gap = true
  private busy = false
  private opened = false
  private parked = false
  /** The offset as it is in the database, and what it was last to become. */
  private stored = 0
  private attempted = 0
  /** Something was done since `stored`, not only passed over. */
  urgent = false
  /** When the Event that is to be done, or is next, happened. */
  private since: number | undefined

  constructor(
    shared: Shared,
    consumer: Runnable,
    owned: { readonly instance: number; readonly head: number },
    call: (request: Request) => Effect.Effect<Response>
  ) {
    this.shared = shared
    this.consumer = consumer
    this.instance = owned.instance
    this.head = owned.head
    this.call = call
    this.attributes = { consumer: consumer.name }
  }

  // ------------------------------------------------------------------ told from outside

  /** A commit. */
  published(upTo: number, events: ReadonlyArray<EventRecord>): void {
    this.head = Math.max(this.head, upTo)
    if (this.gap) return
    for (const record of events)
      if (record.seq > this.position && this.consumer.types.has(record.type))
        this.waiting.push(record)
    if (this.waiting.length > this.shared.limits.waitingMax) this.behindLog()
    if (this.waiting.length > 0 || this.gap) this.wake.openUnsafe()
    else if (!this.busy) this.position = Math.max(this.position, upTo)
  }

  /** Its offset is not what it was thought to be: somebody else has moved it. */
  lost(): void {
    this.opened = false
    this.wake.openUnsafe()
  }

  private behindLog(): void {
    this.gap = true
    this.waiting = []
  }

  /** Whether the instance is to stay awake for it. */
  get behind(): boolean {
    return !this.parked && (this.gap || this.busy || this.waiting.length > 0)
  }

  get isParked(): boolean {
    return this.parked
  }

  /** How far it is behind, in Events and milliseconds. */
  lag(): { readonly events: number; readonly millis: number } {
    const since = this.since ?? this.waiting[0]?.at
    const caughtUp = !this.gap && !this.busy && this.waiting.length === 0
    return caughtUp && !this.parked
      ? { events: 0, millis: 0 }
      : {
          events: Math.max(0, this.head - this.position),
          millis: since === undefined ? 0 : Math.max(0, this.shared.now() - since)
        }
  }

  /** The checkpoint that is due, if one is. */
  move(): Move | undefined {
    if (!this.opened || this.parked || this.position <= this.stored) return undefined
    this.attempted = this.position
    const { consumer, instance, position: to, stored: from } = this
    return { instance, consumer: consumer.name, from, to }
  }

  /** That checkpoint was written. */
  moved({ to }: Move): void {
    this.stored = to
    this.urgent = to < this.position
  }

  // ------------------------------------------------------------------ its life

  /** Runs until it is interrupted. */
  readonly run: Effect.Effect<never> = Effect.suspend(() =>
    Effect.forever(Effect.suspend(() => this.step()))
  )

  private step(): Effect.Effect<void> {
    if (!this.opened) return Effect.asVoid(this.open())
    if (this.parked) return this.rest()
    if (this.gap) return this.readOn()
    const next = this.waiting.shift()
    // In one step: it is neither waiting any more nor done.
    this.busy = next !== undefined
    if (next !== undefined) return this.one(next)
    this.position = Math.max(this.position, this.head)
    this.since = undefined
    this.wake.closeUnsafe()
    return this.wake.await
  }

  /** Parked: looks now and then whether an operator lets it go on. */
  private rest(): Effect.Effect<void> {
    this.wake.closeUnsafe()
    return Effect.map(
      Effect.timeoutOption(this.wake.await, this.shared.limits.lookEvery),
      () => void (this.opened = false)
    )
  }

  /** Reads its row, and goes on from there. */
  private open(): Effect.Effect<Offset> {
    const { instance } = this
    return this.insist("open", () =>
      this.shared.offsets.open(instance, this.head, [this.consumer])
    ).pipe(
      Effect.map(([row]) => row!),
      Effect.tap((row) =>
        row.seq > this.head
          ? Effect.logWarning("a consumer's offset is ahead of the log: was it restored?", row)
          : Effect.void
      ),
      Effect.tap((row) => Effect.sync(() => this.adopt(row)))
    )
  }

  private adopt(row: Offset): void {
    this.parked = row.parked !== null
    // Its own checkpoint whose answer was lost leaves it where it is.
    const own = this.stored > 0 && row.seq === this.attempted
    if (!own || this.parked) {
      this.position = row.seq
      this.behindLog()
    }
    this.stored = row.seq
    this.gap &&= this.position < this.head
    this.opened = true
  }

  /** Until the database answers. */
  private insist<A>(what: string, thunk: () => Effect.Effect<A, StoreError>): Effect.Effect<A> {
    const { retryFirst, retryMax } = this.shared.limits
    const again = (pause: number): Effect.Effect<A> =>
      Effect.catch(thunk(), (error) =>
        Effect.logDebug("a consumer waits for the database", {
          ...this.attributes,
          instance: this.instance,
          what,
          error: error.message
        }).pipe(
          Effect.andThen(Effect.sleep(pause)),
          Effect.andThen(Effect.suspend(() => again(Math.min(pause * 2, retryMax))))
        )
      )
    return Effect.suspend(() => again(retryFirst))
  }

  /** The next Events of the log. */
  private readOn = Effect.fnUntraced(function* (this: Reader) {
    const { batchMax } = this.shared.limits
    this.since ??= this.shared.now()
    const events = yield* this.insist("read", () =>
      this.shared.log.read(this.instance, this.position, batchMax)
    )
    const oldest = events[0]?.seq ?? this.head + 1
    if (oldest > this.position + 1 && this.position < this.head) {
      const next = this.position + 1
      const { instance } = this
      const error = new HistoryDropped({ instance, consumer: this.consumer.name, next, oldest })
      return yield* this.park(
        next,
        `HistoryDropped: Events ${next} to ${oldest - 1} were dropped before they were read`,
        error
      )
    }
    for (const record of events) {
      // Of another owner, which does it: asked here, its Commands would be planned on what is older.
      if (record.seq > this.head) break
      if (this.consumer.types.has(record.type)) yield* this.one(record)
      if (!this.opened || this.parked) return
      this.position = record.seq
    }
    // In one step with the comparison: what is committed from here on waits in memory.
    if (this.position >= this.head) this.gap = false
  })

  /** One Event, until it is done or given up. */
  private one = Effect.fnUntraced(function* (this: Reader, record: EventRecord) {
    const { attemptsMax, retryFirst, retryMax } = this.shared.limits
    this.busy = true
    this.since = record.at
    for (let failures = 0; ;) {
      const exit = yield* Effect.exit(this.attempt(record))
      if (Exit.isSuccess(exit)) break
      failures++
      yield* Metric.update(Metric.withAttributes(Telemetry.consumerFailures, this.attributes), 1)
      if (failures >= attemptsMax) {
        // Not done: no commit may take it for passed over, and whoever lets it go on finds it in the log.
        this.behindLog()
        this.busy = false
        return yield* this.park(record.seq, Cause.pretty(exit.cause), exit.cause)
      }
      yield* Effect.logWarning("a consumer failed and tries again", {
        ...this.attributes,
        instance: this.instance,
        seq: record.seq,
        failures,
        cause: exit.cause
      })
      yield* Effect.sleep(Math.min(retryFirst * 2 ** (failures - 1), retryMax))
    }
    yield* Metric.update(Metric.withAttributes(Telemetry.consumed, this.attributes), 1)
    this.busy = false
    // Somebody else has moved the offset meanwhile: where to go on is in the row.
    if (!this.opened) return
    this.position = record.seq
    this.since = undefined
    this.urgent = true
  })

  private attempt(record: EventRecord): Effect.Effect<void, unknown> {
    const { actor, at: time, commandId, seq } = record
    const at = { instance: this.instance, seq, time, commandId, actor }
    return Effect.suspend(() =>
      this.consumer.each(record, at, (index, command) =>
        this.issue(Consumer.numberOf(seq, index), command)
      )
    )
  }

  /** Hands a Command to the owner until it was had: again it is the same, by its number. */
  private issue = Effect.fnUntraced(function* (this: Reader, n: number, command: unknown) {
    const { retryFirst, retryMax, within } = this.shared.limits
    const { name } = this.consumer
    for (let pause = retryFirst; ; pause = Math.min(pause * 2, retryMax)) {
      const response = yield* Effect.timeoutOption(
        this.call({ _tag: "Consume", consumer: name, n, command }),
        within
      )
      if (response._tag === "Some" && response.value._tag === "Done") return
      const reason =
        response._tag === "Some" && response.value._tag === "Denied"
          ? (response.value.reason as { readonly _tag: string })
          : { _tag: "Unavailable" }
      if (broken.has(reason._tag))
        return yield* new CannotBeIssued({ message: JSON.stringify(reason) })
      if (!passing.has(reason._tag)) {
        return yield* Effect.logDebug("a consumer's Command was rejected", {
          ...this.attributes,
          instance: this.instance,
          n,
          reason
        })
      }
      yield* Effect.sleep(pause)
    }
  })

  /** Gives up here: written down, with what to do. Whoever is past it already is followed instead. */
  private park = Effect.fnUntraced(function* (
    this: Reader,
    seq: number,
    error: string,
    cause: unknown
  ) {
    const { errorMax } = this.shared.limits
    const { name } = this.consumer
    const { instance, position } = this
    const told = error.replaceAll("\0", "").toWellFormed().slice(0, errorMax)
    while (true) {
      const [row] = yield* this.insist("park", () =>
        this.shared.offsets.open(instance, this.head, [this.consumer])
      )
      if (row!.parked !== null || row!.seq >= seq) break
      const move = { instance, consumer: name, from: row!.seq, to: Math.max(row!.seq, position) }
      const done = yield* this.insist("park", () =>
        this.shared.offsets.park(move, { seq, error: told })
      )
      if (!done) continue
      yield* Effect.logError(
        `consumer ${name} is parked in instance ${instance} at Event ${seq}; when it is mended: ` +
          `npm run wr2 -- consumers resume ${name} ${instance} (--skip: without this Event)`,
        { ...this.attributes, instance, seq, cause }
      )
      break
    }
    this.opened = false
  })
}
