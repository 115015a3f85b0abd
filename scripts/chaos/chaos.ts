/**
 * `npm run chaos`: runners and gateways on a Postgres of their own, players over websockets, and
 * faults by a seed. Afterwards it is decided from what clients remember and what the tables say
 * whether every promise was kept (docs/guarantees.md).
 *
 *     npm run chaos -- --seconds 60 --seed 7 --json FILE
 *     npm run chaos -- --seconds 15 --only "runner killed,Postgres killed" --bots 8 --floor 5
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { NodeRuntime } from "@effect/platform-node"
import type { Game } from "@wr2/core"
import * as Harness from "@wr2/testkit/Harness"
import { game } from "@wr2/testkit/ShippedWorld"
import { Effect, Fiber, References } from "effect"
import * as Arena from "./Arena.ts"
import * as Bots from "./Bots.ts"
import { journeys, judge, resyncs } from "./Rules.ts"
import type { Violation } from "./History.ts"
import { type Kind, kinds, plan } from "./Schedule.ts"
import { strikes } from "./Strikes.ts"
import * as Tables from "./Tables.ts"

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    json: { type: "string" },
    bots: { type: "string", default: "24" },
    runners: { type: "string", default: "3" },
    gateways: { type: "string", default: "2" },
    floor: { type: "string", default: "50" },
    only: { type: "string" },
    evidence: { type: "string" },
    help: { type: "boolean", default: false }
  }
})
if (values.help) {
  console.log(
    `npm run chaos -- [--seconds 60] [--seed N] [--json FILE] [--bots 24] [--runners 3] [--gateways 2]
  --floor N    fails below so many accepted Commands a second (50)
  --only A,B   these kinds of faults alone: ${kinds.join(", ")}
  --evidence DIR  what clients remember, what the tables say, what the processes printed`
  )
  process.exit(0)
}
const [seconds, seed, players] = [Number(values.seconds), Number(values.seed), Number(values.bots)]
const only = values.only?.split(",").map((kind) => kind.trim() as Kind)
const unknown = only?.find((kind) => !kinds.includes(kind))
if (unknown !== undefined) {
  console.error(`--only: there is no fault "${unknown}"`)
  process.exit(2)
}
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

const program = Effect.gen(function* () {
  const arena = yield* Arena.make({
    runners: Number(values.runners),
    gateways: Number(values.gateways)
  })
  yield* note(`${arena.members.length} processes run, seed ${seed}`)
  const gateways = arena.members.filter(({ role }) => role === "gateway")
  yield* Bots.register(`http://127.0.0.1:${gateways[0]!.port}`, players)
  const bots = yield* Effect.forEach(
    Array.from({ length: players }, (_, i) => i),
    (index) => {
      // One gateway after the other, wherever the last attempt ended.
      let attempt = index
      return Bots.join({ index, seed, target: () => gateways[attempt++ % gateways.length]!.port })
    },
    { concurrency: 4 }
  )
  yield* note(`${bots.length} players are inside`)

  // ------------------------------------------------------------------ play, and faults
  const faults: Record<string, number> = {}
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
          while (!over()) {
            yield* note(kind)
            const done = yield* Effect.exit(strike[kind](pick))
            if (done._tag === "Success" && done.value) {
              faults[kind] = (faults[kind] ?? 0) + 1
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
  const perSecond = accepted() / ((performance.now() - began) / 1_000)

  // ------------------------------------------------------------------ peace
  const violations: Array<Violation> = []
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
  yield* peace("faults end", Fiber.join(faulty), 60_000)
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
  const { characters, instances } = yield* arena.sql(Tables.world(game as Game.Any))
  const histories = bots.map(({ history }) => history)
  violations.push(...judge(game as Game.Any, { histories, instances, characters }))
  if (values.evidence !== undefined) {
    keep(values.evidence, {
      "logs.txt": arena.members.map(({ name, output }) => `=== ${name}\n${output()}`).join("\n"),
      "tables.json": text({ instances, characters }),
      ...Object.fromEntries(
        bots.map((bot) => [`${bot.name}.json`, text({ ...bot.history, trail: bot.trail() })])
      )
    })
  }
  const floor = Number(values.floor)
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
  const report = {
    seed,
    seconds,
    commands: histories.reduce((sum, { answers }) => sum + answers.size, 0),
    accepted: accepted(),
    acceptedPerSecond: Math.round(perSecond * 10) / 10,
    events: instances.reduce((sum, { events }) => sum + events.length, 0),
    told: histories.reduce((sum, { seen }) => sum + seen.length, 0),
    journeys: journeys(histories),
    /** Clients that were rightly told to begin anew from a snapshot. */
    resyncs: resyncs(histories),
    faults,
    violations
  }
  console.log(JSON.stringify(report, null, 2))
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`)
  process.exitCode = violations.length === 0 ? 0 : 1
})

program.pipe(
  Effect.scoped,
  Effect.provideService(References.MinimumLogLevel, "Error"),
  NodeRuntime.runMain
)
