/**
 * A small world of engines, players and misfortune, all of it from one seed: several processes on one
 * memory database, requests that reach any of them, twice or late, answers that get lost, commits
 * nobody knows of, rows that somebody holds, processes that freeze, crash, stop and come back.
 *
 * At the end everybody has an answer to everything, and what is kept is what the invariants say.
 */
import { Dice, Hash } from "@wr2/core"
import type { Dice as AnyDice } from "@wr2/core"
import { StoreError } from "@wr2/engine/InstanceStore"
import type { Call, Kept } from "@wr2/engine/Memory"
import type { FeedEvent, Intent, Reply, Request, Response } from "@wr2/engine/Messages"
import { Planner } from "@wr2/engine/Planner"
import { Projection } from "@wr2/engine/Projection"
import { feedEvent } from "@wr2/engine/Publisher"
import * as Fold from "@wr2/testkit/Fold"
import * as Invariants from "@wr2/testkit/Invariants"
import { Effect, Fiber, Layer, Stream } from "effect"
import { answered, conserved, hearing, historyOf, linesOf } from "./Checks.ts"
import { notNow, spoken } from "./Speech.ts"
import * as Lab from "../../packages/engine/test/Lab.ts"
import { Coin, people, Person, yard } from "../../packages/engine/test/Yard.ts"

export interface Options {
  readonly seed: number
  readonly players?: number
  readonly instances?: number
  /** Commands of each player. */
  readonly commands?: number
  /** Faults of a hundred calls; 0: all goes well. */
  readonly misfortune?: number
  /** For mutants: how engines are made. */
  readonly engines?: Lab.Options
}

export interface Report {
  readonly seed: number
  readonly wrong: ReadonlyArray<string>
  /** What happened, to see that something did. */
  readonly counts: Readonly<Record<string, number>>
}

/** Runs a world until all is said and quiet. */
export const simulate = Effect.fnUntraced(function* (options: Options): Effect.fn.Return<Report> {
  const { commands = 30, instances = 3, misfortune = 6, players = 6, seed } = options
  const dice = (name: string): AnyDice.Dice => Dice.fromSeed(Hash.int53(`${seed}/${name}`))
  const counts: Record<string, number> = {}
  const count = (what: string, by = 1) => void (counts[what] = (counts[what] ?? 0) + by)
  const wrong: Array<string> = []
  /** No more misfortune; and then nobody is left who reads or wakes. */
  let calm = false
  let over = false

  const lab = yield* Lab.make({
    ...options.engines,
    limits: {
      queueFirst: dice("form").chance(30),
      batchMax: dice("batch").pick([2, 8, 256])!,
      carryMax: dice("carry").pick([1, 2, 64])!,
      executors: dice("pool").pick([1, 2, 4])!,
      timersHorizon: dice("horizon").pick([2_000, 60_000])!,
      causationDepthMax: dice("depth").pick([1, 16])!,
      passivateAfter: 4_000,
      passivateHorizon: 1_000,
      linklessAfter: 1e9,
      // Owners change so often here that an Action can be unlucky many times through no fault of its own.
      attemptsMax: 1_000,
      releaseWithin: 2_000,
      ...options.engines?.limits
    }
  })
  const home = (id: number) => 1 + (id % instances)
  for (let instance = 1; instance <= instances; instance++) {
    const here = people(players, true).filter(({ ref }) => home(ref.id) === instance)
    const coins = here.map(({ ref }) =>
      Coin.row({ id: 100 + ref.id, holder: ref.id, value: ref.id })
    )
    yield* lab.found(instance, [...here, ...coins])
  }

  // ------------------------------------------------------------------ processes

  let passed = 0
  const luck = dice("faults")
  const faults = {
    before: (call: Call) =>
      Effect.suspend(() => {
        if (calm) return Effect.void
        if (luck.chance(20)) return Effect.sleep(luck.between(1, 60))
        if (!luck.chance(misfortune)) return Effect.void
        const reason =
          call.method === "commit" ? luck.pick(["Transient", "Unknown"] as const)! : "Transient"
        count(`${reason} before ${call.method}`)
        return Effect.fail(new StoreError({ reason, message: "simulated" }))
      }),
    after: (call: Call) =>
      Effect.suspend(() => {
        if (calm || !luck.chance(misfortune)) return Effect.void
        count(`lost answer of ${call.method}`)
        return Effect.fail(new StoreError({ reason: "Unknown", message: "simulated" }))
      })
  }
  /** The projection that a Command was last planned on, by instance. */
  const planned = new Map<number, Projection>()
  const start = lab.machine({
    faults,
    parts: {
      planner: Layer.effect(
        Planner,
        Effect.map(Planner, ({ plan }) => ({
          plan: (input) => {
            if (input.projection instanceof Projection)
              planned.set(input.instance, input.projection)
            return plan(input)
          }
        }))
      ),
      ...options.engines?.parts
    }
  })
  const machines = [yield* start, yield* start]
  // Where requests go: mostly to one of them, or to any, so that owners fight or grow old.
  const faithful = dice("routing").pick([0, 80, 98])!
  const any = (from: AnyDice.Dice) => (from.chance(faithful) ? machines[0]! : from.pick(machines)!)
  const fate = dice("fate")
  const chaos = Effect.gen(function* () {
    while (!calm) {
      yield* Effect.sleep(fate.between(200, 1_500))
      if (calm || misfortune === 0) continue
      const at = fate.between(0, machines.length - 1)
      const machine = machines[at]!
      const instance = fate.between(1, instances)
      const what = fate.pick([
        "crash",
        "stop",
        "freeze",
        "release",
        "hold",
        "executor",
        "owner"
      ] as const)!
      count(what)
      switch (what) {
        case "crash":
          yield* machine.crash
          machines[at] = yield* start
          break
        case "stop":
          yield* Effect.forkDetach(machine.stop)
          machines[at] = yield* start
          break
        case "freeze":
          yield* machine.freeze
          yield* Effect.forkDetach(Effect.delay(machine.thaw, fate.between(100, 4_000)))
          break
        case "release":
          yield* Effect.forkDetach(machine.release(instance))
          break
        case "executor":
          for (const fiber of (yield* machine.executors).slice(0, 1))
            yield* Effect.forkDetach(Fiber.interrupt(fiber))
          break
        default: {
          const millis = fate.between(50, 1_500)
          const hold =
            what === "owner"
              ? lab.db.holdOwner(instance)
              : lab.db.holdRow(
                  instance,
                  Person.ref(fate.between(1, players)),
                  fate.pick(["row", "runtime"] as const)!
                )
          yield* Effect.forkDetach(Effect.scoped(Effect.andThen(hold, Effect.sleep(millis))))
        }
      }
    }
  })

  // ------------------------------------------------------------------ players

  interface Sent {
    readonly intent: Intent
    reply: Reply | undefined
  }
  const acknowledged = new Map<string, ReadonlyArray<Sent>>()
  const sessions = new Map<string, string>()
  const play = Effect.fnUntraced(function* (id: number) {
    const own = dice(`player ${id}`)
    const sent: Array<Sent> = []
    acknowledged.set(`person:${id}`, sent)
    let at = home(id)
    let session = `s${id}`
    /** One call, which the gateway bounds; some are made twice, some answers are lost. */
    const ask = (request: Request) =>
      Effect.gen(function* () {
        const machine = any(own)
        // An Enter that comes late would bring a session back that its client has given up.
        if (request._tag !== "Enter" && own.chance(15)) {
          count("doubled")
          yield* Effect.forkDetach(any(own).call(at, request))
        }
        const answer = yield* Effect.timeoutOption(machine.call(at, request), 1_500)
        if (answer._tag === "None" || (!calm && own.chance(misfortune))) {
          count("unanswered")
          return undefined
        }
        return answer.value as Response
      })
    const submit = (intents: ReadonlyArray<Intent>) =>
      ask({ _tag: "Submit", actor: { type: "Person", id }, session, intents, trace: null })
    /** Asks until it is answered so, wherever the character is. */
    const until = Effect.fnUntraced(function* (request: Request, tags: ReadonlyArray<string>) {
      while (true) {
        const response = yield* ask(request)
        const tag = Lab.tag(response)
        if (response !== undefined && tags.includes(tag)) return response
        if (tag === "Travelling") at = (response as any).reason.target as number
        else yield* Effect.sleep(own.between(10, 200))
      }
    })
    /** Leaves, or not, and comes back as another session. */
    const comeAndGo = Effect.gen(function* () {
      if (own.chance(50)) {
        yield* until({ _tag: "Leave", id, session }, ["Done", "TakenOver"])
        count("left")
        yield* Effect.sleep(own.between(1, 2_000))
      }
      session = `s${id} after ${sent.length}`
      sessions.set(`person:${id}`, session)
      const inside = yield* until({ _tag: "Enter", id, session }, ["Inside"])
      count("entered")
      if (inside._tag === "Inside" && inside.nextN > sent.length + 1)
        wrong.push(`person:${id} is told to go on with ${inside.nextN} after ${sent.length}`)
    })
    while (sent.length < commands) {
      const frame = Array.from({ length: own.between(1, 4) }, (_, i): Sent => ({
        intent: spoken(own, sent.length + 1 + i, players, instances),
        reply: undefined
      }))
      sent.push(...frame)
      while (frame.some(({ reply }) => reply === undefined)) {
        const open = frame.filter(({ reply }) => reply === undefined)
        const asked = own.chance(10) ? open.toReversed() : open
        // Up to here the client holds an answer to everything.
        const missing = sent.findIndex(({ reply }) => reply === undefined)
        const response = yield* submit(asked.map(({ intent }) => ({ ...intent, settled: missing })))
        let away: number | undefined
        if (response?._tag === "Replies") {
          for (const [i, reply] of response.replies.entries()) {
            const tag = Lab.tag(reply)
            if (tag === "Travelling") away = (reply as any).reason.target as number
            else if (!notNow.has(tag) && tag !== "OutOfOrder") asked[i]!.reply ??= reply
          }
        }
        if (away === undefined) yield* Effect.sleep(own.between(10, 200))
        else at = away
      }
      for (const { reply } of frame) count(Lab.tag(reply))
      if (own.chance(10)) yield* comeAndGo
      yield* Effect.sleep(own.between(1, 300))
    }
  })

  // ------------------------------------------------------------------ readers

  /** What somebody hears who reads each feed, wherever it is, and the log where it was too late. */
  const heard = new Map<number, Array<FeedEvent>>()
  const read = Effect.fnUntraced(function* (instance: number) {
    const own = dice(`reader ${instance}`)
    const all: Array<FeedEvent> = []
    heard.set(instance, all)
    const readLog = Effect.map(lab.db.kept(instance), (tables) => {
      const { events } = tables!
      if (events.length > all.length) count("read from the log")
      all.push(...events.slice(all.length).map(feedEvent))
      return events.length
    })
    while (!over) {
      yield* any(own)
        .feed(instance, all.length)
        .pipe(
          Stream.runForEach(({ events, upTo }) =>
            Effect.gen(function* () {
              for (const event of events) if (event.seq === all.length + 1) all.push(event)
              if (upTo > all.length && (yield* readLog) < upTo)
                wrong.push(`instance ${instance} told of seq ${upTo}, which is not there`)
            })
          ),
          Effect.ignoreCause,
          Effect.timeoutOption(own.between(500, 5_000))
        )
      yield* readLog
      yield* Effect.sleep(own.between(10, 300))
    }
    yield* readLog
  })

  // ------------------------------------------------------------------ time

  const clients = yield* Effect.forEach(
    Array.from({ length: players }, (_, i) => i + 1),
    (id) => Effect.forkDetach(play(id))
  )
  yield* Effect.forkDetach(chaos)
  const waker = Effect.gen(function* () {
    while (!over) {
      yield* Effect.sleep(1_000)
      for (let instance = 1; instance <= instances; instance++)
        yield* Effect.forkDetach(any(luck).call(instance, { _tag: "Wake" }))
    }
  })
  yield* Effect.forkDetach(waker)
  for (let instance = 1; instance <= instances; instance++) yield* Effect.forkDetach(read(instance))
  const done = () => clients.every((fiber) => fiber.pollUnsafe() !== undefined)
  for (; !done() && passed < 1_200_000; passed += 50) yield* Lab.pass(50, 50)
  if (!done()) wrong.push("after twenty minutes somebody still waits for an answer")
  for (const fiber of clients) {
    const exit = fiber.pollUnsafe()
    if (exit?._tag === "Failure") wrong.push(`a player broke: ${String(exit.cause)}`)
  }
  calm = true
  for (const machine of machines) yield* machine.thaw
  const quiet = Effect.gen(function* () {
    for (let instance = 1; instance <= instances; instance++) {
      const { outbox, queue } = yield* lab.kept(instance)
      // A tick rests while nobody is there.
      if (outbox.size > 0 || [...queue.values()].some((a) => a.type !== "Tick")) return false
    }
    return true
  })
  for (let i = 0; i < 120 && !(yield* quiet); i++) yield* Lab.pass(1_000, 250)
  if (!(yield* quiet)) wrong.push("something is left in a queue or an outbox")
  counts["virtual seconds"] = Math.round(passed / 1_000)

  over = true
  yield* Lab.pass(6_000, 500)

  /** 8. A projection equals a rebuild from the tables. */
  const compared = Effect.gen(function* () {
    const found: Array<string> = []
    for (const [key, sent] of acknowledged) {
      const at = kept.findIndex(({ rows }) => rows.has(key)) + 1
      if (at === 0) continue
      planned.delete(at)
      const id = Number(key.split(":")[1])
      const look = Lab.text(sent.length + 1, "look", sent.length)
      yield* Effect.forkDetach(Lab.known(machines[0]!, at, id, sessions.get(key)).send(look))
      yield* Lab.pass(2_000, 100)
      const projection = planned.get(at)
      if (projection === undefined) continue
      const rows = linesOf(at, yield* lab.kept(at))
      if (Fold.lines(projection).join() === rows.join()) count("projections compared")
      else found.push(`the projection of instance ${at} is not what its tables hold`)
    }
    return found
  })

  // ------------------------------------------------------------------ what is kept

  const kept: Array<Kept> = []
  for (let instance = 1; instance <= instances; instance++) kept.push(yield* lab.kept(instance))
  kept.forEach((tables, i) =>
    wrong.push(...Invariants.problems(yard, historyOf(i + 1, tables), (type) => type === "Tick"))
  )
  wrong.push(...answered(acknowledged, kept), ...conserved(kept, players))
  wrong.push(...hearing(heard, kept))
  wrong.push(...(yield* compared))
  for (const { dead, events, log, owner } of kept) {
    count("Events", events.length)
    count("Actions", log.size)
    count("dead letters", dead.size)
    count("owners", owner.epoch)
  }
  return { seed, wrong, counts }
})
