/**
 * From the keystroke to one's own Event, at a websocket client: 200 who speak once a second each; as
 * many Commands as there can be; and 70 % of those. Clients run in this process, on the same cores.
 */
import { Effect } from "effect"
import { reach } from "../Case.ts"
import type { Case, Figure, Settings } from "../Case.ts"
import { percentile } from "../Figures.ts"
import { inHall, serve } from "../Served.ts"
import type { Client, Own } from "../Wire.ts"
import { gaps } from "../Zipf.ts"

const clients = 400
const few = 40
const atEase = 200
const keystroke = "keystroke to own Event, 200 clients"
const keystrokeOfFew = `keystroke to own Event, ${few} clients`
const saturated = "keystroke to own Event, at 70 % of saturation"
const most = "Commands over websockets"

interface Window {
  readonly from: number
  readonly until: number
}

/** What was heard of Commands that were meant to be sent in a time. */
const within = (heard: ReadonlyArray<Own>, { from, until }: Window) =>
  heard.flatMap(({ intended, took }) => (intended >= from && intended < until ? [took] : []))

const latencies = (name: string, took: ReadonlyArray<number>): ReadonlyArray<Figure> => [
  { name: `${name}, p50`, unit: "ms", value: percentile(took, 0.5) },
  { name: `${name}, p99`, unit: "ms", value: percentile(took, 0.99) }
]

/** Commands at moments that come by chance, by clients in turn, whatever became of those before. */
const open = Effect.fnUntraced(function* (
  players: ReadonlyArray<Client>,
  options: {
    readonly perSecond: number
    readonly seconds: number
    readonly seed: number
    readonly wrong: (what: unknown) => void
  }
) {
  const gap = gaps(options.perSecond, options.seed)
  const from = performance.now() + 1_000
  const until = from + options.seconds * 1_000
  const sent: Array<Promise<void>> = []
  let next = performance.now()
  while (next < until) {
    for (const now = performance.now(); next <= now && next < until; next += gap()) {
      sent.push(
        players[sent.length % players.length]!.say("say So it is.", next).catch(options.wrong)
      )
    }
    yield* Effect.sleep(1)
  }
  yield* Effect.promise(() => Promise.all(sent)).pipe(
    Effect.timeoutOrElse({
      duration: "30 seconds",
      orElse: () => Effect.sync(() => options.wrong("Commands without an answer"))
    })
  )
  return { from, until } satisfies Window
})

/** Everybody as fast as it hears itself. */
const closed = Effect.fnUntraced(function* (
  players: ReadonlyArray<Client>,
  seconds: number,
  wrong: (what: unknown) => void
) {
  const from = performance.now() + seconds * 500
  const until = from + seconds * 1_000
  const speak = async (client: Client) => {
    for (let now = performance.now(); now < until; now = performance.now())
      await client.say("say So it is.", now)
  }
  yield* Effect.promise(() => Promise.all(players.map((client) => speak(client).catch(wrong))))
  return { from, until } satisfies Window
})

export const keystrokes: Case = {
  name: "keystroke",
  about: "Keystroke to own Event over websockets: 40 clients at ease",
  suites: ["quick"],
  once: true,
  open: Effect.fnUntraced(function* (settings: Settings) {
    const heard: Array<Own> = []
    const server = yield* serve(settings)
    const tell = (own: Own) => void heard.push(own)
    const players = yield* inHall(server.url, { first: 0, count: few, tell })
    return [
      {
        name: "server",
        suites: ["quick"] as const,
        measure: Effect.gen(function* () {
          const errors = new Set<string>()
          const easy = yield* open(players, {
            perSecond: few,
            seconds: 2 * settings.seconds,
            seed: 1,
            wrong: (what) => void (errors.size < 3 && errors.add(String(what)))
          })
          return { figures: latencies(keystrokeOfFew, within(heard, easy)), wrong: [...errors] }
        })
      }
    ]
  }),
  targets: []
}

export const websocket: Case = {
  name: "websocket",
  about: "Keystroke to own Event over websockets: 200 clients at ease, saturation, 70 % of it",
  suites: ["full"],
  open: Effect.fnUntraced(function* (settings: Settings) {
    const { seconds } = settings
    const heard: Array<Own> = []
    yield* settings.say(`  ${clients} clients come in`)
    const server = yield* serve(settings)
    const players = yield* inHall(server.url, {
      first: 0,
      count: clients,
      tell: (own) => void heard.push(own)
    })
    let seed = 0
    return [
      {
        name: "server",
        suites: ["full"] as const,
        measure: Effect.gen(function* () {
          heard.length = 0
          const errors = new Set<string>()
          const wrong = (what: unknown) => void (errors.size < 3 && errors.add(String(what)))
          const easy = yield* open(players.slice(0, atEase), {
            perSecond: atEase,
            // So many that the slowest of a hundred is not one of two.
            seconds: 2 * seconds,
            seed: ++seed,
            wrong
          })
          const full = yield* closed(players, seconds, wrong)
          const answered = heard.filter(
            ({ intended, took }) => intended + took >= full.from && intended + took < full.until
          )
          const perSecond = answered.length / seconds
          const some = yield* open(players, {
            perSecond: 0.7 * perSecond,
            seconds,
            seed: ++seed,
            wrong
          })
          return {
            figures: [
              ...latencies(keystroke, within(heard, easy)),
              { name: most, unit: "Commands/s", value: perSecond },
              ...latencies(most, within(heard, full)),
              ...latencies(saturated, within(heard, some))
            ],
            wrong: [...errors]
          }
        })
      }
    ]
  }),
  targets: [
    reach(`${keystroke}, p50`, 5, { atMost: true }),
    reach(`${keystroke}, p99`, 15, { atMost: true }),
    reach(`${saturated}, p99`, 60, { atMost: true }),
    reach(most, 6_000)
  ]
}
