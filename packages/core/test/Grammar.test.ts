import { assert, describe, it } from "@effect/vitest"
import { Command, Grammar } from "@wr2/core"
import type { Plain } from "@wr2/core"
import { Result, Schema } from "effect"
import { entry, fields, read } from "./fixtures/Verbs.ts"

describe("words", () => {
  const lines: ReadonlyArray<readonly [line: string, words: ReadonlyArray<string>]> = [
    ["", []],
    ["   \t ", []],
    ["  get   sword ", ["get", "sword"]],
    ['get "long sword" now', ["get", "long sword", "now"]],
    ['get "long sword', ["get", '"long', "sword"]],
    ['get ""', ["get", ""]],
    ['get a"b c"d', ["get", 'a"b', 'c"d']],
    ["'hello there", ["'", "hello", "there"]],
    ["  'hello", ["'", "hello"]],
    ["' hello", ["'", "hello"]],
    ["''", ["'", "'"]],
    [".", ["."]],
    ["\u{1F409} roars", ["\u{1F409}", "roars"]],
    ["\u{1F409}roars", ["\u{1F409}", "roars"]],
    ["élan vital", ["élan", "vital"]],
    ["3 gold", ["3", "gold"]],
    ["don't", ["don't"]]
  ]
  for (const [line, words] of lines) {
    it(`of ${JSON.stringify(line)} are ${JSON.stringify(words)}`, () =>
      assert.deepStrictEqual(Grammar.words(line), words))
  }
  it.prop("hold no space, except where quotes keep it", [Schema.String], ([line]) => {
    for (const word of Grammar.words(line.replaceAll('"', ""))) assert.match(word, /^\S+$/)
  })
})

describe("a pattern", () => {
  it("fills fields with words, whatever the case of its own words", () => {
    assert.deepStrictEqual(fields("lock Door"), { a: "Door" })
    assert.deepStrictEqual(fields("LOOK AT Mirror"), { text: "Mirror" })
  })
  it("lets optional words be left out, and optional fields be null", () => {
    assert.deepStrictEqual(fields("look"), { text: null })
    assert.deepStrictEqual(fields("look at"), { text: null })
    assert.deepStrictEqual(fields("look mirror"), { text: "mirror" })
    assert.deepStrictEqual(fields("give sword bob"), { a: "sword", b: "bob" })
    assert.deepStrictEqual(fields("give sword to bob"), { a: "sword", b: "bob" })
  })
  it("gives a rest field as much as the rest of the pattern leaves", () => {
    assert.deepStrictEqual(fields("give the long sword to bob"), { a: "the long sword", b: "bob" })
    assert.deepStrictEqual(fields("give map to old oak to bob"), { a: "map to old oak", b: "bob" })
    assert.deepStrictEqual(fields("get letter from mum from old chest"), {
      a: "letter from mum",
      b: "old chest"
    })
  })
  it("meets its own words where it can, also those that may be left out", () => {
    assert.deepStrictEqual(fields("give to bob"), { a: "to", b: "bob" })
    const way = [entry("walk", "walk [<a>] [to] [<b>]")]
    assert.deepStrictEqual(fields("walk to town", way), { a: null, b: "town" })
    assert.deepStrictEqual(fields("walk fast to town", way), { a: "fast", b: "town" })
    assert.deepStrictEqual(fields("walk fast", way), { a: "fast", b: null })
  })
  it("keeps the rest of a line as it was typed", () => {
    assert.deepStrictEqual(fields('say  She said "hi"   and left. '), {
      text: 'She said "hi"   and left.'
    })
    assert.deepStrictEqual(fields("'well  met"), { text: "well  met" })
    assert.deepStrictEqual(fields('give "old map" to "old bob"'), { a: "old map", b: "old bob" })
    assert.deepStrictEqual(fields('look at "long sword"'), { text: "long sword" })
  })
  it("has other names of its verb", () => {
    for (const line of ["get sword", "take sword"])
      assert.deepStrictEqual(fields(line), { a: "sword" })
    assert.deepStrictEqual(fields("x sword"), { text: "sword" })
  })
  it("implies fields, and null for those that it leaves out", () => {
    const move = Grammar.compile("n", ["direction", "how"], { direction: "north" })
    assert.deepStrictEqual(Grammar.match(move, []), { direction: "north", how: null })
    assert.strictEqual(Grammar.match(move, ["fast"]), undefined)
  })
  it("is told in several readings where patterns overlap, the higher precedence first, then as declared", () => {
    assert.deepStrictEqual(read("get a from b"), [{ _tag: "get", fields: { a: "a", b: "b" } }])
    const both = [
      entry("b", "put <text...>"),
      entry("c", ["put <a> <b>", "put <a...>"]),
      entry("z", "put <text...>", 1)
    ]
    assert.deepStrictEqual(
      (read("put x y", both) as ReadonlyArray<Grammar.Reading>).map((reading) => [
        reading._tag,
        Object.keys(reading.fields)
      ]),
      [
        ["z", ["text"]],
        ["b", ["text"]],
        ["c", ["a", "b"]],
        ["c", ["a"]]
      ]
    )
  })

  const refused: ReadonlyArray<
    readonly [source: string, told: string, implied?: Record<string, Plain.Plain>]
  > = [
    ["", "begin with a verb"],
    ["<a>", "begin with a verb"],
    ["[go] <a>", "begin with a verb"],
    ["|", "begin with a verb"],
    ["go <nowhere>", "no field nowhere"],
    ["go <a", "cannot read <a"],
    ["go [<a>", "cannot read [<a>"],
    ["go [[a]]", "cannot read [[a]]"],
    ["go []", "cannot read []"],
    ["go <a..>", "cannot read <a..>"],
    ["go <a>.", "cannot read <a>."],
    ["go in|out", "cannot read in|out"],
    ["go <a> <a>", "two values for a"],
    ["n <a>", "two values for a", { a: "north" }],
    ["n", "no field direction", { direction: "north" }],
    ["@go <a>", "a sign is a verb by itself, unlike @go"],
    ['"go <a>', "a verb holds no quotes"]
  ]
  for (const [source, told, implied] of refused) {
    it(`"${source}" is refused: ${told}`, () => {
      assert.throws(
        () => Grammar.compile(source, ["a", "b"], implied ?? {}),
        `grammar "${source}": ${told}`
      )
    })
  }
})

describe("matching", () => {
  const Part = Schema.Literals(["w", "v", "[w]", "[v]", "<F>", "[<F>]", "<F...>", "[<F...>]"])
  const Parts = Schema.Array(Part).check(Schema.isMaxLength(5))
  const Words = Schema.Array(Schema.Literals(["w", "v", "u"])).check(Schema.isMaxLength(7))

  it.prop(
    "finds of all ways to fit the one that meets most of its own words, then takes most, part by part",
    [Parts, Words],
    ([parts, words]) => {
      const names = parts.map((_, i) => `f${i}`)
      const pattern = Grammar.compile(
        ["go", ...parts.map((part, i) => part.replace("F", `f${i}`))].join(" "),
        names,
        {}
      )
      const ways = everyWay(pattern, words)
      const most = Math.max(...ways.map(({ met }) => met))
      assert.deepStrictEqual(
        Grammar.match(pattern, words),
        ways.find(({ met }) => met === most)?.fields
      )
    },
    { arbitrary: { runs: 2000 } }
  )
})

/** All ways in which a pattern fits, those first whose first part takes most. Explodes: small lines only. */
const everyWay = (pattern: Grammar.Compiled, given: ReadonlyArray<string>) => {
  type Way = { readonly met: number; readonly fields: Record<string, Plain.Plain> }
  const go = (part: number, word: number): ReadonlyArray<Way> => {
    const wanted = pattern.parts[part]
    if (wanted === undefined)
      return word === given.length ? [{ met: 0, fields: { ...pattern.implied } }] : []
    const longest =
      wanted.kind === "field" && wanted.rest ? given.length : Math.min(word + 1, given.length)
    const ways: Array<Way> = []
    for (let end = longest; end > word; end--) {
      if (wanted.kind === "word") {
        if (given[word] === wanted.word)
          ways.push(...go(part + 1, end).map(({ fields, met }) => ({ met: met + 1, fields })))
      } else {
        const value = given.slice(word, end).join(" ")
        ways.push(
          ...go(part + 1, end).map(({ fields, met }) => ({
            met,
            fields: { ...fields, [wanted.field]: value }
          }))
        )
      }
    }
    if (!wanted.optional) return ways
    const nothing = wanted.kind === "field" ? { [wanted.field]: null } : {}
    return [
      ...ways,
      ...go(part + 1, word).map(({ fields, met }) => ({ met, fields: { ...fields, ...nothing } }))
    ]
  }
  return go(0, 0)
}

describe("a Command's grammar", () => {
  const define = (
    grammar: Command.Pattern | ReadonlyArray<Command.Pattern>,
    fields: Record<string, Schema.Top>
  ) => Command.define("go", { grammar, fields: fields as any, plan: () => Result.succeed([]) })
  const Direction = Schema.Literals(["north", "south"])

  it("is one pattern, a pattern with what it implies, or several of both", () => {
    assert.deepStrictEqual(
      define("go <to>", { to: Schema.String }).patterns.map(({ verbs }) => verbs),
      [["go"]]
    )
    assert.deepStrictEqual(
      define(["n", { to: "north" }], { to: Direction }).patterns.map(({ implied }) => implied),
      [{ to: "north" }]
    )
    const several = define([["n", { to: "north" }], ["s", { to: "south" }], "go <to>"], {
      to: Direction
    })
    assert.deepStrictEqual(
      several.patterns.map(({ source }) => source),
      ["n", "s", "go <to>"]
    )
  })
  it("is none for Commands that no player types", () =>
    assert.deepStrictEqual(define([], { to: Direction }).patterns, []))
  it("leaves out, and implies, only what its fields take: else no line could ever be read so", () => {
    assert.throws(
      () => define("go", { to: Direction }),
      'go: grammar "go": to may be left out: make it Schema.NullOr'
    )
    assert.throws(
      () => define("go [<to>]", { to: Direction }),
      "to may be left out: make it Schema.NullOr"
    )
    assert.throws(
      () => define(["n", { to: "up" }], { to: Direction }),
      "to does not take the implied value"
    )
    assert.doesNotThrow(() => define("go [<to>]", { to: Schema.NullOr(Direction) }))
  })
})
