import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { parse } from "../../src/content/Load.ts"
import { format } from "../../src/content/Problem.ts"
import * as Script from "../../src/content/Script.ts"
import * as Flow from "../../src/Flow.ts"

const read = (...lines: ReadonlyArray<unknown>) => Script.parse(lines)
const texts = (steps: ReadonlyArray<{ readonly do: string }>) =>
  steps.map((step) => ("text" in step ? step.text : step.do))
const lines = [
  "if carries lantern",
  "say has",
  "if not night",
  "say by day",
  "end",
  "else",
  "say has not",
  "end",
  "wait 3",
  "say later"
]

describe("a script", () => {
  it("is read to as many steps as it has lines", () => {
    const { steps, unread } = read(...lines)
    assert.deepStrictEqual(unread, [])
    assert.strictEqual(steps.length, lines.length)
    assert.deepStrictEqual(steps[0], {
      do: "if",
      not: false,
      test: "carries",
      what: "lantern",
      steps: 5
    })
    assert.deepStrictEqual(read("open north", "give a", "spawn b", "move up").steps, [
      { do: "open", direction: "north" },
      { do: "give", item: "a" },
      { do: "spawn", mob: "b" },
      { do: "move", direction: "up" }
    ])
    assert.deepStrictEqual(read("mark lit", "unmark lit", "if not marked lit", "end").steps, [
      { do: "mark", flag: "lit" },
      { do: "unmark", flag: "lit" },
      { do: "if", not: true, test: "marked", what: "lit", steps: 1 },
      { do: "skip", steps: 0 }
    ])
  })
  it("is followed to its next wait", () => {
    const { steps } = read(...lines)
    const follow = (...holding: ReadonlyArray<string>) =>
      Flow.follow(steps, ({ test }) => holding.includes(test))
    assert.deepStrictEqual(texts(follow("carries").deeds), ["has", "by day"])
    assert.deepStrictEqual(texts(follow("carries", "night").deeds), ["has"])
    assert.deepStrictEqual(texts(follow("night").deeds), ["has not"])
    const { rest, wait } = follow()
    assert.deepStrictEqual([texts(rest), wait], [["later"], 3])
  })
  it("that cannot be read says where and why", () => {
    const why = (...given: ReadonlyArray<unknown>) =>
      read(...given).unread.map(({ line, reason, suggestion }) => [line, reason, suggestion])
    assert.deepStrictEqual(why("sya hello"), [[0, 'there is no "sya" in scripts', "say"]])
    assert.deepStrictEqual(why("say", "wait soon", "open door", { say: "x" }), [
      [0, "say what? 400 characters at most", null],
      [1, "wait how many seconds? A whole number", null],
      [2, '"door" is no direction', null],
      [3, 'is no line of text: put it in "quotes"', null]
    ])
    assert.deepStrictEqual(why("mark", "unmark so lit"), [
      [0, "mark with what? One word: lower case letters, digits and -", null],
      [1, "unmark with what? One word: lower case letters, digits and -", null]
    ])
    assert.deepStrictEqual(why("end", "if night"), [
      [0, "end without an if", null],
      [1, "has no end", null]
    ])
    assert.deepStrictEqual(why("if night", "else", "else", "end").length, 2)
    assert.strictEqual(why("if tall", "end").length, 2)
  })
})

const world = (
  triggers: string
) => `settings: { name: S, place: hill, corpse: corpse, coins: coins }
places: { hill: { name: the hill, number: 1, start: top } }
rooms:
  top:
    place: hill
    name: Top
    description: High.
    triggers:
${triggers
  .split("\n")
  .map((line) => `      ${line}`)
  .join("\n")}
items:
  corpse: { name: a corpse, keywords: [corpse], description: D, takeable: false, container: true }
  coins: { name: coins, keywords: [gold], description: Gold. }
`
const told = (triggers: string) => {
  const parsed = parse([{ name: "a.yaml", text: world(triggers) }])
  return Result.isFailure(parsed) ? parsed.failure.map(format) : []
}

describe("triggers in content", () => {
  it("are told by file, line and reason", () => {
    assert.deepStrictEqual(told("- on: enter\n  script: [echo Hello.]"), [])
    assert.deepStrictEqual(told("- on: enter\n  script:\n    - echo Hello.\n    - ehco Hello."), [
      'a.yaml:12: rooms.top.triggers.0.script.1: there is no "ehco" in scripts (did you mean "echo"?)'
    ])
    assert.deepStrictEqual(told("- on: enter\n  script:\n    - give corps"), [
      'a.yaml:11: rooms.top.triggers.0.script.0: there is no item "corps" (did you mean "corpse"?)'
    ])
    assert.deepStrictEqual(told("- on: enter\n  script: [say Hello.]"), [
      "a.yaml:10: rooms.top.triggers.0.script: who says it? Name a `speaker`, or use echo"
    ])
    assert.deepStrictEqual(told("- on: timer\n  script: []"), [
      "a.yaml:9: rooms.top.triggers.0.every: every how many seconds?"
    ])
    const asks = (how: string) => `- on: enter\n  script: [if marked lti, end${how}]`
    assert.deepStrictEqual(told(asks(", mark lit")), [
      'a.yaml:10: rooms.top.triggers.0.script.0: no room is ever marked "lti" (did you mean "lit"?)'
    ])
    assert.deepStrictEqual(told(asks(", mark lti")), [])
    assert.deepStrictEqual(told("- on: type\n  words: [ring]\n  script: []"), [])
    assert.deepStrictEqual(told("- on: type\n  script: []"), [
      "a.yaml:9: rooms.top.triggers.0.words: which are typed?"
    ])
    assert.deepStrictEqual(told("- on: get\n  words: [ring]\n  script: []"), [
      "a.yaml:10: rooms.top.triggers.0.words: are for what is said or typed"
    ])
    assert.deepStrictEqual(told("- on: death\n  script: []"), [
      "a.yaml:9: rooms.top.triggers.0.on: rooms do not die"
    ])
  })
})
