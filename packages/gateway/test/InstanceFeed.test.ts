/**
 * One stream for everybody must give each what the pure fold would give it alone, whatever the
 * owner's stream leaves out, repeats or breaks off.
 */
import { assert, describe, it } from "@effect/vitest"
import { Publisher } from "@wr2/engine"
import type { EventLog, Messages, Placement, Records } from "@wr2/engine"
import { GatewayLimits, Perceive } from "@wr2/gateway"
import { Effect, Queue, Result, Schema, Stream } from "effect"
import type { Cause } from "effect"
import { TestClock } from "effect/testing"
import { InstanceFeed } from "../src/InstanceFeed.ts"
import { Subscriber, frames } from "../src/Subscriber.ts"
import type { Item } from "../src/Subscriber.ts"
import { eventually } from "./fixture/Player.ts"
import { tavern } from "./fixture/Tavern.ts"

const turnsOf = Perceive.turnsOf(tavern)
const limits: GatewayLimits.GatewayLimits = {
  ...GatewayLimits.defaults,
  logPage: 4,
  recentEvents: 6,
  frameEvents: 3
}
const people = [7, 8, 9] as const
const rooms = [1, 2, 3] as const

const Person = Schema.Literals(people)
const Room = Schema.Literals(rooms)
const Happening = Schema.Union([
  Schema.TaggedStruct("say", { room: Room }),
  Schema.TaggedStruct("walk", { who: Person, from: Room, to: Room }),
  // Told to nobody in particular, and yet it turns what somebody hears.
  Schema.TaggedStruct("carried", { who: Person, from: Room, to: Room }),
  Schema.TaggedStruct("depart", { who: Person, room: Room })
])
/** How the owner hands an Event over. */
const Handed = Schema.Struct({
  what: Happening,
  how: Schema.Literals(["whole", "whole", "whole", "lost", "twice", "ends"])
})
const History = Schema.Array(Handed).check(Schema.isMaxLength(30))

const record = (what: typeof Happening.Type, seq: number): Records.EventRecord => {
  const of = (type: string, fields: object, streams: ReadonlyArray<string>) => ({
    seq,
    type,
    version: 1,
    payload: JSON.stringify({ _tag: type, name: "x", ...fields }),
    streams,
    at: seq,
    actionNo: null,
    commandId: null,
    actor: null
  })
  const stream = (room: number) => `room:${room}`
  switch (what._tag) {
    case "say":
      return of("Said", { character: 1, room: what.room, text: "" }, [stream(what.room)])
    case "walk":
      return of("Walked", { character: what.who, from: what.from, to: what.to }, [
        stream(what.from),
        stream(what.to)
      ])
    case "carried":
      return of("Walked", { character: what.who, from: what.from, to: what.to }, [])
    case "depart":
      return of("Departed", { character: what.who, room: what.room, target: 2 }, [
        stream(what.room)
      ])
  }
}

const hearing = (who: number): Perceive.Hearing => ({
  subscriber: `character:${who}`,
  actor: `character:${who}`,
  streams: new Set([`character:${who}`, `room:${(who % 3) + 1}`]),
  seq: 0,
  departed: undefined
})

describe("InstanceFeed", () => {
  it.effect.prop(
    "gives each subscriber what the fold gives it, in order, once",
    { history: History },
    ({ history }) =>
      Effect.gen(function* () {
        const log: Array<Records.EventRecord> = []
        let stream: Queue.Queue<Messages.Chunk, Cause.Done> | undefined
        const placement = {
          feed: () =>
            Stream.unwrap(
              Effect.gen(function* () {
                stream = yield* Queue.unbounded<Messages.Chunk, Cause.Done>()
                return Stream.fromQueue(stream)
              })
            )
        } as unknown as Placement.Placement["Service"]
        const eventLog: Pick<EventLog.EventLog["Service"], "read"> = {
          read: (_, after, limit) => Effect.sync(() => log.slice(after, after + limit))
        }
        const feed = new InstanceFeed(1, limits, turnsOf)
        feed.begin("line", 0)
        yield* Effect.forkScoped(feed.run(placement, eventLog))
        yield* eventually(() => stream !== undefined)

        const subscribers = []
        for (const who of people) {
          const queue = yield* Queue.unbounded<Item, never>()
          const subscriber = new Subscriber({
            framing: { frameEvents: 3, tokenEvery: 5, seal: () => "sealed" },
            bufferMax: 10_000,
            queue: queue as never,
            hearing: hearing(who),
            above: 0,
            sealedAt: 0
          })
          feed.add(subscriber)
          subscribers.push({ who, queue, subscriber })
        }

        for (const { how, what } of history) {
          const one = record(what, log.length + 1)
          log.push(one)
          const chunk = { lineage: "line", upTo: one.seq, events: [Publisher.feedEvent(one)] }
          if (stream === undefined || how === "lost") continue
          Queue.offerUnsafe(stream, chunk)
          if (how === "twice") Queue.offerUnsafe(stream, chunk)
          if (how === "ends") {
            Queue.endUnsafe(stream)
            stream = undefined
            yield* TestClock.adjust("2 seconds")
            yield* eventually(() => stream !== undefined)
          }
        }
        // The owner tells its head at last: whatever is missing is read.
        if (stream !== undefined) {
          Queue.offerUnsafe(stream, { lineage: "line", upTo: log.length, events: [] })
        }
        yield* eventually(() => feed.upTo === log.length)

        for (const { queue, subscriber, who } of subscribers) {
          const items = yield* Queue.clear(queue)
          const alone = Result.getOrThrow(
            Perceive.fold(hearing(who), log.map(Publisher.feedEvent), turnsOf, 0)
          )
          assert.deepStrictEqual(
            items.flatMap((item) =>
              item._tag === "Events" ? item.events.map(({ seq }) => seq) : []
            ),
            alone.heard.map(({ seq }) => seq)
          )
          assert.deepStrictEqual(
            [...subscriber.hearing.streams].sort(),
            [...alone.hearing.streams].sort()
          )
          const last = items[items.length - 1]
          assert.strictEqual(last?._tag === "Departed", alone.hearing.departed !== undefined)
          // A frame says how far it goes, and never goes back.
          const upTos = items.flatMap((item) => (item._tag === "Events" ? [item.upTo] : []))
          assert.deepStrictEqual(
            upTos,
            [...upTos].sort((a, b) => a - b)
          )
        }
      }).pipe(Effect.scoped),
    { arbitrary: { runs: 150 } }
  )

  it.effect(
    "tells who waits for a seq as soon as it is there, and needs no log for what overlaps",
    () =>
      Effect.gen(function* () {
        const chunks = yield* Queue.unbounded<Messages.Chunk, Cause.Done>()
        let reads = 0
        const placement = {
          feed: () => Stream.fromQueue(chunks)
        } as unknown as Placement.Placement["Service"]
        const log: Pick<EventLog.EventLog["Service"], "read"> = {
          read: () => Effect.sync(() => (reads++, []))
        }
        const feed = new InstanceFeed(1, limits, turnsOf)
        feed.begin("line", 0)
        yield* Effect.forkScoped(feed.run(placement, log))
        const queue = yield* Queue.unbounded<Item, never>()
        const subscriber = new Subscriber({
          framing: { frameEvents: 3, tokenEvery: 100, seal: (_, seq) => `sealed at ${seq}` },
          bufferMax: 100,
          queue: queue as never,
          hearing: hearing(7),
          above: 0,
          sealedAt: 0
        })
        feed.add(subscriber)
        // An answer of its holds as of 2, and nobody says a word that it hears.
        feed.want(subscriber, 2)
        const events = [1, 2, 3].map((seq) =>
          Publisher.feedEvent(record({ _tag: "say", room: 3 }, seq))
        )
        Queue.offerUnsafe(chunks, { lineage: "line", upTo: 2, events: events.slice(0, 2) })
        Queue.offerUnsafe(chunks, { lineage: "line", upTo: 3, events })
        yield* eventually(() => feed.upTo === 3)
        assert.deepStrictEqual(yield* Queue.clear(queue), [
          { _tag: "Events", events: [], upTo: 2, token: null }
        ])
        assert.strictEqual(reads, 0)
        // What turns its hearing comes with a new token.
        const walk = Publisher.feedEvent(record({ _tag: "walk", who: 7, from: 2, to: 3 }, 4))
        Queue.offerUnsafe(chunks, { lineage: "line", upTo: 4, events: [walk] })
        yield* eventually(() => feed.upTo === 4)
        const [turned] = yield* Queue.clear(queue)
        assert.isTrue(turned?._tag === "Events" && turned.token === "sealed at 4")
      }).pipe(Effect.scoped)
  )

  it("cuts many Events into frames, each saying how far it goes, the token with the last", () => {
    const framing = { frameEvents: 2, tokenEvery: 100, seal: () => "sealed" }
    const events = [1, 2, 4, 5, 7].map((seq) =>
      Publisher.feedEvent(record({ _tag: "say", room: 3 }, seq))
    )
    assert.deepStrictEqual(
      frames(framing, hearing(7), events, 9, undefined).map(({ events, token, upTo }) => [
        events.map(({ seq }) => seq),
        upTo,
        token
      ]),
      [
        [[1, 2], 2, null],
        [[4, 5], 5, null],
        [[7], 9, "sealed"]
      ]
    )
  })

  it("keeps recent Events for those who are a little behind, without a gap", () => {
    const feed = new InstanceFeed(1, limits, turnsOf)
    feed.begin("line", 10)
    assert.deepStrictEqual(feed.since(10), [])
    assert.isUndefined(feed.since(9))
  })
})
