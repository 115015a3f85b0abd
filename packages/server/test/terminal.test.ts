import { PassThrough } from "node:stream"
import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import { Effect, Fiber } from "effect"
import { address } from "../src/commands/play.ts"
import * as TypedLine from "../src/terminal/Line.ts"
import { lines } from "../src/terminal/Renderer.ts"
import * as Screen from "../src/terminal/Screen.ts"
import * as Style from "../src/terminal/Style.ts"
import { renderer } from "../src/terminal/WorldRenderer.ts"

describe("a typed line", () => {
  it("is split at semicolons, except at escaped ones", () => {
    assert.deepStrictEqual(TypedLine.split("n;n; get sword ;;"), ["n", "n", "get sword"])
    assert.deepStrictEqual(TypedLine.split("say a\\; b;look"), ["say a; b", "look"])
    assert.deepStrictEqual(TypedLine.split("  "), [])
  })
})

describe("the terminal's style", () => {
  it("wraps at spaces, and leaves a long word whole", () => {
    assert.deepStrictEqual(Style.wrap("one two three four five six", 20), [
      "one two three four",
      "five six"
    ])
    assert.deepStrictEqual(Style.wrap(`a ${"x".repeat(30)} b`, 20), ["a", "x".repeat(30), "b"])
    assert.deepStrictEqual(Style.wrap("one two", undefined), ["one two"])
    assert.deepStrictEqual(Style.wrap("    one two three four five", 20), [
      "    one two three",
      "    four five"
    ])
    const padded = `Mal says: hm${" ".repeat(12)}Bob says: hi`
    const [, ...rest] = Style.wrap(padded, 20, "  ")
    assert.isAbove(rest.length, 0)
    for (const line of rest) assert.match(line, /^ {2}/)
  })

  it("shows nothing that a terminal would obey", () => {
    assert.strictEqual(Style.harmless("a\u001b[2Jb\u0007\u202ec\nd"), "a[2Jbc\nd")
  })

  it("has colour on a terminal that wants it", () => {
    assert.isTrue(Style.hasColour(true, {}))
    assert.isFalse(Style.hasColour(false, {}))
    assert.isFalse(Style.hasColour(true, { NO_COLOR: "1" }))
    assert.isTrue(Style.hasColour(true, { NO_COLOR: "" }))
    assert.isFalse(Style.hasColour(true, { TERM: "dumb" }))
  })
})

describe("the server's address", () => {
  it.effect("is understood in the ways people write it", () =>
    Effect.gen(function* () {
      for (const [given, meant] of [
        ["localhost:8080", "ws://localhost:8080/rpc"],
        ["http://localhost:8080/", "ws://localhost:8080/rpc"],
        ["https://example.org", "wss://example.org/rpc"],
        ["wss://example.org/other", "wss://example.org/other"]
      ] as const) {
        assert.strictEqual(yield* address(given), meant)
      }
      for (const bad of ["ftp://x", "http://", "a b c"]) {
        assert.strictEqual((yield* Effect.flip(address(bad)))._tag, "Problem")
      }
    })
  )
})

/** A screen on streams of a test, and what it wrote. */
const screen = (tty: boolean, style = Style.plain) =>
  Effect.gen(function* () {
    const input = new PassThrough()
    const output = Object.assign(new PassThrough(), { columns: 40 })
    let written = ""
    output.on("data", (chunk) => {
      written += String(chunk)
    })
    const made = yield* Screen.make({ input, output, tty }, style)
    return { screen: made, input, written: () => written }
  })

describe("the screen", () => {
  it.live("reads lines from a pipe, and tells when there are no more", () =>
    Effect.gen(function* () {
      const { input, screen: one, written } = yield* screen(false)
      input.end("look\nn;n\nlast")
      assert.strictEqual(yield* one.line, "look")
      assert.strictEqual(yield* one.line, "n;n")
      assert.strictEqual(yield* one.line, "last")
      assert.isUndefined(yield* one.line)
      one.prompt("10/10 hp> ")
      one.print(lines("title", ["A room"]))
      assert.strictEqual(written(), "A room\n")
    }).pipe(Effect.scoped)
  )

  it.live("does not lose what is being typed when something is printed", () =>
    Effect.gen(function* () {
      const {
        input,
        screen: one,
        written
      } = yield* screen(
        true,
        Style.coloured(() => 40)
      )
      one.prompt("10/10 hp> ")
      const line = yield* Effect.forkChild(one.line, { startImmediately: true })
      input.write("loo")
      yield* Effect.callback<void>((resume) => {
        setImmediate(() => resume(Effect.void))
      })
      one.print(lines("speech", ["Ann says: hello"]))
      const after = written().slice(written().lastIndexOf("Ann says"))
      assert.include(after, "10/10 hp> loo")
      assert.include(written(), "\u001b[33mAnn says: hello\u001b[0m")
      input.write("k\r")
      assert.strictEqual(yield* Fiber.join(line), "look")
    }).pipe(Effect.scoped)
  )

  it.live("Ctrl-C is the end of what is typed", () =>
    Effect.gen(function* () {
      const { input, screen: one } = yield* screen(true)
      input.write("half a li\u0003")
      assert.isUndefined(yield* one.line)
    }).pipe(Effect.scoped)
  )
})

describe("the world in the terminal", () => {
  const seen = (id: number, name: string) => ({ id, name, fighting: null })
  const begun = renderer.begin(
    {
      self: {
        id: 7 as never,
        name: "Ann",
        level: 1,
        exp: 0,
        hp: 20,
        maxHp: 25,
        gold: 0,
        wielding: null,
        fighting: null,
        craft: null,
        lasting: [],
        stance: "standing"
      },
      room: {
        room: 1 as never,
        name: "The Quay",
        description: "Wet.",
        sky: null,
        exits: [],
        portal: null,
        items: [],
        mobs: [seen(9, "a rat")],
        persons: []
      },
      aliases: { kr: "kill rat" }
    },
    0
  )
  const ann = { kind: "character", id: 7, name: "Ann" } as const
  const rat = { kind: "mob", id: 9, name: "a rat" } as const

  it("shows where one is, and health in the prompt, healing as time passes", () => {
    assert.deepStrictEqual(begun.lines[0], { text: "The Quay", tone: "title" })
    assert.strictEqual(renderer.prompt(begun.state, 0), "20/25 hp> ")
    assert.strictEqual(renderer.prompt(begun.state, 8_000), "22/25 hp> ")
    assert.strictEqual(renderer.prompt(begun.state, 1_000_000), "25/25 hp> ")
  })

  it("knows the words that one has made, from the beginning and since", () => {
    const { expand } = renderer
    assert.strictEqual(expand(begun.state, "kr"), "kill rat")
    assert.strictEqual(expand(begun.state, "KR 2"), "kill rat 2")
    assert.isUndefined(expand(begun.state, "kra"))
    const set = (word: string, line: string | null) =>
      renderer.event(begun.state, { _tag: "AliasSet", character: 7 as never, word, line }, 0)
    assert.strictEqual(expand(set("ho", "yell ho;look").state, "ho"), "yell ho;look")
    assert.isUndefined(expand(set("kr", null).state, "kr"))
  })

  it("gives harm a colour, and the foe a place in the prompt", () => {
    const hit = renderer.event(
      begun.state,
      {
        _tag: "DamageDealt",
        attacker: rat,
        target: ann,
        room: 1 as never,
        amount: 3,
        absorbed: 0,
        shielded: 0,
        critical: false,
        type: "crush",
        left: 17,
        at: 1
      },
      1_000
    )
    assert.deepStrictEqual(
      hit.lines.map(({ tone }) => tone),
      ["danger"]
    )
    assert.strictEqual(renderer.prompt(hit.state, 1_000), "17/25 hp> ")
    const back = renderer.event(
      hit.state,
      {
        _tag: "DamageDealt",
        attacker: ann,
        target: rat,
        room: 1 as never,
        amount: 3,
        absorbed: 0,
        shielded: 0,
        critical: false,
        type: "crush",
        left: 2,
        at: 1
      },
      1_000
    )
    assert.deepStrictEqual(
      back.lines.map(({ tone }) => tone),
      ["gain"]
    )
    const fight = renderer.event(
      hit.state,
      {
        _tag: "FightTurned",
        fight: 1,
        who: "character",
        character: 7 as never,
        name: "Ann",
        mob: 9 as never,
        mobName: "a rat",
        room: 1 as never
      },
      1_000
    )
    assert.strictEqual(renderer.prompt(fight.state, 1_000), "17/25 hp, fighting a rat> ")
  })

  it("passes over what it does not know, and knows the end", () => {
    assert.deepStrictEqual(
      renderer.event(begun.state, { _tag: "Unknown", type: "Newer", payload: "{}" }, 0).lines,
      []
    )
    const left = renderer.event(
      begun.state,
      {
        _tag: "CharacterLeft",
        character: 7 as never,
        name: "Ann",
        room: 1 as never,
        how: "left",
        freed: []
      },
      0
    )
    assert.isTrue(left.over)
    assert.deepStrictEqual(Option.fromUndefinedOr(begun.over)._tag, "None")
  })
})
