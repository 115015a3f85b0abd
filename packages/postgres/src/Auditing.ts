/**
 * Audits a world beside its owners. Of each instance first what happened, Events and done Actions, which
 * does not change; then the rest in one REPEATABLE READ READ ONLY transaction, as short as it can be:
 * what has happened since, what waits, the rows. By pages with a rest before each: no lock that anybody
 * waits for, little memory and time in the server at once. What concerns several instances is looked at
 * again, at one moment, before it is called wrong: things move while this looks.
 */
import type { Aggregate } from "@wr2/core"
import { Audit } from "@wr2/engine/Audit"
import type { Finding } from "@wr2/engine/Audit"
import { AuditActions } from "@wr2/engine/AuditActions"
import type { Definition } from "@wr2/engine/GameDef"
import type { NoInstance, StoreError } from "@wr2/engine/InstanceStore"
import { Clock, Effect } from "effect"
import type { Database } from "./Database.ts"
import * as Lanes from "./Lanes.ts"
import * as Crossing from "./AuditCrossing.ts"
import { toAction } from "./queries/actionColumns.ts"
import * as Events from "./queries/appendEvents.ts"
import * as Look from "./queries/audit.ts"
import * as History from "./queries/history.ts"
import * as Load from "./queries/load.ts"
import * as Own from "./queries/own.ts"
import { begin, load } from "./Reading.ts"
import type { Read } from "./Reading.ts"
import type { Statement } from "./Statement.ts"

/** What is to be audited, and how gently. */
export interface Options {
  readonly definition: Definition
  /** Undefined: all. */
  readonly instances: ReadonlyArray<number> | undefined
  /** Milliseconds between two pages. */
  readonly pause: number
  /** Rows of one page. */
  readonly page: number
  readonly progress: (so: Progress) => Effect.Effect<void>
}

/** How far it is. */
export interface Progress {
  readonly instance: number
  readonly seq: number
  readonly last: number
}

/** What was looked at of an instance. */
export interface Looked {
  readonly instance: number
  /** The snapshot that the fold began with. */
  readonly from: number
  readonly events: number
  readonly actions: number
  readonly rows: number
  readonly held: Readonly<Record<string, number>>
  /** Whether rows were held against Events: history leads up to them from a snapshot. */
  readonly folded: boolean
  /** What could not be checked, and why. */
  readonly unchecked: ReadonlyArray<string>
}

/** What came of it. */
export interface Report {
  readonly instances: ReadonlyArray<Looked>
  readonly findings: ReadonlyArray<Finding>
  readonly transit: Crossing.Transit
}

/** Tables by instance, of any game. */
const engineTables = [
  "event_log",
  "action_log",
  "action_queue",
  "dead_letter",
  "instance_outbox",
  "command_cursor"
]

/** Reads all pages that follow an id, as long as they are full. */
const pages = Effect.fnUntraced(function* (
  read: Read,
  size: number,
  next: (after: number) => Statement,
  each: (row: Lanes.Rows[number]) => number
) {
  let after = Number.MIN_SAFE_INTEGER
  while (true) {
    const rows = yield* read(next(after))
    for (const row of rows) after = each(row)
    if (rows.length < size) return
  }
})

/** An instance of which history was read, nearly to its end. */
interface Begun {
  readonly audit: Audit
  readonly actions: AuditActions
  readonly unchecked: Array<string>
  /** The last seq there was when it began. */
  readonly last: number
  /** Actions of Events since then: they may have been done when the log of Actions had been read past them. */
  readonly fresh: Set<number>
  /** Actions without Events that ran after this seq may not have been read. */
  mark: number
}

/** The Events after those that were read; false: there may be more. */
const events = Effect.fnUntraced(function* (
  read: Read,
  { page, progress }: Options,
  { actions, audit, fresh, last }: Begun
) {
  const found = (yield* read(Events.read(audit.instance, audit.last, page))).map(Events.toEvent)
  for (const event of found) {
    actions.event(event)
    audit.event(event)
    if (event.seq > last && event.actionNo !== null) fresh.add(event.actionNo)
  }
  yield* progress({ instance: audit.instance, seq: audit.last, last })
  return found.length < page
})

/** What has happened since it was read last. */
const since = Effect.fnUntraced(function* (read: Read, options: Options, begun: Begun) {
  const { actions, audit, fresh } = begun
  const { instance } = audit
  const from = audit.last
  while (!(yield* events(read, options, begun)));
  const wanted = [...fresh].filter((no) => !actions.knows(no))
  fresh.clear()
  for (let i = 0; i < wanted.length; i += options.page)
    for (const row of yield* read(History.logged(instance, wanted.slice(i, i + options.page))))
      actions.action("log", History.toLogged(row))
  // Whatever is done after this was read is done after Event `from`: there the next look begins.
  let place = { asOf: begun.mark - 1, no: Number.MAX_SAFE_INTEGER }
  begun.mark = from
  while (true) {
    const rows = yield* read(History.silent(instance, place, Number.MAX_SAFE_INTEGER, options.page))
    for (const record of rows.map(History.toLogged)) {
      place = { asOf: record.asOf!, no: record.no }
      if (!actions.knows(record.no)) actions.action("log", record)
    }
    if (rows.length < options.page) return
  }
})

/** What happened does not change: it is read before the transaction, which need not last as long. */
const past = Effect.fnUntraced(function* (
  read: Read,
  options: Options,
  instance: number
): Effect.fn.Return<Begun, NoInstance | StoreError> {
  const { definition } = options
  const unchecked: Array<string> = []
  const start = yield* begin(read, instance, undefined).pipe(
    Effect.flatMap(({ last, seq }) =>
      Effect.map(load(read, definition, instance, seq), (projection) => ({ seq, last, projection }))
    ),
    Effect.catchTag("NoHistory", ({ message }) =>
      Effect.map(read(Events.head(instance)), (heads) => {
        unchecked.push(`its rows against its Events, and what is conserved: ${message}`)
        const [, last, oldest] = heads[0]!
        const seq: number = (oldest ?? last + 1) - 1
        return { seq, last: last as number, projection: undefined }
      })
    )
  )
  const [first] = yield* read(Events.read(instance, start.seq, 1))
  if (first !== undefined && first[0] > start.seq + 1) {
    // Let go of since it was looked at: then it begins later.
    const oldest: number = (yield* read(Events.head(instance)))[0]![2]
    if (oldest > start.seq + 1) return yield* past(read, options, instance)
  }
  const audit = new Audit(definition, instance, start)
  const actions = new AuditActions(audit, definition)
  const { last } = start
  const begun: Begun = { audit, actions, unchecked, last, fresh: new Set(), mark: last }
  while (!(yield* events(read, options, begun)));
  yield* pages(
    read,
    options.page,
    (after) => Look.log(instance, after, options.page),
    ([no, key, type, commandId, cause, firstSeq]) => {
      actions.action("log", { no, key, type, commandId, cause, firstSeq })
      return no
    }
  )
  yield* since(read, options, begun)
  return begun
})

/** The rest, at one moment. */
const present = Effect.fnUntraced(function* (
  read: Read,
  options: Options,
  begun: Begun,
  crossing: Crossing.Crossing
) {
  const { definition, page } = options
  const { actions, audit, last, unchecked } = begun
  const { instance } = audit
  yield* since(read, options, begun)
  const gone: number = (yield* read(Look.gone(instance)))[0]![0]
  if (gone > 0) unchecked.push(`Actions up to number ${gone}: their volumes were dropped`)
  const forgotten = new Set<number>()
  yield* pages(
    read,
    page,
    (after) => Look.forgotten(instance, after, page),
    ([no]) => {
      forgotten.add(no)
      return no
    }
  )
  yield* pages(
    read,
    page,
    (after) => Look.queue(instance, after, page),
    (row) => {
      const record = toAction(row)
      actions.queued(record)
      crossing.waits(instance, record)
      return record.no
    }
  )
  yield* pages(
    read,
    page,
    (after) => Look.dead(instance, after, page),
    (row) => {
      const record = toAction(row)
      actions.action("dead", record)
      crossing.died(instance, record, row[14])
      return record.no
    }
  )
  if (audit.last < last)
    audit.note("seqs", `Events ${audit.last + 1} to ${last} are missing at the end`, {
      seq: audit.last + 1
    })
  let rows = 0
  for (const aggregate of definition.game.aggregates) {
    const pageOf = History.page(aggregate)
    const toRow = Load.toRow(aggregate)
    yield* pages(
      read,
      page,
      (after) => pageOf(instance, after, page),
      (row) => {
        rows++
        audit.row(toRow(row))
        return row[0]
      }
    )
    if (aggregate.runtime === undefined) continue
    for (const [id] of yield* read(Look.loose(aggregate, instance)))
      audit.note("orphans", `${aggregate._tag} ${id} has a runtime row, and is not there`)
  }
  const outbox = (yield* read(Load.outbox(instance))).map(Load.toOutbox)
  return { forgotten, gone, outbox, rows }
})

/** What was read, held against each other: nothing is asked of the database any more. */
const judged = (
  { actions, audit, unchecked }: Begun,
  { forgotten, gone, outbox, rows }: Effect.Success<ReturnType<typeof present>>,
  crossing: Crossing.Crossing
) => {
  actions.finish(gone, forgotten)
  const folded = audit.folds
  const findings = audit.finish()
  crossing.instance(audit, actions, outbox)
  const looked: Looked = {
    instance: audit.instance,
    from: audit.since,
    events: audit.events,
    actions: actions.actions,
    rows,
    held: Object.fromEntries(audit.held()),
    folded,
    unchecked
  }
  return { looked, findings }
}

/** Rows of instances that do not exist. */
const strays = Effect.fnUntraced(function* (read: Read, aggregates: ReadonlyArray<Aggregate.Any>) {
  const found: Array<Finding> = []
  for (const table of [...engineTables, ...aggregates.map(({ table }) => table)]) {
    for (const [instance] of yield* read(Look.strays(table))) {
      const what = `${table} has rows of instance ${instance}, which does not exist`
      found.push({ rule: "orphans", instance, what, seq: null, action: null })
    }
  }
  return found
})

/** For each millisecond of work the audit rests so many; in a transaction, which must not last, fewer. */
const restful = { without: 3, within: 1 }

/**
 * Rests before each read, so many times as long as what was done since the last rest took, and no less
 * than so many milliseconds: most of the time is the world's alone.
 */
const resting = Effect.fnUntraced(function* (atLeast: number) {
  const clock = yield* Clock.Clock
  let since = clock.currentTimeMillisUnsafe()
  return <A, E>(times: number, effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.suspend(() =>
      Effect.sleep(Math.max(atLeast, times * (clock.currentTimeMillisUnsafe() - since)))
    ).pipe(
      Effect.andThen(Effect.sync(() => void (since = clock.currentTimeMillisUnsafe()))),
      Effect.andThen(effect)
    )
})

/** Audits. */
export const audit = Effect.fn("wr2.audit")(function* (
  { control }: Database["Service"],
  options: Options
): Effect.fn.Return<Report, NoInstance | StoreError> {
  const rest = yield* resting(options.pause)
  const read: Read = (statement) => rest(restful.without, Lanes.one(control, statement))
  const all = (yield* read(Own.instances)).map(([instance]): number => instance)
  const crossing = new Crossing.Crossing(options.definition, new Set(all))
  const instances: Array<Looked> = []
  const findings: Array<Finding> = []
  for (const instance of options.instances ?? all) {
    const begun = yield* past(read, options, instance)
    const found = yield* control.use((connection) =>
      Effect.gen(function* () {
        yield* Lanes.flight(connection, [Load.begin, ...Look.bounds])
        const within: Read = (statement) =>
          rest(
            restful.within,
            Effect.map(Lanes.flight(connection, [statement]), ([rows]) => rows!)
          )
        const result = yield* present(within, options, begun, crossing)
        yield* Lanes.flight(connection, [Lanes.rollback])
        return result
      })
    )
    const { findings: wrong, looked } = judged(begun, found, crossing)
    instances.push(looked)
    findings.push(...wrong)
  }
  if (options.instances === undefined)
    findings.push(...(yield* strays(read, options.definition.game.aggregates)))
  findings.push(...(yield* crossing.look(read)))
  return { instances, findings, transit: crossing.transit }
})
