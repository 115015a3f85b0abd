/**
 * The terminal itself: lines in, lines out. On a tty with editing, history and a prompt that comes
 * back under whatever is printed while one types; from a pipe plain, without any of it.
 */
import { createInterface, clearScreenDown, cursorTo, moveCursor } from "node:readline"
import { Writable } from "node:stream"
import { Effect, Queue } from "effect"
import type { Scope } from "effect"
import type { Line } from "./Renderer.ts"
import { harmless, wrap } from "./Style.ts"
import type { Style } from "./Style.ts"

export interface Screen {
  /** Whether somebody sits there who can be asked. */
  readonly interactive: boolean
  readonly print: (lines: ReadonlyArray<Line>) => void
  /** What stands before the line that is typed. */
  readonly prompt: (text: string) => void
  /** The next line typed; undefined: there are no more (Ctrl-C, Ctrl-D, end of the pipe). */
  readonly line: Effect.Effect<string | undefined>
  /** Asks; hidden: what is typed is not shown and not kept. */
  readonly ask: (
    question: string,
    options?: { readonly hidden?: boolean }
  ) => Effect.Effect<string | undefined>
}

/** The streams of a process, or of a test. */
export interface Streams {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream & { readonly columns?: number | undefined }
  /** Both ends are a person's terminal. */
  readonly tty: boolean
}

/** Lines typed ahead that are kept; then the terminal is not read further. */
const typedAhead = 1_024

/** The screen on these streams, until the scope closes. */
export const make = (streams: Streams, style: Style): Effect.Effect<Screen, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { output, tty } = streams
    const typed = yield* Queue.unbounded<string | undefined>()
    let hidden = false
    let asking = false
    let waiting = 0
    // Readline echoes through this: while something secret is typed, nothing is shown.
    const echo = new Writable({
      write: (chunk, _encoding, done) => {
        if (!hidden) output.write(chunk)
        done()
      }
    })
    Object.defineProperty(echo, "columns", { get: () => output.columns })
    const resized = () => void echo.emit("resize")
    output.on("resize", resized)
    const readline = createInterface({
      input: streams.input,
      ...(tty ? { output: echo } : {}),
      terminal: tty,
      historySize: 500,
      removeHistoryDuplicates: true,
      prompt: ""
    })
    const shown = () => tty && !asking
    readline.on("line", (text) => {
      waiting++
      // A pipe waits until what it said has been taken.
      if (!tty && waiting >= typedAhead) readline.pause()
      Queue.offerUnsafe(typed, text)
    })
    readline.on("SIGINT", () => Queue.offerUnsafe(typed, undefined))
    let closed = false
    readline.on("close", () => {
      closed = true
      Queue.offerUnsafe(typed, undefined)
    })
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        output.off("resize", resized)
        readline.close()
        if (tty) output.write("\n")
      })
    )

    const take = Effect.tap(Queue.take(typed), () =>
      Effect.sync(() => {
        if (--waiting < typedAhead / 2 && !tty && !closed) readline.resume()
      })
    )

    return {
      interactive: tty,
      print: (lines) => {
        const text = lines
          .flatMap(({ text, tone }) =>
            wrap(harmless(text), style.columns(), tone === "speech" ? "  " : "").map(
              (part) => `${style.paint(part, tone)}\n`
            )
          )
          .join("")
        if (!shown()) {
          output.write(text)
          return
        }
        // From the first row of what is being typed on: cleared, said, and typed again below.
        moveCursor(output, 0, -readline.getCursorPos().rows)
        cursorTo(output, 0)
        clearScreenDown(output)
        output.write(text)
        readline.prompt(true)
      },
      prompt: (text) => {
        if (!tty) return
        readline.setPrompt(harmless(text))
        if (shown()) readline.prompt(true)
      },
      line: take,
      ask: (question, options = {}) =>
        Effect.suspend(() => {
          asking = true
          output.write(question)
          hidden = options.hidden === true && tty
          return take
        }).pipe(
          Effect.ensuring(
            Effect.sync(() => {
              asking = false
              if (!hidden) return
              hidden = false
              output.write("\n")
              // A secret is not for the arrow keys.
              ;(readline as unknown as { readonly history?: Array<string> }).history?.shift()
            })
          )
        )
    }
  })
