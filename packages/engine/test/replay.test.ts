/** Single steps of history run again, and Commands explained, on a game of a few lines. */
import { assert, describe, it } from "@effect/vitest"
import { Action, Aggregate, Command, EngineEvents, Event, Game } from "@wr2/core"
import * as Explain from "@wr2/engine/Explain"
import * as Fold from "@wr2/engine/Fold"
import { prepare } from "@wr2/engine/GameDef"
import { defaults } from "@wr2/engine/Limits"
import type { ActionLogRecord, EventRecord } from "@wr2/engine/Records"
import { Replay } from "@wr2/engine/Replay"
import { reproduce } from "@wr2/engine/Reproduce"
import * as Replayed from "@wr2/testkit/Replayed"
import { Result, Schema } from "effect"

class Empty extends Schema.TaggedError<Empty>()("Empty", {}) {}

const Mood = Schema.Struct({ mood: Schema.String })
const Lamp = Aggregate.define("Lamp", {
  rank: 1,
  fields: { oil: Schema.Int, next: Schema.NullOr(Schema.Int) },
  runtime: { schema: Mood, version: 2, build: () => ({ mood: "new" }) }
})
const Lit = Event.define("Lit", {
  fields: { lamp: Lamp.Id, roll: Schema.Int },
  evolve: (e) => [Lamp.update(e.lamp, (lamp) => ({ ...lamp, oil: lamp.oil - 1 }))],
  heardBy: (e) => [Lamp.stream(e.lamp)]
})
const Seen = Event.define("Seen", { fields: { oil: Schema.Int }, heardBy: () => [] })
const Light = Action.make("Light", { lamp: Lamp.Id, how: Schema.String })
const Look = Action.make("Look", { lamp: Lamp.Id })

/** The game of a build. */
const game = (
  build: { readonly rule?: number; readonly message?: number; readonly change?: string } = {}
) => {
  const message =
    build.message === undefined
      ? Light
      : Action.make("Light", { lamp: Lamp.Id, how: Schema.String }, { version: build.message })
  const rule = message.rule({
    version: build.rule ?? 1,
    emits: [Lit],
    fails: [Empty],
    locks: (a, { projection }) => {
      const next = projection.get(Lamp, a.lamp)?.next
      return [Lamp.ref(a.lamp), ...(next === null || next === undefined ? [] : [Lamp.ref(next)])]
    },
    decide: (a, { dice, runtime, the }) =>
      Result.gen(function* () {
        const { next, oil } = yield* the(Lamp, a.lamp)
        if (build.change === "throws") throw new Error("no wick")
        if (a.how === "break") throw new Error("it fell")
        if (a.how === "beyond") yield* the(Lamp, 99)
        if (a.how === "remember") yield* runtime(Lamp, a.lamp)
        if (oil === 0) return yield* Result.fail(new Empty())
        const roll = dice.roll(build.change === "dice" ? 1_000 : 1_000_000)
        return {
          events: build.change === "silent" ? [] : [Lit.make({ lamp: a.lamp, roll })],
          next: [
            ...(next === null || a.how !== "chain"
              ? []
              : [Light.make({ lamp: Lamp.Id.make(next), how: "" })]),
            ...(a.how === "again" ? [Light.make({ ...a, how: "" }, { after: 5_000 })] : [])
          ]
        }
      })
  })
  const look = Look.view({
    emits: [Seen],
    view: (a, { projection }) =>
      Result.succeed([Seen.make({ oil: projection.get(Lamp, a.lamp)?.oil ?? -1 })])
  })
  const light = Command.define("light", {
    grammar: "light <how>",
    fields: { how: Schema.String },
    rejects: [Empty],
    plan: ({ how }, { actor }) => {
      const lamp = Lamp.Id.make(actor)
      if (how === "nothing") return Result.fail(new Empty())
      if (how === "plan") throw new Error("the plan fell")
      return Result.succeed([Light.make({ lamp, how }), Look.make({ lamp })])
    }
  })
  return Game.make("lamps", {
    aggregates: [Lamp],
    events: [Lit, Seen],
    actions: [rule, look],
    commands: [light]
  }) as Game.Any
}

const rows: ReadonlyArray<Fold.SnapshotRow> = [
  { aggregate: "Lamp", row: { id: 1, oil: 3, next: 2 }, runtime: { mood: "calm" } },
  { aggregate: "Lamp", row: { id: 2, oil: 1, next: null } },
  { aggregate: "Lamp", row: { id: 3, oil: 0, next: null } }
]
const own = prepare(game())
const actor = { type: "Lamp", id: 1 }

const world = (definition = own, kept = rows) => ({
  instance: 1,
  limits: defaults,
  projection: Fold.ofSnapshot(definition.game, kept)
})

const logged = (some: Partial<ActionLogRecord> = {}): ActionLogRecord => ({
  no: 7,
  type: "Light",
  version: 1,
  payload: { lamp: 1, how: "" },
  actor,
  commandId: "lamp:1#1",
  cause: null,
  key: "lamp:1#1/0",
  seed: 5,
  priority: 0,
  runAt: 10,
  attempts: 0,
  depth: 0,
  now: 10,
  idBase: null,
  contentHash: own.game.content.hash,
  rule: 1,
  asOf: 0,
  outcome: "done",
  reason: null,
  firstSeq: 1,
  position: 0,
  ...some
})

/** What a build makes of an Action on the rows as they are, as it would be recorded. */
const recorded = (action: ActionLogRecord, kept = rows): ReadonlyArray<EventRecord> =>
  reproduce(world(own, kept), own, action, (action.firstSeq ?? 1) - 1).outcome.events

/** Follows one step in a build. */
const follow = (
  step: { readonly action?: ActionLogRecord; readonly events: ReadonlyArray<EventRecord> },
  definition = own,
  kept = rows
) => {
  const here = world(definition, kept)
  const replay = new Replay(here, 0)
  const verdict = replay.follow(
    (hash) => (hash === definition.game.content.hash ? definition : undefined),
    definition,
    {
      action: step.action,
      no: step.events[0]?.actionNo ?? step.action?.no ?? null,
      events: step.events
    }
  )
  return { verdict, replay, lamp: (id: number) => here.projection.get(Lamp, id) }
}

const oils = ({ lamp }: ReturnType<typeof follow>) => [1, 2, 3].map((id) => lamp(id)?.oil)

describe("a step run again", () => {
  const action = logged()
  const events = recorded(action)

  it("comes to the same, and its rows are as after it", () => {
    const same = follow({ action, events })
    assert.deepStrictEqual(same.verdict, { _tag: "Same" })
    assert.deepStrictEqual(oils(same), [2, 1, 0])
    assert.deepStrictEqual(same.replay.lastChange(Lamp.ref(1)), { seq: 1, no: 7 })
    assert.strictEqual(same.replay.seq, 1)
  })

  it.each([
    ["dice", "the payload of Lit"],
    ["silent", "an Event less"],
    ["throws", "it breaks now"]
  ])("in a build whose rule %s otherwise, without saying so, is different", (change, what) => {
    const { replay, verdict } = follow({ action, events }, prepare(game({ change })))
    if (verdict._tag !== "Different") return assert.fail(JSON.stringify(verdict))
    assert.strictEqual(verdict.difference.what, what)
    assert.deepStrictEqual([verdict.difference.seq, verdict.difference.action.no], [1, 7])
    assert.strictEqual(replay.seq, 0)
  })

  it.each([
    [{ rule: 2 }, /rule version 1 of Light, this build has 2/],
    [{ message: 3 }, /version 1 of the message Light, this build has 3/]
  ])("in a build that says it has another version is taken as recorded: %o", (build, why) => {
    const taken = follow({ action, events }, prepare(game({ ...build, change: "throws" })))
    if (taken.verdict._tag !== "NotComparable") return assert.fail(JSON.stringify(taken.verdict))
    assert.match(taken.verdict.why, why)
    assert.deepStrictEqual(oils(taken), [2, 1, 0])
  })

  it("that was refused is refused for the same reason, with the same Event", () => {
    const refused = logged({
      payload: { lamp: 3, how: "" },
      outcome: "refused",
      reason: { _tag: "Empty" }
    })
    const told = recorded(refused)
    assert.deepStrictEqual(
      told.map(({ type }) => type),
      ["ActionRefused"]
    )
    assert.strictEqual(follow({ action: refused, events: told }).verdict._tag, "Same")
    const other = follow({ action: { ...refused, reason: { _tag: "Full" } }, events: told })
    assert.strictEqual(other.verdict._tag, "Different")
    // Nobody to tell: no Event, and yet it is compared.
    const silent = { ...refused, actor: null, firstSeq: null }
    assert.strictEqual(follow({ action: silent, events: [] }).verdict._tag, "Same")
    const done = follow({ action: { ...silent, outcome: "done", reason: null }, events: [] })
    assert.strictEqual(done.verdict._tag, "Different")
  })

  it("that was refused Busy is, though nobody holds a row now", () => {
    const busy = logged({ outcome: "refused", reason: { _tag: "Busy" } })
    const told = recorded(busy)
    assert.include(told[0]!.payload, "Busy")
    const same = follow({ action: busy, events: told })
    assert.strictEqual(same.verdict._tag, "Same")
    assert.deepStrictEqual(oils(same), [3, 1, 0])
  })

  it("is given memory that was rebuilt, whatever it was rebuilt from", () => {
    const data = { mood: "another build's" }
    const rebuilt: EventRecord = {
      ...events[0]!,
      type: EngineEvents.RuntimeRebuilt._tag,
      payload: JSON.stringify(EngineEvents.RuntimeRebuilt.make({ aggregate: "Lamp", id: 1, data })),
      streams: []
    }
    const after = { ...events[0]!, seq: 2 }
    const same = follow({ action, events: [rebuilt, after] })
    assert.deepStrictEqual(same.verdict, { _tag: "Same" })
    assert.deepStrictEqual(oils(same), [2, 1, 0])
  })

  it("that used memory of another version is not comparable", () => {
    const old = [{ ...rows[0]!, cacheVersion: 1 }, ...rows.slice(1)]
    const taken = follow({ action, events }, own, old)
    if (taken.verdict._tag !== "NotComparable") return assert.fail(JSON.stringify(taken.verdict))
    assert.match(taken.verdict.why, /memory of Lamp 1/)
    assert.deepStrictEqual(oils(taken), [2, 1, 0])
  })

  it("of a dead letter changed nothing, also when it was put back and done later", () => {
    const failed: EventRecord = {
      ...events[0]!,
      type: EngineEvents.ActionFailed._tag,
      payload: JSON.stringify(
        EngineEvents.ActionFailed.make({ actor, action: "Light", reference: "abc" })
      )
    }
    assert.deepStrictEqual(follow({ events: [failed] }).verdict, { _tag: "Dead" })
    const later = logged({ firstSeq: 9 })
    assert.deepStrictEqual(follow({ action: later, events: [failed] }).verdict, { _tag: "Dead" })
    // An Event in place of what the log says was done is no death.
    assert.strictEqual(follow({ action, events: [failed] }).verdict._tag, "Different")
  })

  it("of content that nobody has is not comparable; of an unknown Event cannot be followed", () => {
    const unknown = follow({ action: { ...action, contentHash: "gone" }, events })
    assert.strictEqual(unknown.verdict._tag, "NotComparable")
    const other = follow({ action, events: [{ ...events[0]!, version: 2 }] })
    assert.strictEqual(other.verdict._tag, "Unreadable")
    const none = follow({ action, events: [{ ...events[0]!, type: "Snuffed" }] })
    assert.strictEqual(none.verdict._tag, "Unreadable")
  })
})

describe("a whole log run again", () => {
  const first = logged()
  const second = logged({ no: 8, key: "b", firstSeq: 2, asOf: 1, commandId: null })
  // It ran before the first and found no oil; told nobody.
  const silent = logged({
    no: 9,
    payload: { lamp: 3, how: "" },
    actor: null,
    outcome: "refused",
    reason: { _tag: "Empty" },
    firstSeq: null
  })
  const kept = (log: ReadonlyArray<ActionLogRecord>) => ({
    instance: 1,
    snapshot: rows,
    rows: [],
    events: [...recorded(first), ...recorded(second)],
    log,
    queue: [],
    dead: []
  })
  it("is put in its order, and says the first that comes to something else", () => {
    assert.deepStrictEqual(Replayed.problems(own.game, kept([second, silent, first])), [])
    const [seeded] = Replayed.problems(own.game, kept([first, silent, { ...second, seed: 6 }]))
    assert.match(
      seeded ?? "",
      /^instance 1: Action 8 \(Light\) run again is Different: .*payload of Lit/
    )
    const [quiet] = Replayed.problems(
      own.game,
      kept([first, second, { ...silent, payload: { lamp: 1, how: "" } }])
    )
    assert.match(quiet ?? "", /Action 9 \(Light\) run again is Different: .*one more Event/)
  })
})

describe("what a test of an Action is given", () => {
  it("is what it locked, what its lock set looked at, and nothing else", () => {
    const { locks, outcome, rows: kept } = reproduce(world(), own, logged(), 0)
    assert.deepStrictEqual(
      locks.map(({ id }) => id),
      [1, 2]
    )
    assert.deepStrictEqual(
      kept.map(({ row, runtime }) => [row.id, runtime]),
      [
        [1, { mood: "calm" }],
        [2, undefined]
      ]
    )
    assert.strictEqual(outcome.outcome, "done")
  })
  it("of one that breaks: the rows, and what broke it", () => {
    const { outcome } = reproduce(world(), own, logged({ payload: { lamp: 1, how: "break" } }), 0)
    assert.strictEqual(outcome.outcome, "failed")
    assert.match(outcome.error ?? "", /^Error: it fell\n/)
  })
})

describe("a Command explained", () => {
  const explain = (text: string) =>
    Explain.explain({
      ...world(),
      definition: own,
      actor,
      wish: { text },
      now: 1_000,
      seed: 5,
      firstId: 100,
      lastSeq: 40,
      lastNo: 9
    })

  it("tells Actions in the order in which they would run, with locks, Events, cause, rows", () => {
    const told = explain("light chain")
    if (told._tag !== "Planned") return assert.fail(told._tag)
    assert.deepStrictEqual(
      told.ran.map(({ cause, events, locks, outcome, type }) => ({
        type,
        cause,
        outcome,
        locks: locks.map(({ id }) => id),
        events: events.map((event) => [event.seq, event.type])
      })),
      [
        { type: "Light", cause: null, outcome: "done", locks: [1, 2], events: [[41, "Lit"]] },
        { type: "Light", cause: 0, outcome: "done", locks: [2], events: [[42, "Lit"]] }
      ]
    )
    assert.deepStrictEqual(
      told.rows.map(({ id, op }) => [op, id]),
      [
        ["update", 1],
        ["update", 2]
      ]
    )
    // The view sees what the Actions before it would leave.
    assert.deepStrictEqual(told.shown[0]!.answers, [
      { type: "Seen", payload: JSON.stringify({ _tag: "Seen", oil: 2 }) }
    ])
  })
  it("tells what would wait, what would break, and why it would be rejected", () => {
    const later = explain("light again")
    if (later._tag !== "Planned") return assert.fail(later._tag)
    assert.deepInclude(later.later[0], { type: "Light", after: 5_000, cause: 0 })
    const broken = explain("light beyond")
    if (broken._tag !== "Planned") return assert.fail(broken._tag)
    assert.strictEqual(broken.ran[0]!.outcome, "failed")
    assert.match(String(broken.ran[0]!.reason), /read Lamp 99, which is not in its lock set/)
    const nothing = explain("light nothing")
    if (nothing._tag !== "Rejected") return assert.fail(nothing._tag)
    assert.strictEqual(nothing.reason._tag, "Empty")
    const fell = explain("light plan")
    if (fell._tag !== "Rejected") return assert.fail(fell._tag)
    assert.strictEqual(fell.reason._tag, "Broken")
    assert.match(String(fell.broke), /the plan fell/)
  })
})
