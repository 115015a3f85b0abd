/** docs/consumers.md: consumers of the event log. */
import { assert, beforeEach, describe, it } from "@effect/vitest"
import { Consumer } from "@wr2/core"
import { ConsumerLimits, defaults } from "@wr2/engine/ConsumerLimits"
import { ConsumerOffsets } from "@wr2/engine/ConsumerOffsets"
import * as Consumers from "@wr2/engine/Consumers"
import * as Memory from "@wr2/engine/Memory"
import { consumerLag, consumerLagTime } from "@wr2/engine/Telemetry"
import { Clock, Effect, Layer, Metric } from "effect"
import * as Echo from "./Echo.ts"
import { deaf, echo, echoing, heard, hole, mended, offset, resume, rung, wake } from "./Echo.ts"
import { guardOf } from "./guard.ts"
import { idle, inBothForms, known, make, pass, player, text } from "./Lab.ts"
import type { Options } from "./Lab.ts"
import { people, Walked } from "./Yard.ts"

const game = echoing()
const settled = 5_000

beforeEach(Echo.forget)

const gauge = (metric: Metric.Gauge<number>, consumer: string) =>
  Effect.map(Metric.value(Metric.withAttributes(metric, { consumer })), ({ value }) => value)

/** Consumers with other bounds. */
const bounded =
  (limits: Partial<ConsumerLimits>): NonNullable<Options["consumers"]> =>
  (layer) =>
    Layer.provide(layer, Layer.succeed(ConsumerLimits, { ...defaults, ...limits }))

inBothForms("a consumer", (laboratory) => {
  const lab1 = (options?: Options, instances?: number) =>
    Echo.peopled(laboratory, options, instances)

  it.effect("hears each Event once, in order, and its Commands are had", () =>
    Effect.gen(function* () {
      const lab = yield* lab1()
      const m = yield* lab.machine()
      const p = known(m, 1, 1)
      for (let i = 0; i < 5; i++) yield* p.say("n", "n")
      yield* pass(settled)
      assert.strictEqual(yield* rung(lab), 10)
      const seqs = heard.map((each) => Number(each.split("/")[1]))
      assert.deepStrictEqual(
        seqs,
        [...new Set(seqs)].sort((a, b) => a - b)
      )
      const { cursors, events, log } = yield* lab.kept(1)
      assert.strictEqual(offset(lab)!.seq, events.at(-1)!.seq)
      // The cursor of its actor says which Event it was of.
      const { lastN } = cursors.get("consumer:echo:0")!
      assert.strictEqual(lastN, Consumer.numberOf(seqs.at(-1)!, 0))
      assert.isTrue([...log.values()].some((each) => each.commandId === `consumer:echo:0#${lastN}`))
    })
  )

  it.effect("hears commits in memory: the log is not read, and offsets go in one statement", () =>
    Effect.gen(function* () {
      const lab = yield* lab1({}, 20)
      const m = yield* lab.machine()
      for (let i = 1; i <= 20; i++) yield* wake(m, i)
      yield* idle
      for (let i = 1; i <= 20; i++) yield* known(m, i, 1).say("n", "n", "n")
      yield* pass(settled)
      for (let i = 1; i <= 20; i++) assert.strictEqual(yield* rung(lab, i), 3)
      assert.deepStrictEqual(
        m.calls.filter((call) => call.startsWith("read ")),
        []
      )
      const advances = m.calls.filter((call) => call.startsWith("advance "))
      assert.isAtMost(advances.length, 3)
      assert.isAbove(advances[0]!.split(",").length, 10)
    })
  )

  it.effect("that fell behind reads the log, so many at a time, and hears on in memory", () =>
    Effect.gen(function* () {
      const lab = yield* lab1()
      // An engine that consumes nothing leaves it behind.
      const old = yield* lab.machine({ game: deaf })
      const p = known(old, 1, 1)
      // Settled as it goes: more unsettled answers than `repliesKept` are not kept for anybody.
      const both = (n: number) => [text(n, "n", n - 1), text(n + 1, "s", n - 1)]
      for (let n = 1; n < 600; n += 2) yield* p.send(...both(n))
      yield* old.stop
      assert.isUndefined(offset(lab))
      const m = yield* lab.machine()
      yield* wake(m)
      yield* p.at(m).send(...both(601))
      yield* pass(60_000)
      assert.strictEqual(yield* rung(lab), 602)
      const reads = m.calls.filter((call) => call.startsWith("read ")).length
      assert.isAtLeast(reads, 2)
      yield* p.at(m).send(text(603, "n", 602))
      yield* pass(settled)
      assert.strictEqual(yield* rung(lab), 603)
      assert.strictEqual(m.calls.filter((call) => call.startsWith("read ")).length, reads)
    })
  )

  it.effect("that throws is tried again, then parked there with a report; others go on", () =>
    Effect.gen(function* () {
      const silent = Consumer.make("silent", { events: [Walked], issues: [], handle: () => [] })
      const lab = yield* lab1({ game: echoing(echo, silent) }, 2)
      const m = yield* lab.machine()
      const p = known(m, 1, 1)
      yield* p.say("n", `go ${hole.throws - 1}`, "n")
      yield* known(m, 2, 1).say("n")
      yield* pass(60_000)
      assert.strictEqual(heard.filter((each) => each === heard[1]).length, 8)
      assert.strictEqual(offset(lab)!.parked!.seq, Number(heard[1]!.split("/")[1]))
      assert.include(offset(lab)!.parked!.error, "it was written to throw")
      assert.strictEqual(yield* rung(lab), 1)
      assert.strictEqual(yield* rung(lab, 2), 1)
      assert.strictEqual(offset(lab, 1, "silent")!.seq, yield* Echo.newest(lab))
      // Parked it stays, also with the next owner, and nobody asks it.
      const asked = heard.length
      yield* m.stop
      const next = yield* lab.machine()
      yield* p.at(next).say("n")
      yield* pass(120_000)
      assert.strictEqual(heard.length, asked)
      // Mended: it goes on where it stopped.
      mended.now = true
      assert.isTrue(yield* resume(lab, null))
      yield* pass(120_000)
      assert.strictEqual(yield* rung(lab), 4)
      assert.isNull(offset(lab)!.parked)
    })
  )

  it.effect("can be told to go on without the Event that it broke at", () =>
    Effect.gen(function* () {
      const lab = yield* lab1()
      const m = yield* lab.machine()
      const p = known(m, 1, 1)
      yield* p.say(`go ${hole.throws}`, "s")
      yield* pass(60_000)
      const { seq } = offset(lab)!.parked!
      yield* resume(lab, seq)
      yield* pass(120_000)
      assert.strictEqual(yield* rung(lab), 1)
    })
  )

  it.effect(
    "that loops, or issues what it may not, is parked; what is rejected is passed over",
    () =>
      Effect.gen(function* () {
        for (const [place, told] of [
          [hole.spins, "Overran"],
          [hole.forbidden, "Malformed"]
        ] as const) {
          const lab = yield* lab1()
          const m = yield* lab.machine({ guard: guardOf(20) })
          yield* known(m, 1, 1).say(`go ${place}`)
          yield* pass(60_000)
          assert.include(offset(lab)!.parked?.error ?? "", told)
        }
        const lab = yield* lab1()
        const m = yield* lab.machine()
        yield* known(m, 1, 1).say(`go ${hole.rejected}`, "n")
        yield* pass(settled)
        assert.strictEqual(yield* rung(lab), 1)
        assert.isNull(offset(lab)!.parked)
      })
  )

  it.effect("is told when retention was faster: parked before the gap, with where it is", () =>
    Effect.gen(function* () {
      const lab = yield* lab1()
      const old = yield* lab.machine({ game: deaf })
      yield* known(old, 1, 1).say("n", "n", "n", "n", "n")
      yield* old.stop
      yield* Effect.flatMap(ConsumerOffsets, (offsets) => offsets.enrol([echo])).pipe(
        Effect.provide(Memory.layerFrom(lab.db))
      )
      yield* lab.db.dropEvents(1, 3)
      const m = yield* lab.machine()
      yield* wake(m)
      yield* pass(settled)
      assert.include(offset(lab)!.parked!.error, "Events 1 to 3")
      assert.strictEqual(offset(lab)!.seq, 0)
      yield* resume(lab, 3)
      yield* pass(120_000)
      assert.strictEqual(yield* rung(lab), 2)
    })
  )

  it.effect("begins with what comes, or with what is kept, and then goes on where it was", () =>
    Effect.gen(function* () {
      const fresh = { ...echo, from: "now" } as const
      const lab = yield* lab1({}, 2)
      const old = yield* lab.machine({ game: deaf })
      yield* known(old, 1, 1).say("n", "n")
      yield* known(old, 2, 1).say("n")
      yield* pass(1_000)
      yield* old.stop
      const m = yield* lab.machine({ game: echoing(fresh) })
      const p = known(m, 1, 1, "s1", { n: 3 })
      yield* p.say("n")
      yield* pass(settled)
      assert.strictEqual(yield* rung(lab), 1)
      // Also what sleeps is begun at once: what happens later counts, whenever it is woken.
      assert.strictEqual(offset(lab, 2)!.seq, 1)
    })
  )
})

describe("consumers of many instances", () => {
  it.effect("cost a sleeping world nothing: one look in a while for all of it", () =>
    Effect.gen(function* () {
      const lab = yield* make({ game, limits: { passivateAfter: 1_000 } })
      for (let instance = 1; instance <= 300; instance++)
        yield* lab.found(instance, people(1, false))
      const m = yield* lab.machine()
      for (let instance = 1; instance <= 300; instance++) yield* wake(m, instance)
      yield* pass(10_000)
      assert.deepStrictEqual(yield* m.resident, [])
      m.calls.length = 0
      yield* pass(600_000, 1_000)
      const calls = m.calls.filter((call) => !call.startsWith("heartbeat"))
      // A look is two statements, however many instances there are.
      assert.isAtMost(calls.length, 2 * 11)
      assert.deepStrictEqual(yield* m.resident, [])
    })
  )

  it.effect(
    "wake those in which something is unread, some at a time, and let them sleep again",
    () =>
      Effect.gen(function* () {
        const lab = yield* make({ limits: { passivateAfter: 1_000 } })
        for (let instance = 1; instance <= 40; instance++)
          yield* lab.found(instance, people(1, false))
        const old = yield* lab.machine({ game: deaf })
        for (let instance = 1; instance <= 40; instance++) {
          const p = yield* player(old, instance, 1)
          yield* p.say("n")
          yield* old.call(instance, { _tag: "Leave", id: 1, session: "s1" })
        }
        yield* old.stop
        const m = yield* lab.machine({ game, consumers: bounded({ wakeMax: 7 }) })
        yield* pass(120_000, 500)
        for (let instance = 1; instance <= 40; instance++)
          assert.strictEqual(yield* rung(lab, instance), 1)
        assert.deepStrictEqual(yield* m.resident, [])
        const woken = m.calls
          .join("\n")
          .split("asleep")
          .map((look) => look.split("activate").length - 1)
        assert.strictEqual(Math.max(...woken), 7)
      })
  )
})

describe("a worker", () => {
  const events = [Walked]

  it.effect("is told (instance, seq), again after a failure, and slows nobody but itself", () =>
    Effect.gen(function* () {
      const lab = yield* make({ game })
      yield* lab.found(1, people(1, true))
      const done: Array<string> = []
      let failures = 2
      const slow = Consumers.worker("slow", {
        events,
        from: "beginning",
        handle: (_, { instance, seq }) =>
          Effect.suspend(() => {
            done.push(`${instance}/${seq}`)
            return failures-- > 0 ? Effect.fail("the other side is away") : Effect.sleep(10_000)
          })
      })
      const m = yield* lab.machine({ workers: [slow] })
      const p = known(m, 1, 1)
      const began = yield* Clock.currentTimeMillis
      const replies = yield* p.say("n", "n", "n")
      assert.isTrue(replies.every(({ _tag }) => _tag === "Accepted"))
      assert.strictEqual(yield* Clock.currentTimeMillis, began)
      yield* pass(5_000)
      // The consumer beside it is done already; the worker is at its first.
      assert.strictEqual(yield* rung(lab), 3)
      assert.deepStrictEqual(done, ["1/1", "1/1", "1/1"])
      assert.isAtLeast(yield* gauge(consumerLag, "slow"), 3)
      assert.isAtLeast(yield* gauge(consumerLagTime, "slow"), 4)
      assert.strictEqual(yield* gauge(consumerLag, "echo"), 0)
      yield* pass(60_000)
      assert.deepStrictEqual(new Set(done).size, 3)
      assert.strictEqual(yield* gauge(consumerLag, "slow"), 0)
      assert.strictEqual(offset(lab, 1, "slow")!.seq, yield* Echo.newest(lab))
    })
  )

  it.effect("that waits in memory for too many reads the log instead", () =>
    Effect.gen(function* () {
      const lab = yield* make({ game: echoing(echo) })
      yield* lab.found(1, people(1, true))
      const done: Array<number> = []
      const slow = Consumers.worker("slow", {
        events,
        handle: (_, { seq }) =>
          Effect.delay(
            Effect.sync(() => void done.push(seq)),
            100
          )
      })
      const m = yield* lab.machine({
        workers: [slow],
        consumers: bounded({ waitingMax: 5, batchMax: 4 })
      })
      const p = known(m, 1, 1)
      yield* idle
      for (let i = 0; i < 20; i++) yield* p.say("n", "s")
      yield* pass(20_000)
      assert.strictEqual(done.length, 40)
      assert.deepStrictEqual(
        done,
        [...new Set(done)].sort((a, b) => a - b)
      )
      assert.isTrue(m.calls.includes("read 1"))
    })
  )

  it.effect("that says much when it fails is parked with the beginning of it", () =>
    Effect.gen(function* () {
      const lab = yield* make({ game })
      yield* lab.found(1, people(1, true))
      const loud = Consumers.worker("loud", {
        events,
        handle: () => Effect.fail("no! ".repeat(999))
      })
      const m = yield* lab.machine({ workers: [loud], consumers: bounded({ errorMax: 40 }) })
      yield* known(m, 1, 1).say("n")
      yield* pass(60_000)
      assert.strictEqual(offset(lab, 1, "loud")!.parked!.error.length, 40)
    })
  )

  it.effect("that takes too long fails, and is parked when it always does", () =>
    Effect.gen(function* () {
      const lab = yield* make({ game })
      yield* lab.found(1, people(1, true))
      const stuck = Consumers.worker("stuck", { events, handle: () => Effect.never })
      const m = yield* lab.machine({ workers: [stuck] })
      yield* known(m, 1, 1).say("n")
      yield* pass(600_000, 1_000)
      assert.include(offset(lab, 1, "stuck")!.parked!.error, "Timeout")
      assert.strictEqual(yield* rung(lab), 1)
    })
  )
})
