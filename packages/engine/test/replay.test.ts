/** Single steps of history run again, on a game of a few lines. */
import { assert, describe, it } from "@effect/vitest"
import { EngineEvents, Hash } from "@wr2/core"
import { prepare } from "@wr2/engine/GameDef"
import type { ActionLogRecord, EventRecord } from "@wr2/engine/Records"
import { Replay } from "@wr2/engine/Replay"
import { reproduce } from "@wr2/engine/Reproduce"
import * as Replayed from "@wr2/testkit/Replayed"
import { actor, game, Lamp, logged, own, rows, world } from "./Lamps.ts"

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

describe("what Actions cause", () => {
  const first = logged({ payload: { lamp: 1, how: "chain" } })
  const second = logged({
    no: 8,
    key: Hash.childKey(first.key, 0),
    seed: Hash.mix(first.seed, 0),
    cause: 7,
    payload: { lamp: 2, how: "" },
    firstSeq: 2,
    asOf: 1,
    depth: 1
  })
  const problems = (child: ActionLogRecord, parent = first) =>
    Replayed.problems(own.game, {
      instance: 1,
      snapshot: rows,
      rows: [],
      events: [...recorded(parent), ...recorded(child)],
      log: [parent, child],
      queue: [],
      dead: []
    })
  it("is compared as well: another payload, another seed, or nothing of the kind", () => {
    assert.deepStrictEqual(problems(second), [])
    assert.match(
      problems({ ...second, payload: { lamp: 1, how: "" } })[0] ?? "",
      /Action 8 .*what Action 7 caused/
    )
    assert.match(problems({ ...second, seed: 99 })[0] ?? "", /Action 8 .*what Action 7 caused/)
    const childless = { ...first, payload: { lamp: 1, how: "" } }
    assert.match(problems(second, childless)[0] ?? "", /Action 8 .*what Action 7 caused/)
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
