/**
 * Runs the server until it is told to stop, and stops it in order within a bound.
 *
 * Ctrl-C or SIGTERM: connections are closed, instances released, the database last. A second one, or
 * the bound, ends the process as it stands: what was acknowledged is in the database either way.
 */
import { EventEmitter } from "node:events"
import { Cause, Config, Effect, Exit, Fiber, Layer, Scope } from "effect"
import { explain } from "./Problem.ts"

/** npm hands on the Ctrl-C that its child got as well: within this, two signals are one. */
const sameSignal = 1_000

/** How often a parent that has gone is noticed. */
const orphanCheck = 1_000

/**
 * Builds the layer, says so, and waits. Its finalizers run when this is interrupted, for at most
 * `within` milliseconds: one that hangs must not keep what is stopped after it from stopping.
 */
export const untilStopped = <E, R>(
  layer: Layer.Layer<never, E, R>,
  options: { readonly ready: Effect.Effect<void>; readonly within: number }
): Effect.Effect<never, E, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const exit = yield* Effect.exit(
        restore(
          Layer.buildWithScope(layer, scope).pipe(
            Effect.andThen(options.ready),
            Effect.andThen(Effect.never)
          )
        )
      )
      // In fibers of their own: this one is interrupted, and would wait for nothing.
      const closing = yield* Effect.forkDetach(Scope.close(scope, exit))
      const waiting = yield* Effect.forkDetach(
        Effect.timeoutOption(Fiber.await(closing), options.within)
      )
      const closed = yield* Fiber.join(waiting)
      if (closed._tag === "None") {
        yield* Effect.logWarning(
          `stopping took longer than ${options.within} ms and is cut short; what was acknowledged is safe`
        )
      }
      return yield* exit
    })
  )

const isInterrupted = (exit: Exit.Exit<unknown, unknown>): boolean =>
  Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)

/** What went wrong, as one line each; a defect with its stack, for it is a bug. */
const tell = (cause: Cause.Cause<unknown>): void => {
  for (const reason of cause.reasons) {
    if (Cause.isFailReason(reason)) {
      const { _tag } = (reason.error ?? {}) as { readonly _tag?: unknown }
      // The command line has shown its help already.
      if (_tag !== "ShowHelp") process.stderr.write(`wr2: ${explain(reason.error)}\n`)
    } else if (Cause.isDieReason(reason)) {
      process.stderr.write(`wr2: a bug: ${Cause.pretty(Cause.die(reason.defect))}\n`)
    }
  }
}

/**
 * Waits until npm, which started this process, is gone: the shell between the two may take a SIGTERM
 * without handing it on. For ever when npm did not start it.
 */
const orphaned = Effect.gen(function* () {
  const npm = yield* Config.option(Config.String("npm_lifecycle_event"))
  if (npm._tag === "None") return yield* Effect.never
  const parent = process.ppid
  while (process.ppid === parent) yield* Effect.sleep(orphanCheck)
})

/** Whoever stopped this process does not wait longer for somebody who does not read its last words. */
const lastWords = 1_000

/** Calls back once all that was said has been taken by who reads it: a pipe takes 64 KiB at a time. */
const said = (then: () => void): void => {
  let left = 2
  const done = () => {
    if (--left === 0) then()
  }
  // Where the reader has gone this is called with an error: nothing is left to be said.
  process.stdout.write("", done)
  process.stderr.write("", done)
}

/** Runs the program as this process's whole work, and exits with 0, 1, or what the program set. */
export const main = <E>(program: Effect.Effect<unknown, E>): void => {
  // Requests that wait on one stalled connection each listen for it: many is not a leak here.
  EventEmitter.defaultMaxListeners = 10_000
  // Whoever read our output may have gone: that must not take the server with it.
  process.stdout.on("error", () => {})
  process.stderr.on("error", () => {})
  const fiber = Effect.runFork(program)
  let asked: number | undefined
  let ended: (() => never) | undefined
  const stop = (name: string) => {
    const now = performance.now()
    // Nothing is left but that somebody reads what was said.
    ended?.()
    if (asked === undefined) {
      asked = now
      fiber.interruptUnsafe()
      if (process.stderr.isTTY)
        process.stderr.write(`\nwr2: stopping (${name}); once more to force\n`)
    } else if (now - asked > sameSignal) {
      process.stderr.write("wr2: stopped by force; what was acknowledged is safe\n")
      process.exit(1)
    }
  }
  process.on("SIGINT", () => stop("Ctrl-C"))
  process.on("SIGTERM", () => stop("SIGTERM"))
  // Its terminal was closed. (nohup takes the terminal away: then the signal stays ignored.)
  if (process.stdout.isTTY) process.on("SIGHUP", () => stop("SIGHUP"))
  const watch = Effect.runFork(Effect.tap(orphaned, () => Effect.sync(() => stop("npm is gone"))))
  fiber.addObserver((exit) => {
    watch.interruptUnsafe()
    if (Exit.isFailure(exit) && !isInterrupted(exit)) tell(exit.cause)
    // A command may say more than that it was done.
    const code = Exit.isSuccess(exit) || isInterrupted(exit) ? process.exitCode : 1
    ended = () => process.exit(code)
    said(ended)
    if (asked !== undefined)
      Effect.runFork(Effect.andThen(Effect.sleep(lastWords), Effect.sync(ended)))
  })
}
