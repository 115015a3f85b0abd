import { assert, describe, it } from "@effect/vitest"
import { Hash } from "@wr2/core"
import { Schema } from "effect"

// Seeds, keys and content hashes are stored: a change of any of these values breaks the replay of
// every log that there is.
describe("known values stay", () => {
  it("of int53", () => {
    assert.deepStrictEqual(
      ["", "a", "b", "revenge"].map((text) => Hash.int53(text)),
      // The values that cyrb53 publishes.
      [3338908027751811, 7929297801672961, 8684336938537663, 4051478007546757]
    )
    assert.strictEqual(Hash.int53("revenge", 1), 159804134958634)
  })
  it("of hex", () => {
    assert.strictEqual(Hash.hex(""), "1aee8d83488bdcb8583afc3ba650c329")
    assert.strictEqual(Hash.hex("{}"), "5a56d1e7f6bbc27f86126458079578d6")
    assert.strictEqual(Hash.hex("žluťoučký \u{1F40E}"), "7cd714f2937999bb6430bab940ed1ca8")
  })
  it("of follow-ups", () => {
    assert.strictEqual(Hash.mix(42, 0), 8409225229389118)
    assert.strictEqual(Hash.mix(42, 1), 2271707595109347)
    assert.strictEqual(Hash.childKey("k", 0), "733c13abe63a7e6e06c088a3aa4acd3f")
  })
})

describe("the shape", () => {
  it.prop("of int53 is a whole number below 2^53", [Schema.String, Schema.Int], ([text, seed]) => {
    const hash = Hash.int53(text, seed)
    assert.isTrue(Number.isSafeInteger(hash) && hash >= 0)
    assert.strictEqual(Hash.int53(text, seed), hash)
  })
  it.prop(
    "of hex and child keys is 32 hex digits, however long the text",
    [Schema.String],
    ([text]) => {
      assert.match(Hash.hex(text), /^[0-9a-f]{32}$/)
      assert.match(Hash.childKey(text.repeat(100), 3), /^[0-9a-f]{32}$/)
    }
  )
})

describe("the spread", () => {
  const bits = (hex: string) =>
    [...hex].flatMap((digit) => [...Number.parseInt(digit, 16).toString(2).padStart(4, "0")])

  it("keeps a hundred thousand keys of follow-ups apart, in either half of their digits", () => {
    const keys = Array.from({ length: 100_000 }, (_, i) =>
      Hash.childKey(`cmd:7:${Math.floor(i / 4)}`, i % 4)
    )
    for (const part of [
      (key: string) => key,
      (key: string) => key.slice(0, 16),
      (key: string) => key.slice(16)
    ]) {
      assert.strictEqual(new Set(keys.map(part)).size, keys.length)
    }
  })
  it("keeps the seeds of follow-ups apart, along chains and between siblings", () => {
    const seeds = new Set<number>()
    for (let root = 0; root < 1000; root++) {
      let seed = root
      for (let depth = 0; depth < 20; depth++) {
        for (let index = 0; index < 5; index++) seeds.add(Hash.mix(seed, index))
        seed = Hash.mix(seed, 0)
      }
    }
    assert.strictEqual(seeds.size, 100_000)
  })
  it("turns about half of all bits when one character changes", () => {
    const turned = Array.from({ length: 128 }, () => 0)
    const tries = 2000
    for (let i = 0; i < tries; i++) {
      const [before, after] = [bits(Hash.hex(`room ${i}`)), bits(Hash.hex(`rooM ${i}`))]
      for (let bit = 0; bit < 128; bit++) if (before[bit] !== after[bit]) turned[bit]!++
    }
    for (const count of turned)
      assert.isTrue(count > tries * 0.4 && count < tries * 0.6, `${count} of ${tries}`)
  })
  it("fills 64 shards evenly with ids that count up", () => {
    const shards = Array.from({ length: 64 }, () => 0)
    for (let id = 0; id < 64_000; id++) shards[Hash.int53(`instance:${id}`) % 64]!++
    for (const count of shards) assert.isTrue(count > 850 && count < 1150, `${count} of about 1000`)
  })
})
