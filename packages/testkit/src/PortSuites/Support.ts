/** Values and steps that the port suites share. */
import { assert } from "@effect/vitest"
import { LockSet, Plain } from "@wr2/core"
import type { Aggregate } from "@wr2/core"
import type { InstanceStore as Port, Records } from "@wr2/engine"
import { EventLog } from "@wr2/engine/EventLog"
import { InstanceStore, StoreError } from "@wr2/engine/InstanceStore"
import { nothing } from "@wr2/engine/Records"
import { Effect, Fiber } from "effect"
import { Counter, Purse } from "../TestGame.ts"
import type { StoreTools } from "./Tools.ts"

let instances = 1_000

/** An instance that no other test uses. */
export const newInstance = (): number => ++instances

/** A Counter as born, with runtime data when a mood is given. */
export const counter = (
  id: number,
  some: Partial<(typeof Counter)["Row"]["Type"]> = {},
  mood?: string
): Aggregate.Given =>
  Counter.row(
    { label: `counter ${id}`, count: 0, tags: null, flag: false, ...some, id },
    mood === undefined ? undefined : { mood }
  )

/** A Purse as born. */
export const purse = (id: number, gold: number, owner = `owner ${id}`): Aggregate.Given =>
  Purse.row({ id, owner, gold })

/** An accepted Action. */
export const action = (
  no: number,
  some: Partial<Records.ActionRecord> = {}
): Records.ActionRecord => ({
  no,
  type: "Count",
  version: 1,
  payload: { by: 1 },
  actor: null,
  commandId: null,
  cause: null,
  key: `key ${no}`,
  seed: 7,
  priority: 0,
  runAt: 1_000,
  attempts: 0,
  depth: 0,
  ...some
})

/** A done Action. */
export const done = (
  no: number,
  some: Partial<Records.ActionLogRecord> = {}
): Records.ActionLogRecord => ({
  ...action(no),
  now: 2_000,
  idBase: null,
  contentHash: "content",
  rule: 2,
  asOf: 40,
  outcome: "done",
  reason: null,
  firstSeq: null,
  position: 0,
  ...some
})

/** A dead letter. */
export const dead = (
  no: number,
  some: Partial<Records.DeadLetterRecord> = {}
): Records.DeadLetterRecord => ({
  ...action(no),
  reference: `reference ${no}`,
  error: "it threw",
  now: 2_000,
  idBase: null,
  contentHash: "content",
  rule: 2,
  asOf: null,
  runner: "a runner",
  rows: null,
  rowsLeftOut: 0,
  ...some
})

/** An Event. */
export const event = (
  seq: number,
  some: Partial<Records.EventRecord> = {}
): Records.EventRecord => ({
  seq,
  type: "Counted",
  version: 1,
  payload: JSON.stringify({ _tag: "Counted", by: 1 }),
  streams: ["counter:1"],
  at: 2_000,
  actionNo: null,
  commandId: null,
  actor: null,
  ...some
})

/** A cursor. */
export const cursor = (
  actor: string,
  lastN: number,
  some: Partial<Records.CursorRecord> = {}
): Records.CursorRecord => ({ actor, lastN, replies: [], movedTo: null, ...some })

/** A message to another instance. */
export const message = (
  n: number,
  some: Partial<Records.OutboxRecord> = {}
): Records.OutboxRecord => ({ n, target: 1, command: { _tag: "Arrive" }, traveller: null, ...some })

/** What a cycle writes: what is given, and nothing else. */
export const writes = (some: Partial<Records.Writes> = {}): Records.Writes => ({
  ...nothing,
  ...some
})

/** An insert or update of a given row. */
export const put = (op: "insert" | "update", { ref, row }: Aggregate.Given): Records.RowWrite => ({
  op,
  ...ref,
  row
})

/** An instance and its present owner. */
export interface Owned {
  readonly instance: number
  readonly epoch: number
}

/** The process that takes instances, unless another is said. */
export const ownProcess = "incarnation"

/** Takes an instance, with a horizon of an hour. */
export const activate = (instance: number, incarnation = ownProcess) =>
  Effect.flatMap(InstanceStore, (store) =>
    store.activate(instance, { runner: "runner", incarnation, timersHorizon: 3_600_000 })
  )

/** Founds an instance and takes it. */
export const born = Effect.fnUntraced(function* (birth: {
  readonly rows?: ReadonlyArray<Aggregate.Given>
  readonly queue?: ReadonlyArray<Records.ActionRecord>
}) {
  const store = yield* InstanceStore
  const instance = newInstance()
  yield* store.found({ instance, rows: birth.rows ?? [], queue: birth.queue ?? [] })
  return yield* activate(instance)
})

/** One cycle. */
export const cycle = (
  { epoch, instance }: Owned,
  refs: ReadonlyArray<Aggregate.Ref>,
  decide: (locked: Port.Locked) => Records.Writes | undefined
): Port.Cycle => ({ instance, epoch, locks: LockSet.make(refs), decide })

/** Commits cycles, each of which just writes. */
export const commit = (
  ...parts: ReadonlyArray<readonly [Owned, Partial<Records.Writes>]>
): Effect.Effect<ReadonlyArray<Port.CycleOutcome>, StoreError, InstanceStore> =>
  Effect.flatMap(InstanceStore, (store) =>
    store.commit(
      parts.map(([owned, some]) => {
        const all = writes(some)
        const refs = [...all.rows, ...all.runtimes].filter((w) => w.op !== "insert")
        return cycle(owned, refs, () => all)
      })
    )
  )

/** Commits what must be committed; its stamp. */
export const written = Effect.fnUntraced(function* (owned: Owned, some: Partial<Records.Writes>) {
  const [outcome] = yield* commit([owned, some])
  if (outcome?._tag !== "Committed") return assert.fail(`${outcome?._tag}, not Committed`)
  return outcome.stamp
})

/** What locks on these find; nothing is written. */
export const look = Effect.fnUntraced(function* (owned: Owned, refs: ReadonlyArray<Aggregate.Ref>) {
  const store = yield* InstanceStore
  let found: Port.Locked | undefined
  const outcomes = yield* store.commit([
    cycle(owned, refs, (locked) => {
      found = locked
      return undefined
    })
  ])
  assert.deepStrictEqual(outcomes, [{ _tag: "Nothing" }])
  return found!
})

/** The names of refs, in order. */
export const names = (refs: ReadonlyArray<Aggregate.Ref>): ReadonlyArray<string> =>
  refs.map(LockSet.key).sort()

/** The rows of an activation by name: fields, runtime data. */
export const rowsOf = ({ rows }: Port.Activation): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    rows.map(({ aggregate, id, row, runtime }) => [
      LockSet.key({ aggregate, id }),
      runtime === undefined ? { row } : { row, runtime: runtime.data }
    ])
  )

/** All that is kept of an instance, comparable; takes ownership to read it. */
export const everything = <R>(instance: number, tools: StoreTools<R>) =>
  Effect.gen(function* () {
    const { cursors, lastNo, lastNow, lastSeq, outbox, queue, rows } = yield* activate(instance)
    const events = yield* Effect.flatMap(EventLog, (log) => log.read(instance, 0, 10_000))
    return {
      lastNo,
      lastNow,
      lastSeq,
      rows: rows
        .map(({ aggregate, ...rest }) => Plain.canonical({ aggregate: aggregate._tag, ...rest }))
        .sort(),
      cursors: cursors.map(Plain.canonical).sort(),
      queue,
      outbox,
      events: events.map((each) => ({ ...each, payload: JSON.parse(each.payload) })),
      log: yield* tools.actionLog(instance),
      dead: yield* tools.deadLetters(instance)
    }
  })

/** Fails with a StoreError of one of these reasons. */
export const failsWith = Effect.fnUntraced(function* <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  ...reasons: ReadonlyArray<StoreError["reason"]>
) {
  const error = yield* Effect.flip(effect)
  assert.instanceOf(error, StoreError)
  assert.include(reasons, (error as StoreError).reason, (error as StoreError).message)
})

/** Fails a test whose effect waits: `millis` of real time, whatever clock the test has. */
export const within = <A, E, R>(millis: number, effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect)
    const late = Effect.callback<never>((resume) => {
      const timer = setTimeout(
        () => resume(Effect.die(new Error(`it waited for ${millis} ms`))),
        millis
      )
      return Effect.sync(() => clearTimeout(timer))
    })
    return yield* Effect.raceFirst(Fiber.join(fiber), late)
  })
