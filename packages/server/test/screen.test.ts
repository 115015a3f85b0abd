/** What somebody at a terminal sees, and what becomes of what they type. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { lines } from "../src/terminal/Renderer.ts"
import * as Screen from "../src/terminal/Screen.ts"
import * as Style from "../src/terminal/Style.ts"
import * as Terminal from "./fixture/Terminal.ts"

/** A screen on a terminal of its own. */
const sit = Effect.gen(function* () {
  const terminal = Terminal.make()
  const { input, output } = terminal
  const screen = yield* Screen.make({ input, output, tty: true }, Style.plain)
  const type = (text: string) => Effect.promise(() => terminal.type(text))
  /** Asks, types the answer, and gives it back. */
  const answers = (question: string, answer: string, hidden = false) =>
    Effect.gen(function* () {
      const asked = yield* Effect.forkChild(screen.ask(question, { hidden }), {
        startImmediately: true
      })
      yield* type(answer)
      return yield* Fiber.join(asked)
    })
  /** Plays: the prompt is there. */
  const listening = Effect.gen(function* () {
    screen.prompt("9/9 hp> ")
    return yield* Effect.forkChild(screen.line, { startImmediately: true })
  })
  return { terminal, screen, type, answers, listening }
})

describe("a question", () => {
  it.live("stays while its answer is mended", () =>
    Effect.gen(function* () {
      const { answers, terminal } = yield* sit
      assert.strictEqual(yield* answers("Your name: ", `ann${Terminal.backspace}\r`), "an")
      assert.deepStrictEqual(terminal.rows(), ["Your name: an", ""])
    }).pipe(Effect.scoped)
  )

  it.live("stays above what is typed when something is said, and a secret stays one", () =>
    Effect.gen(function* () {
      const { screen, terminal, type } = yield* sit
      const name = yield* Effect.forkChild(screen.ask("Your name: "), { startImmediately: true })
      yield* type("an")
      screen.print(lines("quiet", ["The world goes on."]))
      assert.deepStrictEqual(terminal.rows(), ["The world goes on.", "Your name: an"])
      yield* type("n\r")
      assert.strictEqual(yield* Fiber.join(name), "ann")
      const secret = yield* Effect.forkChild(screen.ask("Password: ", { hidden: true }), {
        startImmediately: true
      })
      yield* type("hunt")
      screen.print(lines("quiet", ["And on."]))
      yield* type("er2\r")
      assert.strictEqual(yield* Fiber.join(secret), "hunter2")
      assert.deepStrictEqual(terminal.rows().slice(1), [
        "Your name: ann",
        "And on.",
        "Password:",
        ""
      ])
      assert.notInclude(terminal.written(), "hunt")
    }).pipe(Effect.scoped)
  )

  it.live("what is typed before it is asked is its answer, and not shown until then", () =>
    Effect.gen(function* () {
      const { screen, terminal, type } = yield* sit
      yield* type("hunter2\rann")
      assert.strictEqual(yield* screen.ask("Password: ", { hidden: true }), "hunter2")
      const asked = yield* Effect.forkChild(screen.ask("Your name: "), { startImmediately: true })
      assert.deepStrictEqual(terminal.rows(), ["Password:", "Your name: ann"])
      yield* type("\r")
      assert.strictEqual(yield* Fiber.join(asked), "ann")
      assert.notInclude(terminal.written(), "hunter2")
    }).pipe(Effect.scoped)
  )
})

describe("the history", () => {
  it.live("holds Commands and no answers", () =>
    Effect.gen(function* () {
      const { answers, listening, screen, terminal, type } = yield* sit
      yield* answers("Your name: ", "ann\r")
      yield* listening
      yield* type("look\rnorth\r")
      assert.strictEqual(yield* screen.line, "north")
      yield* answers("Password: ", "\r", true)
      yield* answers("Password: ", "hunter2\r", true)
      // The same as a Command, which is not forgotten for it.
      yield* answers("Sure? ", "look\r")
      const next = yield* listening
      yield* type(Terminal.up)
      assert.strictEqual(terminal.row(), "9/9 hp> north")
      yield* type(Terminal.up)
      assert.strictEqual(terminal.row(), "9/9 hp> look")
      yield* type(Terminal.up)
      assert.strictEqual(terminal.row(), "9/9 hp>")
      yield* type("\r")
      assert.strictEqual(yield* Fiber.join(next), "")
    }).pipe(Effect.scoped)
  )
})

describe("the prompt", () => {
  it.live("is there again at once, whatever was typed", () =>
    Effect.gen(function* () {
      const { listening, terminal, type } = yield* sit
      yield* listening
      yield* type("\r")
      assert.deepStrictEqual(terminal.rows(), ["9/9 hp>", "9/9 hp>"])
      yield* type("look\r")
      assert.deepStrictEqual(terminal.rows(), ["9/9 hp>", "9/9 hp> look", "9/9 hp>"])
    }).pipe(Effect.scoped)
  )

  it.live("comes under what is said, however many rows are typed on", () =>
    Effect.gen(function* () {
      const { listening, screen, terminal, type } = yield* sit
      yield* listening
      screen.print(lines("plain", ["One.", "Two."]))
      // By hand, and then more at once, as it is pasted.
      for (const letter of `say ${"x".repeat(30)}`) yield* type(letter)
      screen.print(lines("plain", ["Three.", "Four."]))
      yield* type("x".repeat(30))
      screen.print(lines("plain", ["Five.", "Six."]))
      const said = ["One.", "Two.", "Three.", "Four.", "Five.", "Six."]
      assert.deepStrictEqual(terminal.rows(), [
        ...said,
        `9/9 hp> say ${"x".repeat(28)}`,
        "x".repeat(32)
      ])
    }).pipe(Effect.scoped)
  )

  it.live("is gone when the play is", () =>
    Effect.gen(function* () {
      const terminal = Terminal.make()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { input, output } = terminal
          const screen = yield* Screen.make({ input, output, tty: true }, Style.plain)
          screen.prompt("9/9 hp> ")
          yield* Effect.forkChild(screen.line, { startImmediately: true })
          screen.print(lines("plain", ["Until next time."]))
        })
      )
      assert.deepStrictEqual(terminal.rows(), ["Until next time.", ""])
    })
  )
})

describe("who wants to go", () => {
  it.live("is not kept by what was typed before", () =>
    Effect.gen(function* () {
      for (const key of [Terminal.ctrlC, Terminal.ctrlD]) {
        const { screen, type } = yield* sit
        yield* type(`one\rtwo\r${key}`)
        yield* screen.left
        assert.isUndefined(yield* screen.line)
        assert.isUndefined(yield* screen.ask("Your name: "))
      }
    }).pipe(Effect.scoped)
  )

  it.live("is heard however much is typed ahead, of which so much is kept and no more", () =>
    Effect.gen(function* () {
      const { listening, screen, terminal, type } = yield* sit
      const first = yield* listening
      yield* type("first\r")
      yield* Fiber.join(first)
      yield* type("n\r".repeat(Screen.typedAhead + 7))
      const told = terminal.rows().filter((row) => row.includes("Too far ahead"))
      assert.strictEqual(told.length, 1)
      for (let i = 0; i < Screen.typedAhead; i++) assert.strictEqual(yield* screen.line, "n")
      const next = yield* Effect.forkChild(screen.line, { startImmediately: true })
      yield* type("look\r")
      assert.strictEqual(yield* Fiber.join(next), "look")
      yield* type("n\r".repeat(Screen.typedAhead + 7) + Terminal.ctrlC)
      yield* screen.left
    }).pipe(Effect.scoped)
  )
})
