/** Mutants of who hears what: as it was committed, once, in order, and only who is entitled to. */
import { assert } from "@effect/vitest"
import { feedEvent, Publisher } from "@wr2/engine/Publisher"
import { Effect, Layer } from "effect"
import * as Lab from "../../packages/engine/test/Lab.ts"
import { people } from "../../packages/engine/test/Yard.ts"
import type { Check, Mutant } from "./Mutant.ts"
import * as Swaps from "./Swaps.ts"

const invariant = "11 who hears what"

const heard: Check = {
  name: "a feed gives what was committed, in order, and private Events to their actor alone",
  run: Effect.fnUntraced(function* (options) {
    const lab = yield* Lab.make(options)
    yield* lab.found(1, people(2, true))
    const m = yield* lab.machine()
    const feed = yield* Lab.listen(m, 1, 0)
    yield* Lab.idle
    yield* Lab.known(m, 1, 1).say("n", "go -99", "wrong throw", "double")
    yield* Lab.known(m, 1, 2).say("n", "go -99")
    yield* Lab.pass(100)
    const events = feed.chunks.flatMap((chunk) => chunk.events)
    const kept = yield* lab.kept(1)
    assert.deepStrictEqual(events, kept.events.map(feedEvent))
    for (const { payload, streams, type } of events) {
      if (!type.startsWith("Action")) continue
      assert.deepStrictEqual(streams, [`person:${JSON.parse(payload).actor.id}`])
    }
  })
}

const snapshot: Check = {
  name: "a Snapshot is the state at its seq, and the feed goes on after it",
  run: Effect.fnUntraced(function* (options) {
    const lab = yield* Lab.make(options)
    yield* lab.found(1, people(2))
    const m = yield* lab.machine()
    const p = yield* Lab.player(m, 1, 1)
    yield* p.say("go 3")
    const { inside } = yield* Lab.player(m, 1, 1)
    if (inside._tag !== "Inside") return assert.fail(inside._tag)
    const { events, rows } = yield* lab.kept(1)
    assert.strictEqual(inside.seq, events.length)
    const row = rows.get("person:1")!.row as { readonly place: number }
    assert.strictEqual(JSON.parse(inside.snapshot).place, row.place)
    const feed = yield* Lab.listen(m, 1, inside.seq)
    yield* p.say("n")
    yield* Lab.idle
    assert.deepStrictEqual(
      feed.chunks.flatMap((c) => c.events.map(({ seq }) => seq)),
      [inside.seq + 1]
    )
  })
}

/** A Publisher that hands over something else. */
const publishing = (
  change: (publisher: Publisher["Service"]) => Partial<Publisher["Service"]>
): Layer.Layer<Publisher, never, Publisher> =>
  Layer.effect(
    Publisher,
    Effect.map(Publisher, (publisher) => ({ ...publisher, ...change(publisher) }))
  )

export const mutants: ReadonlyArray<Mutant> = [
  {
    name: "leaked Event: everybody at the place hears it, too",
    invariant,
    with: {
      parts: {
        publisher: publishing(({ publish }) => ({
          publish: (instance, upTo, events) =>
            publish(
              instance,
              upTo,
              events.map((event) => ({ ...event, streams: [...event.streams, "place:0"] }))
            )
        }))
      }
    },
    check: heard
  },
  {
    name: "leaked Event: a refusal is written for all to hear",
    invariant,
    with: Swaps.writes((writes) => ({
      ...writes,
      events: writes.events.map((event) =>
        event.type === "ActionRefused" ? { ...event, streams: ["place:0"] } : event
      )
    })),
    check: heard
  },
  {
    name: "hearsay: Events are handed over in another order",
    invariant,
    with: {
      parts: {
        publisher: publishing(({ publish }) => ({
          publish: (instance, upTo, events) => publish(instance, upTo, events.toReversed())
        }))
      }
    },
    check: heard
  },
  {
    name: "a feed that begins one too late",
    invariant,
    with: {
      parts: {
        publisher: publishing(({ subscribe }) => ({
          subscribe: (instance, after) => subscribe(instance, after - 1)
        }))
      }
    },
    check: snapshot
  }
]
