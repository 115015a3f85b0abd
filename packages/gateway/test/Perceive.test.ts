import { assert, describe, it } from "@effect/vitest"
import type { Messages } from "@wr2/engine"
import { Perceive } from "@wr2/gateway"
import { Result, Schema } from "effect"
import { tavern } from "./fixture/Tavern.ts"

const turnsOf = Perceive.turnsOf(tavern)

const start = (streams: ReadonlyArray<string>, seq = 0): Perceive.Hearing => ({
  subscriber: "character:7",
  actor: "character:7",
  streams: new Set(streams),
  seq,
  departed: undefined
})

/** A small history: everybody says and walks, character 7 may leave for good. */
const Happening = Schema.Union([
  Schema.TaggedStruct("say", { room: Schema.Literals([1, 2, 3]) }),
  Schema.TaggedStruct("walk", {
    who: Schema.Literals([7, 8]),
    from: Schema.Literals([1, 2, 3]),
    to: Schema.Literals([1, 2, 3])
  }),
  Schema.TaggedStruct("depart", { who: Schema.Literals([7, 8]), room: Schema.Literals([1, 2, 3]) })
])
const History = Schema.Array(Happening).check(Schema.isMaxLength(40))

const event = (happening: typeof Happening.Type, seq: number): Messages.FeedEvent => {
  const common = { seq, at: seq, commandId: null }
  switch (happening._tag) {
    case "say":
      return {
        ...common,
        type: "Said",
        payload: JSON.stringify({
          _tag: "Said",
          character: 1,
          name: "x",
          room: happening.room,
          text: ""
        }),
        streams: [`room:${happening.room}`]
      }
    case "walk":
      return {
        ...common,
        type: "Walked",
        payload: JSON.stringify({
          _tag: "Walked",
          character: happening.who,
          name: "x",
          from: happening.from,
          to: happening.to
        }),
        streams: [`room:${happening.from}`, `room:${happening.to}`]
      }
    case "depart":
      return {
        ...common,
        type: "Departed",
        payload: JSON.stringify({
          _tag: "Departed",
          character: happening.who,
          name: "x",
          room: happening.room,
          target: 2
        }),
        streams: [`room:${happening.room}`, `character:${happening.who}`]
      }
  }
}
const history = (happenings: ReadonlyArray<typeof Happening.Type>) =>
  happenings.map((happening, i) => event(happening, i + 1))

const fold = (from: Perceive.Hearing, events: ReadonlyArray<Messages.FeedEvent>, above = 0) =>
  Result.getOrThrow(Perceive.fold(from, events, turnsOf, above))
const seqs = (events: ReadonlyArray<Messages.FeedEvent>) => events.map(({ seq }) => seq)

describe("Perceive", () => {
  it.prop(
    "a resume from any cut hears exactly what live would have heard",
    { happenings: History, cut: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 40 })) },
    ({ cut, happenings }) => {
      const events = history(happenings)
      const live = fold(start(["character:7", "room:1"]), events)
      const before = fold(start(["character:7", "room:1"]), events.slice(0, cut))
      // What a token holds: streams and seq, and nothing else.
      const resumed = fold(
        {
          ...start([...before.hearing.streams], before.hearing.seq),
          departed: before.hearing.departed
        },
        events
      )
      assert.deepStrictEqual([...seqs(before.heard), ...seqs(resumed.heard)], seqs(live.heard))
      assert.deepStrictEqual([...resumed.hearing.streams].sort(), [...live.hearing.streams].sort())
    },
    { arbitrary: { runs: 300 } }
  )

  it.prop(
    "a token older than the cursor gives the same, above the cursor",
    {
      happenings: History,
      token: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20 })),
      more: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20 }))
    },
    ({ happenings, more, token }) => {
      const events = history(happenings)
      const cursor = token + more
      const live = fold(start(["character:7", "room:1"]), events)
      const sealed = fold(start(["character:7", "room:1"]), events.slice(0, token)).hearing
      const resumed = fold(sealed, events, cursor)
      assert.deepStrictEqual(
        seqs(resumed.heard),
        seqs(live.heard).filter((seq) => seq > cursor)
      )
    },
    { arbitrary: { runs: 300 } }
  )

  it.prop("Events that arrive twice change nothing", { happenings: History }, ({ happenings }) => {
    const events = history(happenings)
    const once = fold(start(["room:1"]), events)
    const twice = fold(
      start(["room:1"]),
      events.flatMap((one) => [one, one])
    )
    assert.deepStrictEqual(seqs(twice.heard), seqs(once.heard))
  })

  it("who walks hears the room it leaves and the one it comes to, and then only that", () => {
    const events = history([
      { _tag: "say", room: 1 },
      { _tag: "say", room: 2 },
      { _tag: "walk", who: 7, from: 1, to: 2 },
      { _tag: "say", room: 1 },
      { _tag: "say", room: 2 }
    ])
    const { hearing, heard } = fold(start(["character:7", "room:1"]), events)
    assert.deepStrictEqual(seqs(heard), [1, 3, 5])
    assert.deepStrictEqual([...hearing.streams].sort(), ["character:7", "room:2"])
  })

  it("hears nothing here after it has departed", () => {
    const gone = { ...start(["room:1"]), departed: 2 }
    const none: Perceive.Turns = { follows: [], departure: undefined }
    const stepped = Perceive.step(gone, { seq: 1, streams: ["room:1"] }, none)
    assert.isFalse(stepped.heard)
    assert.strictEqual(stepped.hearing.seq, 1)
  })

  it("hears by what it follows before, and by what it follows after", () => {
    const turns: Perceive.Turns = {
      follows: [{ subscriber: "character:7", leave: ["room:1"], join: ["room:2"] }],
      departure: undefined
    }
    const before = start(["room:1"])
    const hears = (stream: string) =>
      Perceive.step(before, { seq: 1, streams: [stream] }, turns).heard
    assert.deepStrictEqual(["room:1", "room:2", "room:3"].map(hears), [true, true, false])
    assert.deepStrictEqual(
      [...Perceive.step(before, { seq: 1, streams: [] }, turns).hearing.streams],
      ["room:2"]
    )
  })

  it("hears the Event that lets it in, though it follows none of its streams before", () => {
    const { heard } = fold(
      start(["character:7", "room:3"]),
      history([{ _tag: "walk", who: 7, from: 1, to: 2 }])
    )
    assert.deepStrictEqual(seqs(heard), [1])
  })

  it("hears its own departure, and nothing after it", () => {
    const events = history([
      { _tag: "depart", who: 8, room: 1 },
      { _tag: "depart", who: 7, room: 1 },
      { _tag: "say", room: 1 }
    ])
    const { hearing, heard } = fold(start(["character:7", "room:1"]), events)
    assert.deepStrictEqual(seqs(heard), [1, 2])
    assert.strictEqual(hearing.departed, 2)
    assert.strictEqual(hearing.seq, 2)
  })

  it("does not guess at an Event that it cannot read", () => {
    const broken = { ...event({ _tag: "walk", who: 7, from: 1, to: 2 }, 1), payload: "{" }
    const folded = Perceive.fold(start(["room:1"]), [broken], turnsOf, 0)
    assert.deepStrictEqual(Result.getFailure(folded)._tag, "Some")
  })
})
