/** Players who keep a history: what they sent, what they were answered, and what they were told. */
import { Connector, Wr2Client } from "@wr2/client"
import { Dice } from "@wr2/core"
import { Codec, type GatewayRpcs } from "@wr2/protocol"
import { game } from "@wr2/testkit/ShippedWorld"
import { Effect, Latch, Layer, Redacted, Result, Schedule, Stream } from "effect"
import * as Gate from "./Gate.ts"
import type { History, Outcome, Seen } from "./History.ts"

const password = Redacted.make("correct horse battery")
/** One account plays so many characters: an address may register only so many. */
const perAccount = 10
/** Names have no digits: 0 -> a, 27 -> bb. */
const letters = (index: number): string =>
  String.fromCharCode(97 + (index % 26)).repeat(1 + Math.floor(index / 26))
const accountOf = (index: number) => `chaos${letters(Math.floor(index / perAccount))}`
/** Nothing is given up while there is hope. */
const patience = 600_000
/** What is kept of what went over a wire. */
const trailMax = 400

/** What goes over the wire, undecoded: rules judge it as it came. */
const raw = {
  game: Codec.of(game).game,
  event: (type: string, payload: string) => ({ type, payload }),
  rejection: (reason: string) => JSON.parse(reason) as unknown,
  refusal: (reason: unknown) => reason,
  snapshot: (text: string) => Result.succeed(JSON.parse(text) as unknown),
  command: (command: unknown) => JSON.stringify(command)
} as unknown as Codec.Codec<any>

interface Beginning {
  readonly cursor: { readonly instance: number; readonly seq: number; readonly token: string }
  readonly resumed?: boolean
}

/** The cursor goes where the snapshot was: so the client tells it in its place among Events. */
const opened = <A extends Beginning>(from: A): A => ({
  ...from,
  snapshot: JSON.stringify(from.cursor)
})

/** Hears all that a client says and is said, as it goes over the wire. */
interface Tap {
  readonly sent: (n: number, text: string) => void
  readonly note: (what: string) => void
}

const deaf: Tap = { sent: () => {}, note: () => {} }

/** Listens in on a client, and lets it tell where it begins. */
const tapped = (
  inner: Connector.Connector["Service"],
  tap: Tap
): Connector.Connector["Service"] => {
  const noted = <A, E, R>(what: string, call: Effect.Effect<A, E, R>, say: (a: A) => string) =>
    Effect.onExit(call, (exit) =>
      Effect.sync(() =>
        tap.note(`${what}: ${exit._tag === "Success" ? say(exit.value) : String(exit.cause)}`)
      )
    )
  return {
    connect: Effect.map(
      noted("connect", inner.connect, () => "open"),
      (link) => {
        const { rpcs } = link
        const around = {
          ...rpcs,
          // Typed by their options, which are passed on as they come.
          Submit: ((...given: Parameters<typeof rpcs.Submit>) => {
            const { intents } = given[0]
            for (const { n, text } of intents) tap.sent(n, text ?? "")
            const call = rpcs.Submit(...given) as unknown as Effect.Effect<
              ReadonlyArray<GatewayRpcs.Reply>
            >
            return noted(`submit ${intents[0]?.n}+${intents.length}`, call, (replies) =>
              replies.map((reply) => (reply._tag === "Accepted" ? "ok" : reply.reason)).join(" ")
            )
          }) as unknown as typeof rpcs.Submit,
          Enter: ((...given: Parameters<typeof rpcs.Enter>) =>
            Effect.map(
              noted(
                "enter",
                rpcs.Enter(...given) as unknown as Effect.Effect<Beginning>,
                ({ cursor, resumed }) => `${cursor.instance}/${cursor.seq} resumed ${resumed}`
              ),
              opened
            )) as unknown as typeof rpcs.Enter,
          Feed: ((...given: Parameters<typeof rpcs.Feed>) =>
            (rpcs.Feed(...given) as unknown as Stream.Stream<GatewayRpcs.FeedFrame>).pipe(
              Stream.map((frame) => {
                if (frame._tag !== "Arrived") return frame
                tap.note(`arrived ${frame.cursor.instance}/${frame.cursor.seq}`)
                return opened(frame)
              }),
              Stream.onExit((exit) => Effect.sync(() => tap.note(`feed: ${String(exit)}`)))
            )) as unknown as typeof rpcs.Feed
        }
        return { ...link, rpcs: around }
      }
    )
  }
}

const connect = (url: string, tap: Tap) =>
  Wr2Client.make(raw, {
    name: "chaos",
    patience,
    callWithin: 30_000,
    buffer: 64,
    retryFirst: 50,
    retryMax: 500
  }).pipe(
    Effect.provide(
      Layer.effect(
        Connector.Connector,
        Effect.map(Connector.Connector, (inner) => tapped(inner, tap))
      ).pipe(Layer.provide(Connector.Connector.layerWebSocket(`${url.replace("http", "ws")}/rpc`)))
    )
  )

/** Hashing passwords is bounded, and gateways come and go. */
const patiently = <A, E extends { readonly _tag: string }, R>(call: Effect.Effect<A, E, R>) =>
  Effect.retry(call, {
    while: ({ _tag }) => ["Overloaded", "Unavailable", "Offline"].includes(_tag),
    times: 300,
    schedule: Schedule.spaced("100 millis")
  })

/** Registers the accounts that so many players need. */
export const register = Effect.fnUntraced(function* (url: string, players: number) {
  for (let index = 0; index < players; index += perAccount) {
    const client = yield* connect(url, deaf)
    yield* patiently(client.register(accountOf(index), password))
  }
}, Effect.scoped)

const wandering = [
  ..."n n n s s s e w n s e w".split(" "),
  ..."look score inventory who help".split(" "),
  "get all",
  "get cutlass",
  "get all from corpse",
  "drop all",
  "drop 3 gold",
  "get gold",
  "give 1 gold to chaosa",
  "give 2 gold to chaosb",
  "give biscuit to chaosc",
  "open east",
  "open north",
  "close north",
  "open gate",
  "kill rat",
  "kill eel",
  "flee",
  "wield cutlass",
  "look chaosa",
  "dance"
]
/** From anywhere south of it to the arch; a step that is no exit is turned down. */
const travelling = [..."n n n".split(" "), "open gate", ..."n n e".split(" ")]
const through = ["enter arch", "drop 1 gold", "enter arch", "get gold", "look"]

/** One player. */
export interface Bot {
  readonly name: string
  readonly gate: Gate.Gate
  readonly history: History
  readonly accepted: () => number
  /** Commands that have no answer yet. */
  readonly waiting: () => number
  /** Plays until told to stop. */
  readonly play: (until: () => boolean) => Effect.Effect<void>
  /** Sends so many at once; comes back when all are answered. */
  readonly flood: (count: number) => Effect.Effect<void>
  /** Stops looking at what it is told, or looks again. */
  readonly look: (on: boolean) => void
  /** Says one last thing, and waits for the answer. */
  readonly farewell: Effect.Effect<void>
  /** The last that went over its wire, for whoever has to find out why. */
  readonly trail: () => ReadonlyArray<string>
  /** Why its play ended by itself, if it did. */
  readonly closed: () => string | undefined
}

/** A player inside the world. `target`: the gateway's port, asked at each connection. */
export const join = Effect.fnUntraced(function* (options: {
  readonly index: number
  readonly seed: number
  readonly target: () => number
}) {
  const { index, seed } = options
  const name = `Chaos${letters(index)}`
  const gate = yield* Gate.make(options.target)
  const sent = new Map<number, Array<string>>()
  const answers = new Map<number, Outcome>()
  const seen: Array<Seen> = []
  const looking = Latch.makeUnsafe(true)
  let [accepted, waiting, said] = [0, 0, 0]
  let closed: string | undefined

  const trail: Array<string> = []
  const client = yield* connect(gate.url, {
    sent: (n, text) => {
      const texts = sent.get(n)
      if (texts === undefined) sent.set(n, [text])
      else if (!texts.includes(text)) texts.push(text)
    },
    note: (what) => {
      trail.push(`${new Date().toISOString()} ${what.slice(0, 300)}`)
      if (trail.length > trailMax) trail.shift()
    }
  })
  const told = yield* client.listen
  yield* Stream.runForEach(told, (what) =>
    Effect.map(looking.await, () => {
      if (what._tag === "Rejected") {
        answers.set(what.n, { _tag: "Rejected", reason: (what.reason as { _tag: string })._tag })
      } else if (what._tag === "Event") {
        const { payload, type } = what.event as { type: string; payload: string }
        seen.push({ _tag: "Event", seq: what.seq, n: what.n, type, payload })
      } else if (what._tag === "Snapshot") {
        const { instance, seq, token } = what.snapshot as Beginning["cursor"]
        const { streams } = JSON.parse(token.slice(token.indexOf(".") + 1)) as {
          streams: Array<string>
        }
        seen.push({ _tag: "Began", why: what.why, instance, seq, streams })
      } else if (what._tag === "Status" && what.status._tag === "Closed") closed = what.status.why
    })
  ).pipe(Effect.forkScoped)

  yield* patiently(client.login(accountOf(index), password))
  const known = (yield* patiently(client.characters)).find((character) => character.name === name)
  const character =
    known ?? (yield* patiently(client.create(name, { description: `${name} has no other face.` })))
  yield* patiently(client.enter(character.id))

  const submit = (text: string): Effect.Effect<void> =>
    Effect.suspend(() => {
      waiting++
      return Effect.match(client.submit(text), {
        onSuccess: ({ asOf, instance, n }) => {
          accepted++
          waiting--
          answers.set(n, { _tag: "Accepted", instance, asOf })
        },
        onFailure: () => {
          waiting--
        }
      })
    })
  const speak = () => `say ${name} speaks for the ${++said}. time`
  const dice = Dice.fromSeed(seed * 1_000 + index)
  let step = 0
  const next = (): string => {
    step++
    // Three of four say something, now and then: of that it is known what must have become of it.
    if (index % 4 === 3) {
      const lines = step % 40 < travelling.length ? travelling : through
      return lines[(step % 40) % lines.length]!
    }
    return index % 4 === 0 || dice.chance(30) ? speak() : dice.pick(wandering)!
  }

  return {
    name,
    gate,
    history: { name, character: character.id, sent, answers, seen },
    accepted: () => accepted,
    waiting: () => waiting,
    play: (until) =>
      Effect.gen(function* () {
        while (!until()) {
          // Often several at once, as in `n;n;get sword`.
          const count = dice.chance(50) ? dice.between(2, 8) : 1
          yield* Effect.forEach(Array.from({ length: count }, next), submit, {
            concurrency: "unbounded",
            discard: true
          })
          yield* Effect.sleep(dice.between(20, 80))
        }
      }),
    flood: (count) =>
      Effect.forEach(Array.from({ length: count }, speak), submit, {
        concurrency: "unbounded",
        discard: true
      }),
    look: (on) => void (on ? looking.openUnsafe() : looking.closeUnsafe()),
    farewell: submit(speak()),
    trail: () => trail,
    closed: () => closed
  } satisfies Bot
})
