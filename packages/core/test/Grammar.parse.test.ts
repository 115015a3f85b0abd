import { assert, describe, it } from "@effect/vitest"
import { Grammar } from "@wr2/core"
import { Result, Schema } from "effect"
import { entry, fields, game, read } from "./fixtures/Verbs.ts"

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
    unknown("sya", ["say"])
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
