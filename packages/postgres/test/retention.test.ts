/** The rules of retention, without a database. */
import { assert, describe, it } from "@effect/vitest"
import { defaults, plan } from "../src/RetentionPolicy.ts"
import type { Behind, RetentionPolicy, State, Volume } from "../src/RetentionPolicy.ts"

const hour = 3_600_000
const day = 24 * hour
const now = 1_000 * day

/** Volumes of a day each, the last of which is written; sizes from the oldest on. */
const state = (sizes: ReadonlyArray<number>, some: Partial<State> = {}): State => ({
  now,
  current: sizes.length,
  before: null,
  volumes: sizes.map((bytes, i): Volume => {
    const openedAt = now - (sizes.length - i) * day + 1
    const last = i === sizes.length - 1
    return {
      volume: i + 1,
      openedAt,
      closedAt: last ? null : openedAt + day,
      sealed: !last,
      bytes,
      empty: false,
      behind: []
    }
  }),
  ...some
})
const policy = (some: Partial<RetentionPolicy>): RetentionPolicy => ({ ...defaults, ...some })
const behind: ReadonlyArray<Behind> = [{ instance: 1, consumer: "mail", seq: 4, last: 9 }]
const with_ = (of: State, volume: number, some: Partial<Volume>): State => ({
  ...of,
  volumes: of.volumes.map((one) => (one.volume === volume ? { ...one, ...some } : one))
})

const told = (of: State, some: Partial<RetentionPolicy>) =>
  plan(of, policy(some)).map((step) =>
    step._tag === "Turn"
      ? `turn ${step.why}`
      : `${step._tag === "Drop" ? "drop" : "held"} ${step.volume.volume} ${step.why}`
  )

describe("retention", () => {
  it("keeps everything unless told otherwise, in few volumes", () => {
    assert.deepStrictEqual(told(state([5, 5, 5]), {}), [])
    const gib = 2 ** 30
    assert.deepStrictEqual(told(state([gib]), {}), ["turn bytes"])
    assert.deepStrictEqual(told(state([63 * gib, gib]), {}), [])
    assert.deepStrictEqual(told(state([63 * gib, 3 * gib]), {}), ["turn bytes"])
  })

  it("goes by age from the oldest on: a volume goes when its last row is too old", () => {
    const five = state([1, 1, 1, 1, 1])
    assert.deepStrictEqual(told(five, { age: 3 * day }), ["drop 1 age", "turn age"])
    assert.deepStrictEqual(told(five, { age: 3 * day - 1 }), [
      "drop 1 age",
      "drop 2 age",
      "turn age"
    ])
    assert.deepStrictEqual(told(five, { age: 100 * day }), [])
  })

  it("goes by size from the oldest on, as far as it must", () => {
    assert.deepStrictEqual(told(state([30, 30, 30, 5]), { bytes: 95 }), [])
    assert.deepStrictEqual(told(state([30, 30, 30, 5]), { bytes: 94 }), ["drop 1 bytes"])
    assert.deepStrictEqual(told(state([30, 30, 30, 5]), { bytes: 64 }), [
      "drop 1 bytes",
      "drop 2 bytes"
    ])
    // What is written is never dropped, however large.
    assert.deepStrictEqual(told(state([1_000]), { bytes: 10 }), ["turn bytes"])
  })

  it("turns when a twelfth of what is kept is full, but not on nothing", () => {
    const young = with_(state([1]), 1, { openedAt: now - hour })
    assert.deepStrictEqual(told(young, { age: 12 * hour + 1 }), [])
    assert.deepStrictEqual(told(young, { age: 12 * hour }), ["turn age"])
    assert.deepStrictEqual(told(with_(young, 1, { empty: true }), { age: 12 * hour }), [])
    assert.deepStrictEqual(told(state([1, 10]), { bytes: 120 }), ["turn bytes"])
    assert.deepStrictEqual(told(state([1, 9]), { bytes: 120 }), [])
  })

  it("waits for the volume before to be sealed: it is neither dropped nor is there another turn", () => {
    const turned = with_(state([1, 1, 1]), 2, { sealed: false })
    assert.deepStrictEqual(told({ ...turned, before: 2 }, { age: 1 }), ["drop 1 age"])
  })

  it("holds a volume back for a consumer that has not read it, and all after it", () => {
    const held = with_(state([1, 1, 1, 1, 1]), 1, { behind })
    assert.deepStrictEqual(told(held, { age: day, hold: 10 * day }), ["held 1 age", "turn age"])
    assert.deepStrictEqual(told(with_(state([30, 30, 30, 4]), 1, { behind }), { bytes: 60 }), [
      "held 1 bytes"
    ])
  })

  it("up to a limit: then the consumer loses it, and is named", () => {
    const held = with_(state([1, 1, 1, 1, 1]), 1, { behind })
    const steps = plan(held, policy({ age: day, hold: 2 * day }))
    assert.deepStrictEqual(
      steps.map((step) => (step._tag === "Drop" ? [step.volume.volume, step.past] : step._tag)),
      [[1, behind], [2, []], [3, []], "Turn"]
    )
    const large = with_(state([30, 30, 30, 5]), 1, { behind })
    assert.deepStrictEqual(told(large, { bytes: 40 }), [
      "drop 1 bytes",
      "drop 2 bytes",
      "turn bytes"
    ])
  })

  it("may be given both reasons: whichever comes first", () => {
    const both = state([50, 1, 1, 1, 1])
    assert.deepStrictEqual(told(both, { age: 100 * day, bytes: 20 }), ["drop 1 bytes"])
    assert.deepStrictEqual(told(both, { age: 2 * day, bytes: 500 }), [
      "drop 1 age",
      "drop 2 age",
      "turn age"
    ])
  })
})
