/**
 * Every statement that there is: one of each export of `src/queries`, made with arguments that mean
 * nothing. What is no statement is said to be none.
 */
import { Counter, Purse } from "@wr2/testkit/TestGame"
import * as Accounts from "../src/queries/accounts.ts"
import * as ActionColumns from "../src/queries/actionColumns.ts"
import * as AppendActionLog from "../src/queries/appendActionLog.ts"
import * as AppendEvents from "../src/queries/appendEvents.ts"
import * as Audit from "../src/queries/audit.ts"
import * as ClassWrites from "../src/queries/classWrites.ts"
import * as ConsumerOffsets from "../src/queries/consumerOffsets.ts"
import * as DeadLetters from "../src/queries/deadLetters.ts"
import * as Fence from "../src/queries/fence.ts"
import * as FindUnlocked from "../src/queries/findUnlocked.ts"
import * as Found from "../src/queries/found.ts"
import * as History from "../src/queries/history.ts"
import * as Keeping from "../src/queries/keeping.ts"
import * as Load from "../src/queries/load.ts"
import * as LockRows from "../src/queries/lockRows.ts"
import * as LockRuntimes from "../src/queries/lockRuntimes.ts"
import * as Outbox from "../src/queries/outbox.ts"
import * as Own from "../src/queries/own.ts"
import * as Queue from "../src/queries/queue.ts"
import * as Retention from "../src/queries/retention.ts"
import * as Volumes from "../src/queries/volumes.ts"
import * as WriteCursors from "../src/queries/writeCursors.ts"
import * as WriteRows from "../src/queries/writeRows.ts"
import * as WriteRuntimes from "../src/queries/writeRuntimes.ts"
import { gather, type Gathered, type Statement } from "../src/Statement.ts"

/** The modules, by the names of their files. */
export const modules: Readonly<Record<string, object>> = {
  accounts: Accounts,
  actionColumns: ActionColumns,
  appendActionLog: AppendActionLog,
  appendEvents: AppendEvents,
  audit: Audit,
  classWrites: ClassWrites,
  consumerOffsets: ConsumerOffsets,
  deadLetters: DeadLetters,
  fence: Fence,
  findUnlocked: FindUnlocked,
  found: Found,
  history: History,
  keeping: Keeping,
  load: Load,
  lockRows: LockRows,
  lockRuntimes: LockRuntimes,
  outbox: Outbox,
  own: Own,
  queue: Queue,
  retention: Retention,
  volumes: Volumes,
  writeCursors: WriteCursors,
  writeRows: WriteRows,
  writeRuntimes: WriteRuntimes
}

/** Exports that are no statements: a whole module, or one of its exports. */
export const none: Readonly<Record<string, string>> = {
  actionColumns: "columns that statements share",
  volumes: "conditions that statements share",
  "accounts.nameKey": "what names are compared by",
  "appendEvents.toEvent": "reads a row",
  "classWrites.pending": "gathers",
  "classWrites.put": "gathers",
  "classWrites.statements": "those of writers, in order",
  "consumerOffsets.toOffset": "reads a row",
  "found.toSnapshot": "makes a row",
  "history.toLogged": "reads a row",
  "history.toLetter": "reads a row",
  "history.toKept": "makes a row",
  "history.writable": "makes a value",
  "load.toRow": "reads a row",
  "load.toCursor": "reads a row",
  "load.toOutbox": "reads a row",
  "lockRows.text": "lockRows takes it",
  "lockRuntimes.text": "lockRows takes it",
  "retention.logs": "names of tables"
}

const keys = { instances: [1], ids: [2] }
const consumers = [{ name: "a", from: "beginning" }] as const
const moves = [{ instance: 1, consumer: "a", from: 1, to: 2 }]
const written = <R>(
  { insert, remove, update }: ClassWrites.Writers<R>,
  rows: Gathered<R> = gather()
) => [insert(rows), update(rows), remove([1], [1])]
/** Of which nobody says what it was: all of it is written. */
const whole = { op: "update", id: 1, row: {} } as const

/** All statements, by `module.export`. */
export const statements: Readonly<Record<string, ReadonlyArray<Statement>>> = {
  "accounts.register": [Accounts.register("a", "b")],
  "accounts.find": [Accounts.find("a")],
  "accounts.openSession": [Accounts.openSession("a", 1, 1)],
  "accounts.session": [Accounts.session("a")],
  "accounts.closeSession": [Accounts.closeSession("a")],
  "accounts.characters": [Accounts.characters(1)],
  "accounts.character": [Accounts.character(1)],
  "accounts.reserve": [Accounts.reserve(1, "a", 1)],
  "accounts.created": [Accounts.created(1)],
  "accounts.unreserve": [Accounts.unreserve(1)],
  "accounts.moved": [Accounts.moved(1, 1)],
  "appendActionLog.appendActionLog": [AppendActionLog.appendActionLog(gather())],
  "appendEvents.appendEvents": [AppendEvents.appendEvents(gather())],
  "appendEvents.read": [AppendEvents.read(1, 0, 1)],
  "appendEvents.head": [AppendEvents.head(1)],
  "appendEvents.arrival": [AppendEvents.arrival(1, "instance:2#3")],
  "audit.bounds": Audit.bounds,
  "audit.log": [Audit.log(1, 0, 1)],
  "audit.queue": [Audit.queue(1, 0, 1)],
  "audit.dead": [Audit.dead(1, 0, 1)],
  "audit.gone": [Audit.gone(1)],
  "audit.forgotten": [Audit.forgotten(1, 0, 1)],
  "audit.loose": [Audit.loose(Counter, 1)],
  "audit.strays": [Audit.strays("test_counter")],
  "audit.places": [Audit.places(Purse, 1)],
  "audit.message": [Audit.message(1, 1, 2)],
  "audit.arrived": [Audit.arrived(1, "instance:2#3", 0)],
  "audit.stillSent": [Audit.stillSent(1, 1)],
  "audit.stillHeld": [Audit.stillHeld(1, 1)],
  "classWrites.updating": [ClassWrites.updating("purse", [], "gold = v.gold")(gather())],
  "classWrites.writers": written(ClassWrites.writers("purse", [], "gold = v.gold")),
  "consumerOffsets.enrol": [ConsumerOffsets.enrol(consumers)],
  "consumerOffsets.enrolOne": [ConsumerOffsets.enrolOne(1, 0, consumers)],
  "consumerOffsets.read": [ConsumerOffsets.read(1, consumers)],
  "consumerOffsets.advance": [ConsumerOffsets.advance(moves)],
  "consumerOffsets.look": [ConsumerOffsets.look(moves)],
  "consumerOffsets.park": [ConsumerOffsets.park(moves[0]!, { seq: 1, error: "" })],
  "consumerOffsets.resume": [ConsumerOffsets.resume(1, "a", null)],
  "consumerOffsets.asleep": [ConsumerOffsets.asleep(["a"], 1)],
  "consumerOffsets.needed": [ConsumerOffsets.needed],
  "deadLetters.bury": [DeadLetters.bury(gather())],
  "fence.fence": [Fence.fence([1], [1])],
  "fence.epochs": [Fence.epochs([1])],
  "fence.clock": [Fence.clock],
  "findUnlocked.findUnlocked": [
    FindUnlocked.findUnlocked(Counter, "row", keys),
    FindUnlocked.findUnlocked(Counter, "runtime", keys)
  ],
  "found.birth": [Found.birth(1, null)],
  "found.snapshot": [Found.snapshot(gather())],
  "history.logged": [History.logged(1, [1])],
  "history.silent": [History.silent(1, { asOf: 0, no: 0 }, 1, 1)],
  "history.letter": [History.letter(1, 1, "reference")],
  "history.referred": [History.referred("reference")],
  "history.numbered": [History.numbered(1)],
  "history.ranAt": [History.ranAt(1, 1, 1)],
  "history.snapshots": [History.snapshots(1)],
  "history.part": [History.part(1, 0, 0)],
  "history.page": [History.page(Counter)(1, 0, 1), History.page(Purse)(1, 0, 1)],
  "history.head": [History.head(gather())],
  "history.supplies": [History.supplies(1)],
  "history.alone": [History.alone(1)],
  "history.letGo": [History.letGo(1)],
  "history.named": [History.named("a")],
  "history.whereabouts": [History.whereabouts(Counter, [1], 1)],
  "load.begin": [Load.begin],
  "load.owner": [Load.owner(1)],
  "load.cursors": [Load.cursors(1)],
  "load.outbox": [Load.outbox(1)],
  "load.queue": [Load.queue(1, 1, 1)],
  "load.rows": [Load.rows(Counter)(1), Load.rows(Purse)(1)],
  "lockRows.lockRows": [
    LockRows.lockRows(LockRows.text(Counter), keys),
    LockRows.lockRows(LockRuntimes.text(Counter), keys)
  ],
  "outbox.send": [Outbox.send(gather())],
  "outbox.delivered": [Outbox.delivered([1], [1])],
  "own.take": [Own.take(1, "runner", "incarnation")],
  "own.unblock": [Own.unblock(1)],
  "own.end": [Own.end(1)],
  "own.owned": [Own.owned(1, "a")],
  "own.confirm": [Own.confirm([{ instance: 1, epoch: 1 }])],
  "own.release": [Own.release(1, 1, { nextDue: null, lastSeq: 0, lastNow: 0 })],
  "own.instances": [Own.instances],
  "own.heartbeat": [Own.heartbeat("a")],
  "own.sleeping": [Own.sleeping(1, 1)],
  "own.ids": [Own.ids(1)],
  "queue.enqueue": [Queue.enqueue(gather())],
  "queue.dequeue": [Queue.dequeue([1], [1])],
  "queue.attempted": [Queue.attempted([1], [1])],
  "queue.due": [Queue.due(1, { after: 0, until: 1, limit: 1 })],
  "queue.nextDue": [Queue.nextDue(1, 0)],
  "keeping.wanting": [Keeping.wanting(1, 1)],
  "keeping.unfollowed": [Keeping.unfollowed(1, 1)],
  "keeping.forgetSnapshots": [Keeping.forgetSnapshots(1)],
  "retention.lock": [Retention.lock],
  "retention.unlock": [Retention.unlock],
  "retention.turned": [Retention.turned],
  "retention.volumes": [Retention.volumes],
  "retention.isEmpty": [Retention.isEmpty(1)],
  "retention.behind": [Retention.behind(1)],
  "retention.tables": [Retention.tables],
  "retention.known": [Retention.known],
  "retention.make": [Retention.make("event_log", 1)],
  "retention.turn": [Retention.turn(1)],
  "retention.writers": [Retention.writers],
  "retention.spans": [Retention.spans(1)],
  "retention.sealed": Retention.sealed(1),
  "retention.giveUp": Retention.giveUp(1),
  "retention.detach": [Retention.detach("event_log", 1, false)],
  "retention.drop": [Retention.drop("event_log", 1)],
  "retention.holders": [Retention.holders("event_log", 1)],
  "retention.forgetDead": [Retention.forgetDead(1, 1)],
  "writeCursors.writeCursors": [WriteCursors.writeCursors(gather())],
  "writeRows.writers": [Counter, Purse].flatMap((aggregate) =>
    written(WriteRows.writers(aggregate), { instances: [1], rows: [{ ...whole, aggregate }] })
  ),
  "writeRuntimes.writers": written(WriteRuntimes.writers(Counter))
}
