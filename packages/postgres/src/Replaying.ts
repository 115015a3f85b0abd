/**
 * An instance's history read from the database, page by page, and run again (engine's Replay). Beside
 * a live world: short statements while there is much to read, and one read-only transaction at last,
 * in which the rest of the log and the rows are those of one moment.
 */
import type { Definition } from "@wr2/engine/GameDef"
import type { NoInstance, StoreError } from "@wr2/engine/InstanceStore"
import type { Limits } from "@wr2/engine/Limits"
import type { Projection } from "@wr2/engine/Projection"
import type { ActionLogRecord, EventRecord } from "@wr2/engine/Records"
import { Replay } from "@wr2/engine/Replay"
import type { Difference, Step } from "@wr2/engine/Replay"
import { grouped, inOrder } from "@wr2/engine/Steps"
import { Effect } from "effect"
import type { Database } from "./Database.ts"
import * as Lanes from "./Lanes.ts"
import * as Events from "./queries/appendEvents.ts"
import * as History from "./queries/history.ts"
import * as Load from "./queries/load.ts"
import { begin, load } from "./Reading.ts"
import type { NoHistory, Read } from "./Reading.ts"
import { compareRows } from "./Rebuilt.ts"

/** What is to be run again, and with what. */
export interface Options {
  readonly instance: number
  /** The first Event that is compared; what is before it is taken as recorded. */
  readonly from: number | undefined
  /** The last one; undefined: to the end of the log, and the rows too. */
  readonly to: number | undefined
  /** This build's game. */
  readonly definition: Definition
  /** The game with recorded content; undefined when that is not known. */
  readonly definitionOf: (contentHash: string) => Effect.Effect<Definition | undefined, StoreError>
  readonly limits: Limits
  /** Runs a page's worth of rules; ends one that loops. */
  readonly guard: <A>(thunk: () => A) => A
  /** Events, and Actions without Events, read at once: 1,000 unless given. */
  readonly page?: number
  /** Told after each page. */
  readonly progress: (so: Progress) => Effect.Effect<void>
}

/** How far it is. */
export interface Progress {
  readonly seq: number
  readonly last: number
  readonly actions: number
}

/** What came of it. */
export interface Report {
  readonly instance: number
  /** The seq of the snapshot that it began with; 0: birth. */
  readonly snapshot: number
  /** The seqs of the first and the last Event looked at. */
  readonly from: number
  readonly to: number
  /** Actions that were run again, and came to the same. */
  readonly same: number
  /** Actions that are dead letters, or were: they changed nothing. */
  readonly dead: number
  /** Taken as recorded, by why. */
  readonly notComparable: ReadonlyMap<string, number>
  /** Rows compared with the tables; null where it did not go to the end of the log. */
  readonly rows: number | null
  readonly difference: Difference | undefined
  /** Why it could not go on. */
  readonly stopped: string | undefined
}

/** One run through a history. */
class Follow {
  private readonly options: Options
  readonly replay: Replay
  readonly projection: Projection
  private readonly definitions = new Map<string, Definition | undefined>()
  private silentFrom: History.Place
  same = 0
  dead = 0
  readonly notComparable = new Map<string, number>()
  difference: Difference | undefined
  stopped: string | undefined

  constructor(options: Options, projection: Projection, seq: number) {
    const { instance, limits } = options
    this.options = options
    this.projection = projection
    this.replay = new Replay({ instance, limits, projection }, seq)
    this.silentFrom = { asOf: seq, no: 0 }
    this.definitions.set(options.definition.game.content.hash, options.definition)
  }

  get ended(): boolean {
    return this.difference !== undefined || this.stopped !== undefined
  }

  /**
   * Reads and follows; true: there was less than a page, or all that was asked for. `inside` the
   * transaction in which nothing is added any more.
   */
  step(read: Read, last: number, inside: boolean): Effect.Effect<boolean, StoreError> {
    const { instance, page = 1_000, to } = this.options
    return Effect.gen({ self: this }, function* () {
      let size = page
      let groups: ReadonlyArray<ReadonlyArray<EventRecord>>
      let full: boolean
      do {
        const found = yield* read(Events.read(instance, this.replay.seq, size))
        full = found.length === size
        groups = grouped(found.map(Events.toEvent))
        // The last Action of a page may have more; one that fills it whole needs a larger page.
        if (full) groups = groups.slice(0, -1)
        size *= 4
      } while (full && groups.length === 0)
      const ended = !full || (to !== undefined && (groups.at(-1)?.at(-1)?.seq ?? 0) >= to)
      let wanted: typeof groups = groups.filter((group) => to === undefined || group[0]!.seq <= to)
      const nos = wanted.flatMap(([first]) => first!.actionNo ?? [])
      const rows = nos.length === 0 ? [] : yield* read(History.logged(instance, nos))
      const actions = new Map(rows.map(History.toLogged).map((action) => [action.no, action]))
      yield* this.know(actions.values())
      // Actions without Events are run where they ran: between those of which there are. At the end of
      // a log that goes on, more of them may come.
      const end = wanted.at(-1)?.at(-1)?.seq ?? this.replay.seq
      const until = full || inside ? end : end - 1
      let silent: ReadonlyArray<ActionLogRecord>
      do {
        silent = (yield* read(History.silent(instance, this.silentFrom, until, page))).map(
          History.toLogged
        )
        yield* this.know(silent)
        const { left, steps } = inOrder(wanted, actions, silent, silent.length === page)
        wanted = left
        const next = silent.at(-1)
        if (next !== undefined) this.silentFrom = { asOf: next.asOf!, no: next.no }
        this.run(steps)
        yield* this.options.progress({
          seq: this.replay.seq,
          last: Math.max(last, this.replay.seq),
          actions: this.same
        })
      } while (silent.length === page && !this.ended)
      return ended
    })
  }

  /** Makes sure of the content that Actions were decided on. */
  private know(actions: Iterable<ActionLogRecord>): Effect.Effect<void, StoreError> {
    const hashes = new Set([...actions].map(({ contentHash }) => contentHash))
    return Effect.forEach(
      [...hashes].filter((hash) => !this.definitions.has(hash)),
      (hash) =>
        Effect.map(this.options.definitionOf(hash), (definition) => {
          this.definitions.set(hash, definition)
        }),
      { discard: true }
    )
  }

  private run(steps: ReadonlyArray<Step>): void {
    let at: Step | undefined
    try {
      this.options.guard(() => {
        for (const step of steps) {
          at = step
          this.one(step)
          if (this.ended) return
        }
      })
    } catch (error) {
      // The guard's, or a bug of ours: either way this is where it was.
      this.stopped = `Action ${at?.no} (${at?.action?.type}), after seq ${this.replay.seq}: ${String(error)}`
    }
  }

  private one(step: Step): void {
    const { definition, from = 0 } = this.options
    const { replay } = this
    const [first] = step.events
    if (first !== undefined && first.seq !== replay.seq + 1) {
      this.difference = {
        seq: replay.seq + 1,
        action: { no: null, type: null },
        what: "an Event is missing from the log",
        recorded: null,
        now: null
      }
      return
    }
    if ((step.events.at(-1)?.seq ?? replay.seq) < from) {
      if (step.events.length > 0) this.stopped = replay.take(definition, step.events)
      return
    }
    const verdict = replay.follow((hash) => this.definitions.get(hash), definition, step)
    switch (verdict._tag) {
      case "Same":
        this.same++
        return
      case "Dead":
        this.dead++
        return
      case "NotComparable":
        this.notComparable.set(verdict.why, (this.notComparable.get(verdict.why) ?? 0) + 1)
        return
      case "Different":
        this.difference = verdict.difference
        return
      case "Unreadable":
        this.stopped = `${verdict.why}: replay from a snapshot after it`
    }
  }
}

/** Runs a history again, until the first difference. */
export const replay = Effect.fn("wr2.replay")(function* (
  { control }: Database["Service"],
  options: Options
): Effect.fn.Return<Report, NoInstance | NoHistory | StoreError> {
  const { definition, from, instance, to } = options
  const reading: Read = (statement) => Lanes.one(control, statement)
  const start = yield* begin(reading, instance, from)
  const projection = yield* load(reading, definition, instance, start.seq)
  const follow = new Follow(options, projection, start.seq)
  while (!follow.ended && !(yield* follow.step(reading, start.last, false)));
  let rows: number | null = null
  if (!follow.ended && to === undefined) {
    rows = yield* control.use((connection) =>
      Effect.gen(function* () {
        const inside: Read = (statement) =>
          Effect.map(Lanes.flight(connection, [statement]), ([found]) => found!)
        yield* Lanes.flight(connection, [Load.begin])
        while (!follow.ended && !(yield* follow.step(inside, start.last, true)));
        let compared: number | null = null
        if (!follow.ended) {
          const found = yield* compareRows(inside, follow.replay, projection, options)
          compared = found.rows
          follow.difference = found.difference
        }
        yield* Lanes.flight(connection, [Lanes.rollback])
        return compared
      })
    )
  }
  return {
    instance,
    snapshot: start.seq,
    from: Math.max(start.seq + 1, from ?? 0),
    to: follow.replay.seq,
    same: follow.same,
    dead: follow.dead,
    notComparable: follow.notComparable,
    rows,
    difference: follow.difference,
    stopped: follow.stopped
  }
})
