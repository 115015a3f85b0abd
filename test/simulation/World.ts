/**
 * A small world of engines, players and misfortune, all of it from one schedule: two processes on one
 * memory database, requests that reach any of them, twice or late, answers that get lost, commits that
 * nobody knows of, rows that somebody holds, processes that freeze, crash, stop and come back.
 *
 * At the end everybody has an answer to everything, and what is kept is what the invariants say.
 */
import { ConsumerOffsets } from "@wr2/engine/ConsumerOffsets"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import * as Memory from "@wr2/engine/Memory"
import type { FeedEvent } from "@wr2/engine/Messages"
import { Planner } from "@wr2/engine/Planner"
import { Projection } from "@wr2/engine/Projection"
import { Cause, Context, Effect, Layer, Logger } from "effect"
import * as Lab from "../../packages/engine/test/Lab.ts"
import { Coin, people } from "../../packages/engine/test/Yard.ts"
import * as Checks from "./Checks.ts"
import * as Consuming from "./Consuming.ts"
import * as Network from "./Network.ts"
import { play } from "./Players.ts"
import type { Player } from "./Players.ts"
import * as Probes from "./Probes.ts"
import * as Processes from "./Processes.ts"
import * as Readers from "./Readers.ts"
import { deadly, ofSeed, plainForm, waitingMax } from "./Schedule.ts"
import type { Schedule } from "./Schedule.ts"
import { scribed } from "./Scribe.ts"
import { Story } from "./Story.ts"
import type { Violation } from "./Story.ts"
import { Virtual } from "./Virtual.ts"
import * as Watch from "./Watch.ts"

export interface Report {
  readonly violations: ReadonlyArray<Violation>
  /** Commands that were answered. */
  readonly commands: number
  /** Misfortunes that came to pass, by kind. */
  readonly faults: Readonly<Record<string, number>>
  /** What else happened, to see that something did. */
  readonly counts: Readonly<Record<string, number>>
  /** Of all that was told: the same for the same turn of events. */
  readonly hash: string
  readonly turns: number
  readonly story: ReadonlyArray<string>
}

/** A coin of this value the database does not take. */
const unlucky = 13

/** Milliseconds after the last doing in which everybody gets an answer. */
const patience = 90_000

/** Turns after which a world will not come to an end. */
const turnsMax = 300_000

/** Runs a world to its end. `engines`: how they are made, for mutants. */
export const run = (schedule: Schedule, engines: Lab.Options = {}): Report => {
  const virtual = new Virtual(Lab.opening, schedule.turns)
  const story = new Story(() => virtual.now - Lab.opening)
  const world = Effect.provide(
    Effect.scoped(live(schedule, engines, virtual, story)),
    Logger.layer([])
  )
  let commands = 0
  try {
    const end = virtual.run(world, turnsMax)
    if (end._tag === "Stuck") story.wrong("rest", "somebody waits for what never comes")
    else if (end._tag === "Endless")
      story.wrong("rest", `after ${end.turns} turns it still goes on`)
    else if (end.exit._tag === "Success") commands = end.exit.value
    else story.wrong("broken", Cause.pretty(end.exit.cause).slice(0, 2_000))
  } catch (error) {
    story.wrong("broken", error instanceof Error ? `${error.stack}` : String(error))
  }
  return {
    violations: story.violations,
    commands,
    faults: Object.fromEntries(story.faults),
    counts: Object.fromEntries(story.counts),
    hash: story.hash,
    turns: virtual.turns,
    story: story.lines
  }
}

/** Runs a seed: a world that is large enough, with enough misfortune. */
export const runSeed = (seed: number, engines: Lab.Options = {}): Report => {
  const report = run(ofSeed(seed), engines)
  const faults = Object.values(report.faults).reduce((sum, times) => sum + times, 0)
  if (report.commands >= 200 && faults >= 3) return report
  const what = `${report.commands} Commands and ${faults} faults prove little: at least 200 and 3`
  return { ...report, violations: [...report.violations, { check: "size", what }] }
}

const live = Effect.fnUntraced(function* (
  schedule: Schedule,
  engines: Lab.Options,
  virtual: Virtual,
  story: Story
) {
  const { doings, faults, instances, players } = schedule
  const form = { ...plainForm, ...schedule.form }
  const { unheardMax: _, unreadMax: __, ...limits } = form
  const poisoned = doings.some((doing) => "says" in doing && doing.says.includes(deadly))
  /** The projection that a Command was last planned on, by instance. */
  const planned = new Map<number, Projection>()
  const spy = Layer.effect(
    Planner,
    Effect.map(Planner, ({ plan }) => ({
      plan: (input) => {
        if (input.projection instanceof Projection) planned.set(input.instance, input.projection)
        return plan(input)
      }
    }))
  )
  const own = engines.parts?.planner
  const parts = { ...engines.parts, planner: own === undefined ? spy : Layer.provide(spy, own) }
  const lab = yield* Lab.open({
    limits: {
      ...limits,
      passivateAfter: 4_000,
      passivateHorizon: 1_000,
      linklessAfter: 1e9,
      relayWithin: 1_000,
      commandsWaitingPerActor: waitingMax,
      textMax: 80,
      // Owners change so often here that an Action can be unlucky many times through no fault of its own.
      attemptsMax: poisoned ? 12 : 1_000,
      releaseWithin: 2_000
    }
  })
  const everybody = Array.from({ length: players }, (_, i): Player => ({
    id: i + 1,
    said: [],
    at: 1 + ((i + 1) % instances),
    session: `s${i + 1}`,
    inside: true
  }))
  for (let instance = 1; instance <= instances; instance++) {
    const here = people(players, true).filter(({ ref }) => everybody[ref.id - 1]!.at === instance)
    const coins = here.map(({ ref }) =>
      Coin.row({ id: 100 + ref.id, holder: ref.id, value: ref.id })
    )
    yield* lab.found(instance, [...here, ...coins])
  }
  yield* lab.db.refuse((_, { rows }) =>
    rows.some((write) => write.op !== "delete" && write.row.value === unlucky)
      ? "an unlucky coin"
      : undefined
  )

  const watch = Watch.make(lab.db, virtual, story)
  const network = Network.make(virtual, story, () => processes)
  const processes = yield* Processes.make(
    lab,
    virtual,
    story,
    network,
    watch.made,
    form,
    (isBroken) => ({ ...engines, parts, game: scribed(engines.game, isBroken) })
  )
  const start = virtual.now
  let over = false
  const isOver = () => over

  // Released instances are woken when they are due, and those of processes that are gone.
  const ports = yield* Layer.build(Memory.layerFrom(lab.db))
  const store = Context.get(ports, InstanceStore)
  const wake = Effect.flatMap(Effect.orDie(store.sleeping(4_000)), (sleeping) =>
    Effect.forEach(sleeping, ({ instance }) =>
      Effect.forkDetach(Effect.timeoutOption(network.call(instance, { _tag: "Wake" }), 2_000))
    )
  )
  const offsets = Context.get(ports, ConsumerOffsets)
  const resume = Consuming.resumed(lab.db, offsets, story, processes.isBroken)
  yield* Effect.forkDetach(
    Effect.whileLoop({
      while: () => !over,
      body: () => Effect.andThen(Effect.andThen(resume, wake), Effect.sleep(500)),
      step: () => {}
    })
  )
  const heard = new Map<number, Array<FeedEvent>>()
  for (let instance = 1; instance <= instances; instance++) {
    heard.set(instance, [])
    const world = { db: lab.db, network, story, isOver }
    yield* Effect.forkDetach(Readers.read(instance, heard.get(instance)!, world))
  }
  yield* Effect.forkDetach(
    Effect.forEach(faults, (fault) =>
      Effect.delay(
        Effect.suspend(() => (over ? Effect.void : processes.strike(fault))),
        Math.max(0, start + fault.at - virtual.now)
      )
    )
  )
  const clients = yield* Effect.forEach(everybody, (player) =>
    Effect.forkDetach(
      play(
        player,
        doings.filter((doing) => doing.player === player.id),
        { virtual, story, network, processes, start }
      )
    )
  )
  const waits = (fiber: (typeof clients)[number]) => fiber.pollUnsafe() === undefined
  const until = start + Math.max(0, ...doings.map(({ at }) => at)) + patience
  while (clients.some(waits) && virtual.now < until) yield* Effect.sleep(100)
  clients.forEach((fiber, i) => {
    const exit = fiber.pollUnsafe()
    if (exit === undefined)
      story.wrong("answers", `p${i + 1} still waits after ${patience / 1_000} s`)
    else if (exit._tag === "Failure")
      story.wrong("broken", `p${i + 1}: ${Cause.pretty(exit.cause)}`)
  })
  story.count("virtual seconds", Math.round((virtual.now - start) / 1_000))

  // ------------------------------------------------------------------ calm

  story.tell("fate", "is calm from now on")
  yield* processes.calm
  const rest = Effect.gen(function* () {
    const restless = () => Checks.restless(lab.db.state)
    for (let i = 0; i < 240 && restless() !== undefined; i++) yield* Effect.sleep(500)
    return restless()
  })
  const left = yield* rest
  if (left !== undefined) story.wrong("rest", left)
  const waiting = clients.some(waits)
  if (!waiting) yield* Probes.others(lab, everybody, network, story)
  if (!waiting) yield* Probes.leases(lab, everybody, network, story)
  if (!waiting) yield* Probes.projections(lab, everybody, network, story, planned)
  yield* rest
  over = true
  yield* Effect.sleep(6_000)

  const kept = yield* Effect.forEach(
    Array.from({ length: instances }, (_, i) => i + 1),
    (instance) => Effect.map(lab.db.kept(instance), (tables) => tables!)
  )
  const { offsets: read } = lab.db.state
  Checks.all(story, { kept, players: everybody, heard, watch, poisoned, offsets: read })
  for (const { dead, events, log, owner } of kept) {
    story.count("Events", events.length)
    story.count("Actions", log.size)
    story.count("dead letters", dead.size)
    story.count("owners", owner.epoch)
  }
  return everybody.reduce(
    (sum, { said }) => sum + said.filter(({ reply }) => reply !== undefined).length,
    0
  )
})
