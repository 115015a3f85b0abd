/** Bounds of the engine, each pushed past: what the caller is told, and that others do not pay for it. */
import { assert, describe, it } from "@effect/vitest"
import { Rejected } from "@wr2/core"
import { StoreError } from "@wr2/engine/InstanceStore"
import { defaults } from "@wr2/engine/Limits"
import type { Reply, Request, Response } from "@wr2/engine/Messages"
import type { OutboxRecord } from "@wr2/engine/Records"
import * as Relay from "@wr2/engine/Relay"
import type { Resident } from "@wr2/engine/Resident"
import { Clock, Effect, Fiber, Latch } from "effect"
import { guardOf } from "./guard.ts"
import { idle, known, make, once, pass, replies, tag, text } from "./Lab.ts"
import { people } from "./Yard.ts"

/** What a reply's reason says beside its tag. */
const reasonOf = (reply: Reply | undefined): unknown =>
  reply?._tag === "Rejected" ? { ...(reply.reason as object) } : reply

/** Milliseconds between one and the next. */
const gaps = (times: ReadonlyArray<number>): ReadonlyArray<number> =>
  times.slice(1).map((time, i) => time - times[i]!)

describe("a Command", () => {
  it.effect("settles no more than settledAheadMax ahead: numbers are not burnt up", () =>
    Effect.gen(function* () {
      const lab = yield* make({ limits: { settledAheadMax: 10, outOfOrderWait: 500 } })
      yield* lab.found(1, people(1, true))
      const p = known(yield* lab.machine(), 1, 1)
      const far = Number.MAX_SAFE_INTEGER
      const fiber = yield* Effect.forkChild(p.send(text(far, "n", far - 1)))
      yield* pass(1_000)
      // It is told the number from which to go on; and there it goes on.
      const [early] = yield* Fiber.join(fiber)
      assert.deepInclude(reasonOf(early), { _tag: "OutOfOrder", expected: 12 })
      assert.strictEqual(tag((yield* p.send(text(12, "n", 11)))[0]), "Accepted")
    })
  )

  it.effect("is asked for by so many at once (answersPerCommand), then Overloaded", () =>
    Effect.gen(function* () {
      const lab = yield* make({
        limits: { answersPerCommand: 3 },
        faults: {
          before: once(
            (c) => c.method === "commit",
            () => Effect.sleep(500)
          )
        }
      })
      yield* lab.found(1, people(1, true))
      const p = known(yield* lab.machine(), 1, 1)
      const fibers = yield* Effect.forEach([1, 2, 3, 4, 5], () =>
        Effect.forkChild(p.send(text(1, "n")), { startImmediately: true })
      )
      yield* pass(1_000)
      const answers = (yield* Effect.forEach(fibers, Fiber.join)).flat()
      assert.deepStrictEqual(answers.map(tag), [
        "Accepted",
        "Accepted",
        "Accepted",
        "Overloaded",
        "Overloaded"
      ])
      assert.deepInclude(reasonOf(answers[3]), { bound: "answersPerCommand", retryAfter: 1_000 })
      // Asked once more it has its answer; it happened once.
      assert.strictEqual(tag((yield* p.send(text(1, "n")))[0]), "Accepted")
      assert.strictEqual((yield* lab.row(1, "person:1")).place, 1)
    })
  )

  it.effect("that plans more than actionsPerPlan is Broken, and nothing is written", () =>
    Effect.gen(function* () {
      const lab = yield* make({ limits: { actionsPerPlan: 2 } })
      yield* lab.found(1, people(1, true))
      const p = known(yield* lab.machine(), 1, 1)
      const [three, one] = yield* p.say("double", "n")
      assert.match(String((reasonOf(three) as { reference?: string }).reference), /^[0-9a-f]{12}$/)
      assert.deepStrictEqual([tag(three), tag(one)], ["Broken", "Accepted"])
      assert.deepStrictEqual(yield* lab.events(1), ["Walked"])
    })
  )

  it.effect("is planned with plansMax others at most; the rest is next", () =>
    Effect.gen(function* () {
      const gate = Latch.makeUnsafe(true)
      const lab = yield* make({
        limits: { plansMax: 3 },
        faults: { before: (c) => (c.method === "commit" ? gate.await : Effect.void) }
      })
      yield* lab.found(1, people(10, true))
      const m = yield* lab.machine()
      yield* m.call(1, { _tag: "Wake" })
      gate.closeUnsafe()
      const all = yield* Effect.forEach(Array.from({ length: 10 }), (_, i) =>
        known(m, 1, i + 1).start("n")
      )
      yield* idle
      gate.openUnsafe()
      yield* pass(100)
      const answers = (yield* Effect.forEach(all, Fiber.join)).flat().map(tag)
      assert.isTrue(answers.every((answer) => answer === "Accepted"))
      const { log } = yield* lab.kept(1)
      assert.strictEqual(log.size, 10)
      assert.strictEqual(Math.max(...[...log.values()].map(({ position }) => position)), 2)
    })
  )
})

describe("an Action", () => {
  it.effect("that takes more new ids than idsPerAction is a dead letter once they end", () =>
    Effect.gen(function* () {
      const lab = yield* make({ limits: { idsPerAction: 4, idBlock: 10 } })
      yield* lab.found(1, people(2, true))
      const m = yield* lab.machine()
      const [p, q] = [known(m, 1, 1), known(m, 1, 2)]
      yield* p.say("mint 11 1")
      yield* q.say("mint 4 1", "mint 4 1", "mint 4 1")
      const { dead, events, log, rows } = yield* lab.kept(1)
      assert.strictEqual(dead.size, 1)
      assert.include([...dead.values()][0]!.error, "took more than 4 new ids")
      assert.strictEqual(events.filter(({ type }) => type === "ActionFailed").length, 1)
      assert.strictEqual(log.size, 3)
      const coins = [...rows.keys()].filter((key) => key.startsWith("coin:"))
      assert.strictEqual(coins.length, 12)
    })
  )

  it.effect("and a plan have decideWithin and no more: a dead letter, a Broken Command", () =>
    Effect.gen(function* () {
      const asked: Array<number> = []
      const lab = yield* make({
        limits: { decideWithin: 30 },
        guard: (millis, thunk) => {
          asked.push(millis)
          return guardOf(millis)(millis, thunk)
        }
      })
      yield* lab.found(1, people(2, true))
      const m = yield* lab.machine()
      const [p, q] = [known(m, 1, 1), known(m, 1, 2)]
      const began = performance.now()
      assert.deepStrictEqual((yield* p.say("wrong spin", "wrong planspin")).map(tag), [
        "Accepted",
        "Broken"
      ])
      assert.deepStrictEqual((yield* q.say("n")).map(tag), ["Accepted"])
      assert.isBelow(performance.now() - began, 5_000)
      assert.deepStrictEqual([...new Set(asked)], [30])
      const { dead } = yield* lab.kept(1)
      assert.include([...dead.values()][0]!.error, "Overran")
    })
  )
})

describe("a runner", () => {
  it.effect("has no more transactions at once than executors; who waits is served after", () =>
    Effect.gen(function* () {
      let [open, most] = [0, 0]
      const lab = yield* make({
        limits: { executors: 2, carryMax: 1 },
        faults: {
          before: (c) => {
            if (c.method !== "commit") return Effect.void
            most = Math.max(most, ++open)
            return Effect.sleep(100)
          },
          after: (c) => Effect.sync(() => void (c.method === "commit" && open--))
        }
      })
      const all = [1, 2, 3, 4, 5]
      for (const i of all) yield* lab.found(i, people(1, true))
      const m = yield* lab.machine()
      const fibers = yield* Effect.forEach(all, (i) => known(m, i, 1).start("n"))
      yield* pass(1_000, 10)
      const answers = (yield* Effect.forEach(fibers, Fiber.join)).flat().map(tag)
      assert.isTrue(answers.every((answer) => answer === "Accepted"))
      assert.strictEqual(most, 2)
    })
  )

  it.effect("tries a cycle again after retryFirst, twice that ..., never later than retryMax", () =>
    Effect.gen(function* () {
      const times: Array<number> = []
      const lab = yield* make({
        limits: { retryFirst: 100, retryMax: 400, readStaleness: 1e9 },
        faults: {
          before: (c) =>
            Effect.gen(function* () {
              if (c.method !== "commit") return
              times.push(yield* Clock.currentTimeMillis)
              if (times.length < 6)
                return yield* new StoreError({ reason: "Transient", message: "not now" })
            })
        }
      })
      yield* lab.found(1, people(1, true))
      const fiber = yield* known(yield* lab.machine(), 1, 1).start("n")
      yield* pass(3_000, 50)
      assert.deepStrictEqual((yield* Fiber.join(fiber)).map(tag), ["Accepted"])
      assert.deepStrictEqual(gaps(times), [100, 200, 400, 400, 400])
    })
  )

  it.effect(
    "says how much it takes of one instance (commandsWaitingPerInstance), and when more",
    () =>
      Effect.gen(function* () {
        const lab = yield* make({ limits: { commandsWaitingPerInstance: 3 } })
        yield* lab.found(1, people(1, true))
        const m = yield* lab.machine()
        const intents = [1, 2, 3, 4].map((n) => text(n, "n"))
        const actor = { type: "Person", id: 1 }
        const request = { _tag: "Submit", actor, session: "s1", intents, trace: null } as const
        for (const up of [false, true]) {
          const answers = replies(yield* m.call(1, request))
          assert.deepStrictEqual(answers.map(tag), Array(4).fill("Overloaded"), `up: ${up}`)
          assert.deepInclude(reasonOf(answers[0]), {
            bound: "commandsWaitingPerInstance",
            retryAfter: 1_000
          })
          yield* m.call(1, { _tag: "Wake" })
        }
      })
  )
})

describe("a message to another instance", () => {
  it.effect("is answered relayWithin, or sent again after relayRetryFirst ... relayRetryMax", () =>
    Effect.gen(function* () {
      const limits = {
        ...defaults,
        relayWithin: 1_000,
        relayRetryFirst: 100,
        relayRetryMax: 400
      }
      const message: OutboxRecord = {
        n: 7,
        target: 2,
        command: { _tag: "arrive" },
        traveller: null
      }
      const resident = { instance: 1, tools: { limits }, delivered: [], outbox: new Map() }
      resident.outbox.set(message.n, message)
      const times: Array<number> = []
      const sent: Array<Request> = []
      const not = (reason: { readonly _tag: string }): Response => ({ _tag: "Denied", reason })
      const answers: ReadonlyArray<Effect.Effect<Response>> = [
        Effect.never,
        Effect.succeed(not(new Rejected.Unavailable({ reason: "moving", retryAfter: 1 }))),
        Effect.succeed(not(new Rejected.Overloaded({ bound: "x", retryAfter: 1 }))),
        Effect.never,
        Effect.succeed({ _tag: "Done" })
      ]
      const relay = Relay.make(
        resident as unknown as Resident,
        (_, request) =>
          Effect.gen(function* () {
            sent.push(request)
            return yield* answers[times.push(yield* Clock.currentTimeMillis) - 1]!
          }),
        () => {}
      )
      const fiber = yield* Effect.forkChild(Effect.scoped(relay.run))
      yield* pass(6_000, 50)
      assert.deepStrictEqual(gaps(times), [1_100, 200, 400, 1_400])
      assert.strictEqual(new Set(sent.map((request) => JSON.stringify(request))).size, 1)
      assert.deepStrictEqual(resident.delivered, [7])
      fiber.interruptUnsafe()
    })
  )
})
