/** Bounds of consumers, each pushed past. */
import { assert, describe, it } from "@effect/vitest"
import { Rejected } from "@wr2/core"
import { ConsumerLimits, defaults } from "@wr2/engine/ConsumerLimits"
import { ConsumerOffsets } from "@wr2/engine/ConsumerOffsets"
import type { Move, Offset, Parked } from "@wr2/engine/ConsumerOffsets"
import { Reader } from "@wr2/engine/ConsumerReader"
import type { Runnable } from "@wr2/engine/ConsumerReader"
import * as Consumers from "@wr2/engine/Consumers"
import { EventLog } from "@wr2/engine/EventLog"
import { StoreError } from "@wr2/engine/InstanceStore"
import type { Response } from "@wr2/engine/Messages"
import { Placement } from "@wr2/engine/Placement"
import type { EventRecord } from "@wr2/engine/Records"
import { Clock, Context, Effect, Layer } from "effect"
import { echoing } from "./Echo.ts"
import { pass } from "./Lab.ts"

/** Milliseconds between one and the next. */
const gaps = (times: ReadonlyArray<number>): ReadonlyArray<number> =>
  times.slice(1).map((time, i) => time - times[i]!)

const event = (seq: number, type = "Walked"): EventRecord => ({
  seq,
  type,
  version: 1,
  payload: JSON.stringify({ _tag: type, person: 1, from: 0, to: 1 }),
  streams: [],
  at: 0,
  actionNo: seq,
  commandId: null,
  actor: null
})

/** Offsets and a log in memory, and when they were asked what. */
const ground = Effect.gen(function* () {
  const clock = yield* Clock.Clock
  const now = () => clock.currentTimeMillisUnsafe()
  const events: Array<EventRecord> = []
  const asked: Array<{ readonly what: string; readonly at: number; readonly given: unknown }> = []
  const rows = new Map<string, { seq: number; parked: Parked | null }>()
  const note = (what: string, given: unknown) => asked.push({ what, at: now(), given })
  const row = (name: string) => {
    if (!rows.has(name)) rows.set(name, { seq: 0, parked: null })
    return rows.get(name)!
  }
  const offsets: ConsumerOffsets["Service"] = {
    enrol: () => Effect.void,
    open: (instance, _head, known) =>
      Effect.sync(() => {
        note("open", known)
        return known.map(({ name }): Offset => ({ instance, consumer: name, ...row(name) }))
      }),
    advance: (moves) =>
      Effect.sync(() => {
        note("advance", moves)
        return moves.map(({ consumer, to }: Move) => {
          row(consumer).seq = to
          return "written" as const
        })
      }),
    park: ({ consumer, to }, why) =>
      Effect.sync(() => {
        note("park", why)
        Object.assign(row(consumer), { seq: to, parked: why })
        return true
      }),
    resume: () => Effect.succeed(true),
    asleep: (_names, limit) =>
      Effect.sync(() => {
        note("asleep", limit)
        return []
      }),
    needed: Effect.succeed([])
  }
  const log: EventLog["Service"] = {
    read: (_instance, after, limit) =>
      Effect.sync(() => events.filter(({ seq }) => seq > after).slice(0, limit)),
    head: () => Effect.undefined,
    arrival: () => Effect.undefined
  }
  const timesOf = (what: string) => asked.filter((one) => one.what === what).map(({ at }) => at)
  return { asked, events, log, now, offsets, rows, timesOf }
})

const silent = (): Effect.Effect<Response> => Effect.never

/** A reader of one Event, that does this with it. */
const reading = Effect.fnUntraced(function* (
  limits: Partial<ConsumerLimits>,
  each: Runnable["each"],
  call = silent
) {
  const self = yield* ground
  self.events.push(event(1))
  const { log, now, offsets } = self
  const shared = { offsets, log, now, limits: { ...defaults, ...limits } }
  const consumer = { name: "test", from: "beginning", types: new Set(["Walked"]), each } as const
  const reader = new Reader(shared, consumer, { instance: 1, head: 1 }, call)
  yield* Effect.forkScoped(reader.run)
  return self
})

describe("a consumer", () => {
  it.effect(
    "that fails tries again after retryFirst ... retryMax, attemptsMax times; then it is parked, and looks every lookEvery",
    () =>
      Effect.gen(function* () {
        const times: Array<number> = []
        const limits = { retryFirst: 100, retryMax: 400, attemptsMax: 6, lookEvery: 2_000 }
        const self = yield* reading({ ...limits, errorMax: 50 }, () =>
          Effect.flatMap(Clock.currentTimeMillis, (at) => {
            times.push(at)
            return Effect.fail(new StoreError({ reason: "Contents", message: "x".repeat(10_000) }))
          })
        )
        yield* pass(10_000, 50)
        assert.deepStrictEqual(gaps(times), [100, 200, 400, 400, 400])
        const [parked] = self.asked.filter(({ what }) => what === "park")
        const { error, seq } = parked!.given as Parked
        assert.deepStrictEqual([seq, error.length], [1, 50])
        const looks = self.timesOf("open").filter((at) => at > parked!.at)
        assert.isAtLeast(looks.length, 3)
        assert.deepStrictEqual([...new Set(gaps(looks))], [2_000])
      })
  )

  it.effect("waits for the database as it does for its own failures: retryFirst ... retryMax", () =>
    Effect.gen(function* () {
      const times: Array<number> = []
      const self = yield* reading({ retryFirst: 100, retryMax: 300 }, () => Effect.void)
      Object.assign(self.log, {
        read: () =>
          Effect.flatMap(Clock.currentTimeMillis, (at) => {
            times.push(at)
            return Effect.fail(new StoreError({ reason: "Transient", message: "not now" }))
          })
      })
      yield* pass(1_500, 50)
      assert.deepStrictEqual(gaps(times).slice(0, 4), [100, 200, 300, 300])
    })
  )

  it.effect(
    "leaves what another owner has committed to that one: what it knows here is older",
    () =>
      Effect.gen(function* () {
        const done: Array<number> = []
        const self = yield* reading({}, ({ seq }) => Effect.sync(() => void done.push(seq)))
        self.events.push(event(2), event(3))
        yield* pass(1_000, 50)
        assert.deepStrictEqual(done, [1])
      })
  )

  it.effect("whose Command has no answer within, or none for now, sends it again", () =>
    Effect.gen(function* () {
      const times: Array<number> = []
      const away: Response = {
        _tag: "Denied",
        reason: new Rejected.Unavailable({ reason: "moving", retryAfter: 1 })
      }
      const answers: Array<Effect.Effect<Response>> = [
        Effect.never,
        Effect.succeed(away),
        Effect.never,
        Effect.succeed({ _tag: "Done" })
      ]
      let done = 0
      yield* reading(
        { within: 1_000, retryFirst: 100, retryMax: 400 },
        (_record, _at, issue) =>
          Effect.tap(issue(0, { _tag: "chime" }), () => Effect.sync(() => void done++)),
        () =>
          Effect.flatMap(Clock.currentTimeMillis, (at) => answers[times.push(at) - 1] ?? silent())
      )
      yield* pass(6_000, 50)
      assert.deepStrictEqual(gaps(times), [1_100, 200, 1_400])
      assert.strictEqual(done, 1)
    })
  )
})

describe("a process", () => {
  /** A game's consumer `echo`, in one instance. */
  const following = Effect.fnUntraced(function* (limits: Partial<ConsumerLimits>) {
    const self = yield* ground
    const placement = yield* Layer.build(Placement.layerLocal)
    const services = yield* Layer.build(Consumers.layer(echoing())).pipe(
      Effect.provide([
        Layer.succeed(ConsumerOffsets, self.offsets),
        Layer.succeed(EventLog, self.log),
        Layer.succeed(Placement, Context.get(placement, Placement))
      ]),
      Effect.provideService(ConsumerLimits, { ...defaults, ...limits })
    )
    const consumers = Context.get(services, Consumers.Consumers)
    const one = consumers.follow({ instance: 1, head: 0 }, () =>
      Effect.succeed<Response>({ _tag: "Done" })
    )
    yield* Effect.forkScoped(one.during(Effect.never))
    yield* pass(50, 50)
    return { ...self, one }
  })

  it.effect("writes offsets every checkpointEvery; those only passed over every skimEvery", () =>
    Effect.gen(function* () {
      const { asked, one } = yield* following({ checkpointEvery: 1_000, skimEvery: 5_000 })
      const moves = () => asked.filter(({ what }) => what === "advance")
      for (let seq = 1; seq <= 20; seq++) {
        one.published(seq, [event(seq)])
        yield* pass(10, 10)
      }
      yield* pass(1_000, 50)
      // Twenty Events, one statement.
      assert.deepStrictEqual(
        moves().map(({ given }) => (given as ReadonlyArray<Move>)[0]!.to),
        [20]
      )
      one.published(21, [event(21, "Rang")])
      yield* pass(3_000, 50)
      assert.strictEqual(moves().length, 1)
      yield* pass(5_000, 50)
      assert.deepStrictEqual((moves()[1]!.given as ReadonlyArray<Move>)[0]!.to, 21)
    })
  )

  it.effect("looks every lookEvery who sleeps with something unread, for wakeMax at most", () =>
    Effect.gen(function* () {
      const { asked, timesOf } = yield* following({
        checkpointEvery: 1_000,
        lookEvery: 4_000,
        wakeMax: 7
      })
      yield* pass(14_000, 50)
      assert.deepStrictEqual(gaps(timesOf("asleep")), [4_000, 4_000, 4_000])
      const limits = asked.filter(({ what }) => what === "asleep").map(({ given }) => given)
      assert.deepStrictEqual([...new Set(limits)], [7])
    })
  )
})
