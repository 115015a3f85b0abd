/** The terminal client on the real world: engine in memory, gateway over a websocket, lines in and out. */
import { PassThrough } from "node:stream"
import { assert, describe, it } from "@effect/vitest"
import { Connector } from "@wr2/client"
import { Effect, Fiber, Redacted } from "effect"
import * as Play from "../src/terminal/Play.ts"
import * as Screen from "../src/terminal/Screen.ts"
import * as Style from "../src/terminal/Style.ts"
import { renderer } from "../src/terminal/WorldRenderer.ts"
import { running } from "./fixture/Running.ts"
import * as Terminal from "./fixture/Terminal.ts"

/** Somebody at a pipe. */
const sit = (name: string, port: number, password = "correct horse") =>
  Effect.gen(function* () {
    const input = new PassThrough()
    const output = new PassThrough()
    let written = ""
    output.on("data", (chunk) => {
      written += String(chunk)
    })
    const screen = yield* Screen.make({ input, output, tty: false }, Style.plain)
    const url = `ws://127.0.0.1:${port}/rpc`
    const fiber = yield* Play.play(renderer, screen, {
      url,
      name,
      character: undefined,
      password: Redacted.make(password)
    }).pipe(
      Effect.scoped,
      Effect.provide(Connector.Connector.layerWebSocket(url)),
      Effect.forkChild({ startImmediately: true })
    )
    const reads = (text: string) =>
      Effect.callback<void>((resume) => {
        const look = () => written.includes(text) && resume(Effect.void)
        output.on("data", look)
        look()
      }).pipe(
        Effect.timeoutOrElse({
          duration: "15 seconds",
          orElse: () => Effect.die(new Error(`${name} did not read "${text}", but:\n${written}`))
        })
      )
    return { input, fiber, reads, written: () => written }
  })

describe("playing from a pipe", () => {
  it.live(
    "a first visit: an account and a character are made, and everything typed is answered",
    () =>
      Effect.gen(function* () {
        const { open } = yield* running
        const { port } = yield* open(0)
        const ann = yield* sit("ann", port)
        ann.input.end("n;look\nsay hello\nfly\nquit\n")
        yield* Fiber.join(ann.fiber)
        const said = ann.written()
        for (const text of [
          "The Tide Quay",
          "You walk north.",
          "Rope Street",
          "You say: hello",
          "Did you mean flee?"
        ]) {
          assert.include(said, text)
        }
      }).pipe(Effect.scoped)
  )

  it.live("two people meet; the gateway goes and comes back: every line once", () =>
    Effect.gen(function* () {
      const { open } = yield* running
      const first = yield* open(0)
      const ann = yield* sit("ann", first.port)
      const bob = yield* sit("bob", first.port)
      yield* ann.reads("Bob")
      yield* bob.reads("The Tide Quay")
      bob.input.write("say before\n")
      yield* ann.reads("Bob says: before")
      yield* first.close
      yield* Effect.all([ann.reads("connection is lost"), bob.reads("connection is lost")])
      bob.input.write("say during\n")
      yield* open(first.port)
      yield* ann.reads("Bob says: during")
      bob.input.end("say after\n")
      yield* ann.reads("Bob says: after")
      yield* Fiber.join(bob.fiber)
      ann.input.end("quit\n")
      yield* Fiber.join(ann.fiber)
      assert.deepStrictEqual(
        ann
          .written()
          .split("\n")
          .filter((line) => line.startsWith("Bob says")),
        ["Bob says: before", "Bob says: during", "Bob says: after"]
      )
    }).pipe(Effect.scoped)
  )

  it.live("a wrong password, and nobody there: said in one line", () =>
    Effect.gen(function* () {
      const { open } = yield* running
      const { close, port } = yield* open(0)
      const ann = yield* sit("ann", port)
      ann.input.end("quit\n")
      yield* Fiber.join(ann.fiber)
      const liar = yield* Play.play(
        renderer,
        yield* Screen.make(
          { input: new PassThrough(), output: new PassThrough(), tty: false },
          Style.plain
        ),
        {
          url: "here",
          name: "ann",
          character: undefined,
          password: Redacted.make("something else")
        }
      ).pipe(
        Effect.scoped,
        Effect.provide(Connector.Connector.layerWebSocket(`ws://127.0.0.1:${port}/rpc`)),
        Effect.flip
      )
      assert.strictEqual(liar.message, "Name or password is wrong.")
      yield* close
      const nobody = yield* sit("ann", port)
      const error = yield* Effect.flip(Fiber.join(nobody.fiber))
      assert.include(error.message, "Is the server up?")
    }).pipe(Effect.scoped)
  )
})

/** Somebody at a terminal, who is asked for everything. */
const sitDown = (port: number) =>
  Effect.gen(function* () {
    const terminal = Terminal.make(80)
    const { input, output } = terminal
    const url = `ws://127.0.0.1:${port}/rpc`
    const fiber = yield* Screen.make({ input, output, tty: true }, Style.plain).pipe(
      Effect.flatMap((screen) =>
        Play.play(renderer, screen, {
          url,
          name: undefined,
          character: undefined,
          password: undefined
        })
      ),
      Effect.scoped,
      Effect.provide(Connector.Connector.layerWebSocket(url)),
      Effect.forkChild({ startImmediately: true })
    )
    const answers = (question: string, answer: string) =>
      Effect.promise(async () => {
        await terminal.shows(question)
        await terminal.type(answer)
      })
    /** Makes an account and a character, and comes into the world. */
    const arrive = Effect.gen(function* () {
      yield* answers("Your name:", "ann\r")
      yield* answers("Password:", " correct horse \r")
      yield* answers("[y/N]", "y\r")
      yield* answers("once more", " correct horse \r")
      yield* answers("Your character's name: [Ann]", "Rat\r")
      yield* answers("How do others see you?", "grey\r")
      // The game's own reason, in words.
      yield* answers("Something in the world is called Rat.", "")
      yield* answers("Your character's name: [Ann]", "\r")
      yield* answers("How do others see you?", "tall\r")
      yield* answers("hp>", "")
    })
    return { terminal, fiber, answers, arrive }
  })

describe("playing at a terminal", () => {
  it.live("a password is what was typed, with the spaces at its ends", () =>
    Effect.gen(function* () {
      const { open } = yield* running
      const { port } = yield* open(0)
      const { answers, arrive, fiber, terminal } = yield* sitDown(port)
      yield* arrive
      assert.include(terminal.rows().join("\n"), "(help tells what you can do")
      yield* answers("hp>", "quit\r")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(terminal.rows().slice(-2), ["Until next time.", ""])
      assert.notInclude(terminal.written(), "horse")
      const again = yield* sit("ann", port, " correct horse ")
      again.input.end("quit\n")
      yield* Fiber.join(again.fiber)
      assert.include(again.written(), "Until next time.")
    }).pipe(Effect.scoped)
  )

  it.live("Ctrl-C is the end, however many Commands have no answer", () =>
    Effect.gen(function* () {
      const { open } = yield* running
      const { close, port } = yield* open(0)
      const { answers, arrive, fiber } = yield* sitDown(port)
      yield* arrive
      yield* close
      yield* answers("connection is lost", `${"look;".repeat(200)}\rlook\r`)
      yield* answers("look", Terminal.ctrlC)
      yield* Effect.timeout(Fiber.join(fiber), "5 seconds")
    }).pipe(Effect.scoped)
  )
})
