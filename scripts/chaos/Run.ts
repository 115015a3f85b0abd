/** One run: players play, faults come, everything comes to rest, and is judged. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Harness from "@wr2/testkit/Harness"
import { Effect, Fiber } from "effect"
import * as Arena from "./Arena.ts"
import * as Bots from "./Bots.ts"
import type { Violation } from "./History.ts"
import type { Options } from "./Options.ts"
import { effective, journeys, judge, resyncs } from "./Rules.ts"
import { kinds, plan } from "./Schedule.ts"
import { strikes } from "./Strikes.ts"
import * as Tables from "./Tables.ts"

/** What came of a run, as far as it got. */
export interface Report {
  readonly seed: number
  readonly seconds: number
  /** Commands that have an answer. */
  commands: number
  /** Those that were accepted while faults came, and left a row in a log. */
  accepted: number
  acceptedPerSecond: number
  events: number
  /** What clients were told, Events and states. */
  told: number
  journeys: number
  /** Clients that were rightly told to begin anew from a snapshot. */
  resyncs: number
  readonly faults: Record<string, number>
  readonly violations: Array<Violation>
}

/** Nothing has happened yet. */
export const blank = ({ seconds, seed }: Pick<Options, "seconds" | "seed">): Report => ({
  seed,
  seconds,
  commands: 0,
  accepted: 0,
  acceptedPerSecond: 0,
  events: 0,
  told: 0,
  journeys: 0,
  resyncs: 0,
  faults: {},
  violations: []
})

/** In a run of this length each kind of fault must have happened. */
const allWithin = 60

const note = (text: string) =>
  Effect.sync(() =>
    console.error(`${(performance.now() / 1_000).toFixed(1).padStart(6)} s  ${text}`)
  )

const text = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => (each instanceof Map ? [...each] : each), 1)

const keep = (dir: string, files: Readonly<Record<string, string>>): void => {
  mkdirSync(dir, { recursive: true })
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content)
}

/** Plays, and writes into the report. */
export const run = Effect.fnUntraced(function* (options: Options, report: Report) {
  const { bots: players, floor, only, seconds, seed, world } = options
  const { faults, violations } = report
  const arena = yield* Arena.make({
    runners: options.runners,
    gateways: options.gateways,
    content: world.content
  })
  yield* note(`${arena.members.length} processes run, seed ${seed}`)
  const gateways = arena.members.filter(({ role }) => role === "gateway")
  yield* Bots.register(`http://127.0.0.1:${gateways[0]!.port}`, players)
  const bots = yield* Effect.forEach(
    Array.from({ length: players }, (_, i) => i),
    (index) => {
      // One gateway after the other, wherever the last attempt ended.
      let attempt = index
      const target = () => gateways[attempt++ % gateways.length]!.port
      return Bots.join({ index, seed, target, world })
    },
    { concurrency: 4 }
  )
  yield* note(`${bots.length} players are inside`)

  // ------------------------------------------------------------------ play, and faults
  const strike = strikes(arena, bots)
  const began = performance.now()
  const over = () => performance.now() - began >= seconds * 1_000
  const playing = yield* Effect.forkScoped(
    Effect.forEach(bots, (bot) => bot.play(over), { concurrency: "unbounded", discard: true })
  )
  const faulty = yield* Effect.forkScoped(
    Effect.forEach(
      plan({ seed, seconds, ...(only === undefined ? {} : { only }) }),
      ({ at, kind, pick }) =>
        Effect.gen(function* () {
          yield* Effect.sleep(Math.max(0, at - (performance.now() - began)))
          // Its moment may not come at once: while the database is away nobody commits.
          for (let times = 1; !over(); times++) {
            if (times === 1) yield* note(kind)
            const done = yield* Effect.exit(strike[kind](pick))
            if (done._tag === "Success" && done.value) {
              faults[kind] = (faults[kind] ?? 0) + 1
              if (times > 1) yield* note(`${kind}: in the end, tried ${times} times`)
              return
            }
            if (done._tag === "Failure") yield* note(`${kind}: ${String(done.cause).slice(0, 200)}`)
            yield* Effect.sleep(500)
          }
        }),
      { concurrency: "unbounded", discard: true }
    )
  )
  const accepted = () => bots.reduce((sum, bot) => sum + bot.accepted(), 0)
  while (!over()) {
    yield* Effect.sleep(
      Math.min(5_000, Math.max(100, seconds * 1_000 - (performance.now() - began)))
    )
    yield* note(`${accepted()} accepted, ${bots.reduce((sum, bot) => sum + bot.waiting(), 0)} wait`)
  }
  const lasted = (performance.now() - began) / 1_000
  /** What was answered until then: what comes in peace is no achievement. */
  const inTrouble = bots.map(({ history }) => ({ ...history, answers: new Map(history.answers) }))

  // ------------------------------------------------------------------ peace
  const peace = <A, E>(what: string, effect: Effect.Effect<A, E>, within: number) =>
    Effect.timeout(effect, within).pipe(
      Effect.catchCause((cause) =>
        Effect.sync(() => {
          violations.push({
            rule: "comes to rest",
            what: `${what}: ${String(cause).slice(0, 500)}`
          })
        })
      )
    )
  yield* peace("faults end", Fiber.join(faulty), 240_000)
  yield* peace("players are answered", Fiber.join(playing), 60_000)
  yield* peace(
    "everybody says farewell",
    Effect.forEach(bots, (bot) => bot.farewell, { concurrency: "unbounded", discard: true }),
    60_000
  )
  yield* peace(
    "nothing is under way",
    Harness.waitUntil(
      "settled",
      Effect.map(arena.sql(Tables.unsettled), (count) => count === 0),
      { within: 30_000, every: 200 }
    ),
    35_000
  )
  yield* note("at rest")
  for (const bot of bots) {
    const why = bot.closed()
    if (why !== undefined) violations.push({ rule: "players stay", what: `${bot.name}: ${why}` })
  }
  yield* peace(
    "processes end",
    Effect.forEach(
      [...gateways, ...arena.members.filter(({ role }) => role === "runner")],
      (member) =>
        Effect.map(member.process().stop("30 seconds"), ({ code, signal }) => {
          if (code !== 0)
            violations.push({
              rule: "comes to rest",
              what: `${member.name} ended with ${code ?? signal}`
            })
        }),
      { discard: true }
    ),
    150_000
  )
  // ------------------------------------------------------------------ judgement
  const { characters, instances } = yield* arena.sql(Tables.world(world.game))
  const histories = bots.map(({ history }) => history)
  violations.push(...judge(world.game, { histories, instances, characters }))
  if (options.evidence !== undefined) {
    keep(options.evidence, {
      "logs.txt": arena.members.map(({ name, output }) => `=== ${name}\n${output()}`).join("\n"),
      "tables.json": text({ instances, characters }),
      ...Object.fromEntries(
        bots.map((bot) => [`${bot.name}.json`, text({ ...bot.history, trail: bot.trail() })])
      )
    })
  }
  const done = effective({ histories: inTrouble, instances })
  const perSecond = done / lasted
  if (perSecond < floor) {
    violations.push({
      rule: "enough is going on",
      what: `${perSecond.toFixed(1)} accepted Commands/s of ${floor}`
    })
  }
  if (seconds >= allWithin) {
    for (const kind of only ?? kinds) {
      if (faults[kind] === undefined) violations.push({ rule: "every fault happens", what: kind })
    }
  }
  Object.assign(report, {
    commands: histories.reduce((sum, { answers }) => sum + answers.size, 0),
    accepted: done,
    acceptedPerSecond: Math.round(perSecond * 10) / 10,
    events: instances.reduce((sum, { events }) => sum + events.length, 0),
    told: histories.reduce((sum, { seen }) => sum + seen.length, 0),
    journeys: journeys(histories),
    resyncs: resyncs(histories)
  })
}, Effect.scoped)
