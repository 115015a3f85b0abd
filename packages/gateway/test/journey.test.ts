/** docs/protocols.md 7: a traveller's client misses nothing, whenever and wherever it comes back. */
import { assert, describe, it } from "@effect/vitest"
import type { GatewayRpcs } from "@wr2/protocol"
import { Effect, Schema } from "effect"
import { TestClock } from "effect/testing"
import type { FakeWorld } from "./fixture/FakeWorld.ts"
import { eventually, type Heard, tag, text, texts } from "./fixture/Player.ts"
import { away, back, carry, setUp } from "./fixture/Traveller.ts"

const arrivals = ({ frames }: Heard) =>
  frames.flatMap((frame) =>
    frame._tag === "Arrived"
      ? [
          `${frame.cursor.instance} after ${frame.cursor.seq}, state ${frame.snapshot && frame.asOf}`
        ]
      : []
  )

describe("a client comes back", () => {
  it.effect("in the middle of a journey: the same session, and its answers are there", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const before = yield* away(world)
        world.script.holdTravellers = true
        yield* carry(world, before.character, 1, 1, 2)
        const enters = () => world.requests.filter(({ request }) => request._tag === "Enter").length
        const asked = enters()
        const meanwhile = Effect.gen(function* () {
          yield* TestClock.adjust("3 seconds")
          // It asks there, and again.
          assert.isAbove(enters(), asked + 2)
          for (const arrives of world.under.splice(0)) arrives()
          yield* TestClock.adjust("3 seconds")
        })
        const { client, entered, heard, on } = yield* back(before, before.cursor, meanwhile)
        assert.deepInclude(entered, { resumed: true, nextN: 2 })
        world.say(2, 1, "welcome")
        yield* eventually(() => texts(heard).includes("welcome"))
        assert.deepStrictEqual(texts(heard), ["-", "-", "welcome"])
        const replies = yield* on(
          client.Submit({ intents: [text(1, "travel 2", 0), text(2, "say hi", 0)] })
        )
        // What was done there is answered as of there.
        assert.deepStrictEqual(
          replies.map((reply) => (reply._tag === "Accepted" ? reply.instance : tag(reply))),
          [1, 2]
        )
        assert.strictEqual(world.executed.get(`${before.character}#1 travel 2`), 1)
      })
    )
  })

  it.effect("long after the arrival: it is told what came before it asked, then the state", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        world.say(2, 1, "before she came")
        const before = yield* away(world)
        yield* carry(world, before.character, 1, 1, 2)
        for (const word of ["one", "two", "three"]) world.say(2, 1, word)
        world.say(2, 2, "not for her")
        const { heard } = yield* run(
          back(before).pipe(
            Effect.tap(({ heard }) => {
              world.say(2, 1, "four")
              return eventually(() => texts(heard).includes("four"))
            })
          )
        )
        assert.deepStrictEqual(texts(heard), ["-", "-", "one", "two", "three", "four"])
        assert.deepStrictEqual(arrivals(heard), ["2 after 1, state 6"])
      })
    )
  })

  it.effect("after several journeys: every stay is told, the state of the last alone", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const before = yield* away(world)
        const stays = [2, 1, 2, 3]
        let here = 1
        for (const [i, target] of stays.entries()) {
          yield* carry(world, before.character, here, i + 1, target)
          for (const place of [1, 2, 3]) world.say(place, 1, `${i}${place === target ? "" : " no"}`)
          here = target
        }
        const { heard } = yield* back(before)
        world.say(3, 1, "at last")
        yield* eventually(() => texts(heard).includes("at last"))
        assert.deepStrictEqual(texts(heard), [
          "-",
          "-",
          "0",
          "-",
          "-",
          "1",
          "-",
          "-",
          "2",
          "-",
          "-",
          "3",
          "at last"
        ])
        const ours = arrivals(heard)
        assert.deepStrictEqual(
          ours.map((one) => one.split(" ")[0]),
          ["2", "1", "2", "3"]
        )
        assert.deepStrictEqual(
          ours.map((one) => one.endsWith("null")),
          [true, true, true, false]
        )
      })
    )
  })

  it.effect("a message that was sent back is followed back", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const before = yield* away(world)
        world.script.holdTravellers = true
        yield* carry(world, before.character, 1, 1, 2)
        const sent = world.place(1).log.length
        const person = { character: before.character, name: "Ann", room: 1 }
        const by = { type: "instance", id: 1 }
        const turned = { _tag: "Departed", ...person, target: 1 } as never
        const n = world.emit(2, turned, [], `instance:1#${sent}`, by)
        world.under.length = 0
        const entered = { _tag: "Entered", ...person } as never
        world.emit(1, entered, ["room:1"], `instance:2#${n}`, { type: "instance", id: 2 })
        world.settle(1, before.character, "Ann")
        const session = world.requests.find(({ request }) => request._tag === "Enter")!.request
        world.place(1).people.get(before.character)!.session = (
          session as { readonly session: string }
        ).session
        const { heard } = yield* back(before)
        world.say(1, 1, "back so soon")
        yield* eventually(() => texts(heard).includes("back so soon"))
        assert.deepStrictEqual(texts(heard), ["-", "-", "back so soon"])
      })
    )
  })

  it.effect.prop(
    "whatever happens, wherever it breaks, and by whichever gateway: all of it, once, in order",
    {
      steps: Schema.Array(Schema.Literals(["say", "go", "leave", "land", "cut", "cutAt"])).check(
        Schema.isMinLength(4),
        Schema.isMaxLength(30)
      )
    },
    ({ steps }) => {
      const { run, world } = setUp({ frameEvents: 2, tokenEvery: 3, recentEvents: 4 })
      const due: Array<string> = []
      const told: Array<string> = []
      return run(
        Effect.gen(function* () {
          const before = yield* away(world)
          let cursor: GatewayRpcs.Cursor = before.cursor
          let [here, to, n, count] = [1, 0, 0, 0]
          world.script.holdTravellers = true
          const land = () => {
            if (to === 0) return
            for (const arrives of world.under.splice(0)) arrives()
            due.push("-")
            ;[here, to] = [to, 0]
          }
          /** Comes back, by a gateway that knows nothing of it, and hears something. */
          const visit = (some: number) =>
            run(
              Effect.gen(function* () {
                const { entered, heard } = yield* back(before, cursor)
                assert.isTrue(entered.resumed)
                yield* eventually(() => heard.events.length >= some, `${some} Events`)
                assert.isUndefined(heard.exit)
                // Cut between two frames, or after an Event in the middle of one: what it has, counts.
                const seen = heard.events.slice(0, Math.max(some, 0))
                const at = cutAt(heard, seen.length)
                told.push(...texts({ ...heard, events: at.events }))
                cursor = at.cursor
              })
            )
          for (const step of steps) {
            count++
            for (const place of [1, 2, 3]) {
              world.say(place, 1, `${count}`)
              if (place === here && to === 0) due.push(`${count}`)
            }
            if (step === "go" && to === 0) {
              to = (here % 3) + 1
              yield* carry(world, before.character, here, ++n, to)
              due.push("-")
            } else if (step === "leave" || step === "land") land()
            else if (step === "cut" || step === "cutAt") {
              land()
              const missing = due.length - told.length
              yield* visit(step === "cut" ? missing : Math.floor(missing / 2))
            }
          }
          land()
          yield* visit(due.length - told.length)
          assert.deepStrictEqual(told, due)
        })
      )
    },
    // Sixty worlds of three places each: more than five seconds where others work beside it.
    { arbitrary: { runs: 60 }, timeout: 30_000 }
  )
})

/** What a client has that was cut off after so many Events, at the earliest. */
const cutAt = (heard: Heard, some: number) => {
  const events: Array<GatewayRpcs.FeedEvent> = []
  let cursor: GatewayRpcs.Cursor | undefined
  for (const frame of heard.frames) {
    if (frame._tag === "Arrived") {
      if (events.length >= some && cursor !== undefined) break
      cursor = frame.cursor
      continue
    }
    if (events.length >= some && cursor !== undefined && frame.events.length > 0) break
    events.push(...frame.events)
    cursor ??= heard.from
    cursor = { ...cursor, seq: frame.upTo, token: frame.token ?? cursor.token }
  }
  return { events, cursor: cursor ?? heard.from }
}

describe("its session had ended", () => {
  const leave = (world: FakeWorld, character: number) => {
    world.place(1).people.get(character)!.session = null
  }

  it.effect(
    "it is told so, and what it missed; asked twice, it does not take itself for itself",
    () => {
      const { run, world } = setUp()
      return run(
        Effect.gen(function* () {
          const before = yield* away(world)
          world.say(1, 1, "missed")
          leave(world, before.character)
          // The answer is lost, and the owner is asked again.
          let losses = 1
          world.script.after.push((request) =>
            request._tag === "Enter" && losses-- > 0 ? "lost" : undefined
          )
          const first = yield* back(before, before.cursor, TestClock.adjust("10 seconds"))
          assert.isFalse(first.entered.resumed)
          yield* eventually(() => texts(first.heard).includes("missed"))
          // So is its client, that comes again with the cursor that it had.
          const second = yield* run(back(before))
          assert.isFalse(second.entered.resumed)
          // And by what it was given then it goes on.
          assert.isTrue((yield* run(back(before, second.entered.cursor))).entered.resumed)
          assert.isTrue((yield* run(back(before, first.heard.cursor))).entered.resumed)
        })
      )
    }
  )
})
