import { assert, describe, it } from "@effect/vitest"
import { Command, Grammar } from "@wr2/core"
import type { Plain } from "@wr2/core"
import { Result, Schema } from "effect"

type Entry = Grammar.Entry
const entry = (
  tag: string,
  patterns: string | ReadonlyArray<string>,
  precedence = 0,
  fields: ReadonlyArray<string> = ["a", "b", "c", "text"]
): Entry => ({
  _tag: tag,
  precedence,
  patterns: [patterns].flat().map((pattern) =>
    Grammar.compile(
      pattern,
      fields.filter((field) => new RegExp(`<${field}(\\.\\.\\.)?>`).test(pattern)),
      {}
    )
  )
})
const game: ReadonlyArray<Entry> = [
  entry("look", ["look [at] [<text...>]", "examine|x <text...>"], 10),
  entry("lock", "lock <a>"),
  entry("say", "say|' <text...>"),
  entry("save", "save", -1),
  entry("get", ["get|take <a>", "get|take <a...> from <b...>"]),
  entry("give", "give <a...> [to] <b>"),
  entry("north", "north"),
  entry("nod", "nod", 5)
]
/** What a line comes to: its readings, or why there are none. */
const read = (line: string, entries = game) =>
  Result.match(Grammar.parse(entries, line), {
    onSuccess: ({ readings }) => readings,
    onFailure: (unparsed) => unparsed
  })
const fields = (line: string, entries = game) => {
  const found = read(line, entries)
  return Array.isArray(found) ? found[0].fields : found
}

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

describe("an abbreviation", () => {
  const tag = (line: string, entries = game) => {
    const found = read(line, entries)
    return Array.isArray(found) ? found[0]._tag : found
  }
  it("means the verb of the highest precedence that begins so", () => {
    assert.strictEqual(tag("l mirror"), "look")
    assert.strictEqual(tag("lo mirror"), "look")
    assert.strictEqual(tag("loc door"), "lock")
    assert.strictEqual(tag("n"), "nod")
    assert.strictEqual(tag("no"), "nod")
    assert.strictEqual(tag("nor"), "north")
    assert.strictEqual(tag("s hi"), "say")
    assert.strictEqual(tag("sav"), "save")
    assert.strictEqual(tag("ta sword"), "get")
    assert.strictEqual(tag("EXA sword"), "look")
  })
  it("is Ambiguous between equals, and tells the candidates", () => {
    assert.deepStrictEqual(tag("g sword"), {
      _tag: "Ambiguous",
      word: "g",
      candidates: ["get", "give"]
    })
  })
  it("never stands before a verb in full", () => {
    const short = [entry("look", "look", 99), entry("lo", "lo", -99)]
    assert.strictEqual(tag("lo", short), "lo")
  })
  it("needs at least a letter", () =>
    assert.deepStrictEqual(tag(""), { _tag: "UnknownVerb", verb: "", suggestions: [] }))

  const rotations = game.flatMap((_, i) => {
    const turned = [...game.slice(i), ...game.slice(0, i)]
    return [turned, turned.toReversed()]
  })
  const lines = [
    "l x",
    "g x",
    "s x",
    "n",
    "no",
    "x y",
    "ta x",
    "t x",
    "gi a b",
    "get a from b",
    "sa",
    "e x",
    "z"
  ]
  for (const line of lines) {
    it(`"${line}" means the same in whatever order Commands are registered`, () => {
      for (const entries of rotations) assert.deepStrictEqual(read(line, entries), read(line))
    })
  }
  it("and so does a verb that two Commands of equal precedence share", () => {
    const two = [entry("b", "put <text...>"), entry("a", "put <text...>")]
    assert.deepStrictEqual(read("put x", two), read("put x", two.toReversed()))
  })
})

describe("what cannot be read", () => {
  it("is Malformed when only the verb is known, with its patterns", () => {
    assert.deepStrictEqual(read("lock"), { _tag: "Malformed", verb: "lock", usage: ["lock <a>"] })
    assert.deepStrictEqual(read("take"), {
      _tag: "Malformed",
      verb: "take",
      usage: ["get|take <a>", "get|take <a...> from <b...>"]
    })
    assert.deepStrictEqual(read("north by northwest"), {
      _tag: "Malformed",
      verb: "north",
      usage: ["north"]
    })
  })
  it("is an UnknownVerb else, with up to three verbs within two edits", () => {
    const unknown = (verb: string, suggestions: ReadonlyArray<string>) =>
      assert.deepStrictEqual(read(`${verb} sword`), {
        _tag: "UnknownVerb",
        verb: verb.toLowerCase(),
        suggestions
      })
    unknown("loook", ["look", "lock"])
    unknown("GETT", ["get"])
    unknown("giv_", ["give"])
    unknown("soy", ["say"])
    unknown("nroth", ["north"])
    unknown("dance", [])
    const many = ["aab", "aac", "aad", "aae"].map((verb) => entry(verb, verb))
    assert.deepStrictEqual((read("aax", many) as { suggestions: unknown }).suggestions, [
      "aab",
      "aac",
      "aad"
    ])
  })
})

describe("hostile input", () => {
  /** So wide that only an algorithm that explodes is slower, also on a busy machine. */
  const bound = 1000
  const timed = (f: () => unknown) => {
    const start = performance.now()
    f()
    const took = performance.now() - start
    assert.isBelow(took, bound, `took ${took} ms`)
  }
  const lines: ReadonlyArray<readonly [what: string, line: string]> = [
    ["one word of a million letters", "x".repeat(1_000_000)],
    ["a hundred thousand words", "say ".repeat(100_000)],
    ["a hundred thousand quotes", '"'.repeat(100_000)],
    ["odd quotes and words in turn", 'get " a '.repeat(50_000)],
    ["a million spaces", `say${" ".repeat(1_000_000)}x`],
    ["a regular expression for verb", "(a+)+$ [x]{2,} \\1 .*"],
    ["control characters", "\u0000\u0007\u001b[2J\u0000 \u0085\u2028"],
    ["right-to-left marks and zero width", "\u202Egnihton\u200B \u2066x"],
    ["lone surrogates", "\ud83d \udc09 \ud83d"],
    ["names of Object's own", "__proto__ constructor toString"],
    ["combining marks", `e${"\u0301".repeat(10_000)} x`]
  ]
  for (const [what, line] of lines) {
    it(`is read in time: ${what}`, () => {
      timed(() => {
        for (const text of [line, `say ${line}`, `give ${line}`, `'${line}`]) {
          const parsed = Grammar.parse(game, text)
          if (Result.isFailure(parsed) && parsed.failure._tag === "UnknownVerb") {
            assert.isTrue(parsed.failure.verb.length <= 40 && parsed.failure.verb.isWellFormed())
          }
        }
      })
    })
  }
  it("does not reach Object's own by a field, a verb or a word", () => {
    assert.deepStrictEqual(read("constructor"), {
      _tag: "UnknownVerb",
      verb: "constructor",
      suggestions: []
    })
    assert.deepStrictEqual(fields("lock __proto__"), { a: "__proto__" })
  })
  it("cuts a verb that it tells back, but never a character in half", () => {
    const told = (read(`${"x".repeat(39)}\u{1F409}`) as { verb: string }).verb
    assert.isTrue(told.length === 40 && told.isWellFormed())
  })

  const patterns = [
    "go <a...> <b...> <c...> end",
    "go [<a...>] [<b...>] [<c...>] end",
    "go <a...> w <b...> w <c...> w <d...> end",
    `go ${"[w] ".repeat(40)}end`,
    `go ${Array.from({ length: 26 }, (_, i) => `[<${String.fromCodePoint(97 + i)}...>]`).join(" ")} end`
  ]
  for (const pattern of patterns) {
    it(`is matched in time by ${pattern.slice(0, 60)}`, () => {
      const letters = Array.from({ length: 26 }, (_, i) => String.fromCodePoint(97 + i))
      const compiled = Grammar.compile(pattern, letters, {})
      const many = Array.from({ length: 500 }, () => "w")
      timed(() => {
        assert.strictEqual(Grammar.match(compiled, many), undefined)
        if (pattern.includes("...")) assert.isDefined(Grammar.match(compiled, [...many, "end"]))
      })
    })
  }
  it.prop("of any kind is answered, never thrown", [Schema.String], ([line]) => {
    for (const text of [line, `get ${line}`, `l${line}`]) Grammar.parse(game, text)
  })
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
