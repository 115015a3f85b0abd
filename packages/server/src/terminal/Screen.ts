/**
 * The terminal itself: lines in, lines out. On a tty with editing, history and a prompt that comes
 * back under whatever is printed while one types; from a pipe plain, without any of it.
 */
import { createInterface, clearScreenDown, cursorTo, moveCursor } from "node:readline"
import { Writable } from "node:stream"
import { type Cause, Deferred, Effect, Queue } from "effect"
import type { Scope } from "effect"
import { lines as linesOf } from "./Renderer.ts"
import type { Line } from "./Renderer.ts"
import { harmless, wrap } from "./Style.ts"
import type { Style } from "./Style.ts"

export interface Screen {
  /** Whether somebody sits there who can be asked. */
  readonly interactive: boolean
  readonly print: (lines: ReadonlyArray<Line>) => void
  /** What stands before the line that is typed. */
  readonly prompt: (text: string) => void
  /** What Tab finishes a line with. */
  readonly completes: (complete: Complete) => void
  /** The next line typed; undefined: there are no more (Ctrl-C, Ctrl-D, end of the pipe). */
  readonly line: Effect.Effect<string | undefined>
  /** Asks; hidden: what is typed is not shown. No answer is kept in the history. */
  readonly ask: (
    question: string,
    options?: { readonly hidden?: boolean }
  ) => Effect.Effect<string | undefined>
  /**
   * Whoever sits there wants to go (Ctrl-C, Ctrl-D), now and not after what was typed before. A pipe
   * never does: it ends with its last line.
   */
  readonly left: Effect.Effect<void>
}

/** What a word under way may be, and that word. */
export type Complete = (line: string) => readonly [candidates: Array<string>, word: string]

/** The streams of a process, or of a test. */
export interface Streams {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream & { readonly columns?: number | undefined }
  /** Both ends are a person's terminal. */
  readonly tty: boolean
}

/** Lines typed ahead that are kept. A pipe is then not read further; a person is told. */
export const typedAhead = 1_024

/** What is typed at the moment. Between questions nothing is shown: it may be a password. */
type Typing = "nothing" | "answer" | "secret" | "command"

/** The screen on these streams, until the scope closes. */
export const make = (streams: Streams, style: Style): Effect.Effect<Screen, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { output, tty } = streams
    const typed = yield* Queue.unbounded<string, Cause.Done>()
    const left = yield* Deferred.make<void>()
    let typing: Typing = "nothing"
    let question = ""
    let prompt = ""
    let complete: Complete = () => [[], ""]
    let closed = false
    let full = false
    // Readline echoes through this: while something secret is typed, nothing is shown.
    const echo = new Writable({
      write: (chunk, _encoding, done) => {
        if (typing === "answer" || typing === "command") output.write(chunk)
        done()
      }
    })
    Object.defineProperty(echo, "columns", { get: () => output.columns })
    const redraw = () => {
      if (!closed) readline.prompt(true)
    }
    // The terminal has broken the rows anew by itself; readline would go by where they were.
    const resized = () => {
      if (typing !== "answer" && typing !== "command") return
      clearTyped()
      redraw()
    }
    output.on("resize", resized)
    const readline = createInterface({
      input: streams.input,
      ...(tty ? { output: echo } : {}),
      terminal: tty,
      historySize: 500,
      removeHistoryDuplicates: true,
      completer: (line: string) => {
        const [candidates, word] = typing === "command" ? complete(line) : [[], line]
        return [candidates, word]
      },
      prompt: ""
    })

    const print = (lines: ReadonlyArray<Line>): void => {
      const text = lines
        .flatMap(({ text, tone }) =>
          wrap(harmless(text), style.columns(), tone === "speech" ? "  " : "").map(
            (part) => `${style.paint(part, tone)}\n`
          )
        )
        .join("")
      if (!tty || typing === "nothing") {
        output.write(text)
        return
      }
      clearTyped()
      output.write(text)
      if (typing === "secret") output.write(question)
      else redraw()
    }
    /** From the first row of what is being typed on; it is typed again below what is said. */
    const clearTyped = () => {
      if (typing !== "secret") moveCursor(output, 0, -readline.getCursorPos().rows)
      cursorTo(output, 0)
      clearScreenDown(output)
      // Or readline would go up as many rows once more, into what was said.
      ;(readline as unknown as { prevRows?: number }).prevRows = 0
    }

    // Answers are not for the arrow keys.
    let commands: ReadonlyArray<string> = []
    readline.on("history", (history) => {
      if (typing === "command") commands = [...history]
      else history.splice(0, history.length, ...commands)
    })
    readline.on("line", (text) => {
      const before = typing
      if (before === "secret") output.write("\n")
      if (before !== "command") typing = "nothing"
      const waiting = Queue.sizeUnsafe(typed)
      if (tty && waiting >= typedAhead) {
        // Were the terminal not read, it would not be known that somebody wants to go either.
        if (!full) print(linesOf("error", ["(Too far ahead of the world: this is not sent.)"]))
        full = true
      } else {
        full = false
        Queue.offerUnsafe(typed, text)
        if (!tty && waiting + 1 >= typedAhead) readline.pause()
      }
      if (tty && before === "command") redraw()
    })
    readline.on("SIGINT", () => Deferred.doneUnsafe(left, Effect.void))
    readline.on("close", () => {
      closed = true
      Queue.endUnsafe(typed)
      if (tty) Deferred.doneUnsafe(left, Effect.void)
    })
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        output.off("resize", resized)
        // What comes next on this terminal does not begin behind our prompt.
        if (tty && typing === "command") clearTyped()
        else if (tty && typing !== "nothing") output.write("\n")
        typing = "nothing"
        readline.close()
      })
    )

    const take = Queue.take(typed).pipe(
      Effect.tap(() =>
        Effect.sync(() => {
          if (!tty && !closed && Queue.sizeUnsafe(typed) < typedAhead / 2) readline.resume()
        })
      ),
      Effect.catch(() => Effect.succeed(undefined))
    )
    const gone = Effect.as(Deferred.await(left), undefined)
    const next = Effect.suspend(() =>
      Deferred.isDoneUnsafe(left) ? gone : Effect.raceFirst(take, gone)
    )

    return {
      interactive: tty,
      print,
      prompt: (text) => {
        prompt = harmless(text)
        if (!tty || typing !== "command") return
        readline.setPrompt(prompt)
        redraw()
      },
      completes: (given) => {
        complete = given
      },
      line: Effect.suspend(() => {
        if (tty && typing !== "command") {
          typing = "command"
          readline.setPrompt(prompt)
          redraw()
        }
        return next
      }),
      ask: (text, { hidden = false } = {}) =>
        Effect.suspend(() => {
          question = harmless(text)
          if (!tty) output.write(question)
          // Answered before it was asked.
          else if (Queue.sizeUnsafe(typed) > 0) output.write(`${question}\n`)
          else if (hidden) {
            typing = "secret"
            output.write(question)
          } else {
            typing = "answer"
            readline.setPrompt(question)
            redraw()
          }
          return next
        }),
      left: tty ? gone : Effect.never
    }
  })
