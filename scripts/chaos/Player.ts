/** Clients that keep a history: what they sent, what they were answered, and what they were told. */
import { Connector, Wr2Client } from "@wr2/client"
import { Codec, type GatewayRpcs } from "@wr2/protocol"
import { game } from "@wr2/testkit/SmallWorld"
import { Effect, Latch, Layer, Redacted, Result, Schedule, Stream } from "effect"
import type { History, Outcome, Seen } from "./History.ts"

export const password = Redacted.make("correct horse battery")
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
/** The same for a state that is shown when the feed has come to it. */
const placed = (frame: Extract<GatewayRpcs.FeedFrame, { readonly _tag: "Arrived" }>) => ({
  ...frame,
  snapshot: frame.snapshot && JSON.stringify({ ...frame.cursor, seq: frame.asOf })
})

/** What the gateway says that it hears. */
const streamsOf = ({ token }: { readonly token: string }): ReadonlyArray<string> =>
  (JSON.parse(token.slice(token.indexOf(".") + 1)) as { readonly streams: ReadonlyArray<string> })
    .streams

/** Hears all that a client says and is said, as it goes over the wire. */
interface Tap {
  readonly sent: (n: number, text: string) => void
  readonly note: (what: string) => void
  /** A feed could not go on from its cursor. */
  readonly resync: (why: string) => void
}

/** Hears nothing. */
export const deaf: Tap = { sent: () => {}, note: () => {}, resync: () => {} }

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
                return placed(frame)
              }),
              Stream.onExit((exit) => Effect.sync(() => tap.note(`feed: ${String(exit)}`))),
              Stream.tapError((error: unknown) =>
                Effect.sync(() => {
                  const { _tag, why } = error as { readonly _tag: string; readonly why?: string }
                  if (_tag === "ResyncRequired") tap.resync(why ?? "")
                })
              )
            )) as unknown as typeof rpcs.Feed
        }
        return { ...link, rpcs: around }
      }
    )
  }
}

/** How soon a client connects again. */
type Again = Required<Pick<Wr2Client.Options, "retryFirst" | "retryMax">>

/** A client of its own. */
export const connect = (url: string, tap: Tap, again: Again = { retryFirst: 50, retryMax: 500 }) =>
  Wr2Client.make(raw, {
    name: "chaos",
    patience,
    callWithin: 30_000,
    buffer: 64,
    ...again
  }).pipe(
    Effect.provide(
      Layer.effect(
        Connector.Connector,
        Effect.map(Connector.Connector, (inner) => tapped(inner, tap))
      ).pipe(Layer.provide(Connector.Connector.layerWebSocket(`${url.replace("http", "ws")}/rpc`)))
    )
  )

/** Hashing passwords is bounded, and gateways come and go. */
export const patiently = <A, E extends { readonly _tag: string }, R>(
  call: Effect.Effect<A, E, R>
) =>
  Effect.retry(call, {
    while: ({ _tag }) => ["Overloaded", "Unavailable", "Offline"].includes(_tag),
    times: 300,
    schedule: Schedule.spaced("100 millis")
  })

/** One player, connected. */
export interface Player {
  readonly client: Effect.Success<ReturnType<typeof connect>>
  /** What it remembers, once its character is known. */
  readonly history: (name: string, character: number) => History
  readonly accepted: () => number
  /** Commands that have no answer yet. */
  readonly waiting: () => number
  /** Says or does something; comes back when it is answered. */
  readonly submit: (text: string) => Effect.Effect<void>
  /** Stops looking at what it is told, or looks again. */
  readonly look: (on: boolean) => void
  /** The last that went over its wire, for whoever has to find out why. */
  readonly trail: () => ReadonlyArray<string>
  /** Why its play ended by itself, if it did. */
  readonly closed: () => string | undefined
}

/** Connects to a gateway at `url`, and again whenever it must. */
export const make = Effect.fnUntraced(function* (url: string, again?: Again) {
  const sent = new Map<number, Array<string>>()
  const answers = new Map<number, Outcome>()
  const seen: Array<Seen> = []
  const resyncs: Array<string> = []
  const looking = Latch.makeUnsafe(true)
  let [accepted, waiting] = [0, 0]
  let closed: string | undefined

  const trail: Array<string> = []
  const tap: Tap = {
    sent: (n, text) => {
      const texts = sent.get(n)
      if (texts === undefined) sent.set(n, [text])
      else if (!texts.includes(text)) texts.push(text)
    },
    note: (what) => {
      trail.push(`${new Date().toISOString()} ${what.slice(0, 300)}`)
      if (trail.length > trailMax) trail.shift()
    },
    resync: (why) => void resyncs.push(why)
  }
  const client = yield* connect(url, tap, again)
  const told = yield* client.listen
  yield* Stream.runForEach(told, (what) =>
    Effect.map(looking.await, () => {
      if (what._tag === "Rejected") {
        answers.set(what.n, { _tag: "Rejected", reason: (what.reason as { _tag: string })._tag })
      } else if (what._tag === "Event") {
        const { payload, type } = what.event as { type: string; payload: string }
        seen.push({ _tag: "Event", seq: what.seq, n: what.n, type, payload })
      } else if (what._tag === "Arrived") {
        const { instance, seq } = what.cursor
        seen.push({ _tag: "Arrived", instance, seq, streams: streamsOf(what.cursor) })
      } else if (what._tag === "Snapshot") {
        const { why } = what
        const cursor = what.snapshot as Beginning["cursor"]
        const { instance, seq } = cursor
        // The first is a beginning; another of a session is shown on the way.
        if (seen.length > 0 && why !== "resync") seen.push({ _tag: "State", why, instance, seq })
        else {
          const because = why === "resync" ? { because: resyncs.shift() ?? "" } : {}
          seen.push({ _tag: "Began", instance, seq, streams: streamsOf(cursor), ...because })
        }
      } else if (what._tag === "Status" && what.status._tag === "Closed") closed = what.status.why
    })
  ).pipe(Effect.forkScoped)

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

  return {
    client,
    history: (name, character) => ({ name, character, sent, answers, seen }),
    accepted: () => accepted,
    waiting: () => waiting,
    submit,
    look: (on) => void (on ? looking.openUnsafe() : looking.closeUnsafe()),
    trail: () => trail,
    closed: () => closed
  } satisfies Player
})
