/**
 * Real processes for tests: started, stopped, killed, frozen and thawed, with their output kept.
 *
 * Everything belongs to a scope. When it closes, however the test ended, what still runs is ended by
 * its process id. Nothing here sleeps for a guessed time: `waitUntil` asks again until a deadline,
 * and says what it last saw.
 */
import * as ChildProcess from "node:child_process"
import * as Net from "node:net"
import { fileURLToPath } from "node:url"
import { Deferred, type Duration, Effect, Schema } from "effect"
import type { Scope } from "effect"

/** What a test waited for did not happen, or a process could not be started. */
export class HarnessError extends Schema.TaggedError<HarnessError>()("HarnessError", {
  message: Schema.String
}) {}

/** How a process ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: string | null
}

/** A running process. */
export interface Process {
  readonly name: string
  readonly pid: number
  /** All that it printed so far, both streams in order of arrival. */
  readonly output: () => string
  /** What it printed on standard output, line by line. */
  readonly lines: () => ReadonlyArray<string>
  readonly isRunning: () => boolean
  readonly ended: Effect.Effect<Ended>
  /** Asks it to end (SIGTERM) and waits. */
  readonly stop: (within?: Duration.Input) => Effect.Effect<Ended, HarnessError>
  /** Ends it at once (SIGKILL), as a crash of the machine would. */
  readonly kill: Effect.Effect<void>
  /** Stops it in the middle of whatever it does (SIGSTOP); its connections stay open. */
  readonly freeze: Effect.Effect<void>
  /** Lets it go on where it stood (SIGCONT). */
  readonly thaw: Effect.Effect<void>
  readonly signal: (signal: NodeJS.Signals) => Effect.Effect<void>
  /** Messages to and from a process that was started with a `channel`. */
  readonly send: (message: object) => void
  readonly listen: (heard: (message: unknown) => void) => void
}

/** What to run. */
export interface Options {
  readonly name: string
  /** A TypeScript file, absolute. */
  readonly script: string
  readonly args?: ReadonlyArray<string>
  /** Added to the environment of the test; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  /** All that it can read on its standard input. */
  readonly input?: string
  /** Whether messages go to and fro (`process.send`). */
  readonly channel?: boolean
}

/** The repository's root. */
export const root = fileURLToPath(new URL("../../..", import.meta.url))

/** The `wr2` command. */
export const wr2 = `${root}packages/server/src/bin.ts`

/** The folder of the world that tests play: SmallWorld. */
export const smallWorld = `${root}packages/testkit/content`

/** Output kept per process: the end of it is what explains a failure. */
const outputMax = 4 * 1024 * 1024

// A test runner that is itself killed has no finalizers: the children go with its exit at least.
const running = new Set<number>()
process.on("exit", () => running.forEach((pid) => send(pid, "SIGKILL")))

const send = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended by itself.
  }
}

/** Starts a process; it ends with the scope. */
export const start = (options: Options): Effect.Effect<Process, HarnessError, Scope.Scope> =>
  Effect.acquireRelease(spawn(options), (self) =>
    // A frozen process takes SIGKILL too.
    self.isRunning() ? self.kill : Effect.void
  )

const spawn = Effect.fnUntraced(function* (options: Options) {
  const ended = yield* Deferred.make<Ended>()
  let output = ""
  let standard = ""
  const child = ChildProcess.spawn(process.execPath, [options.script, ...(options.args ?? [])], {
    cwd: options.cwd ?? root,
    env: { ...process.env, WR2_CONTENT: smallWorld, ...options.env },
    stdio: ["pipe", "pipe", "pipe", ...(options.channel === true ? ["ipc" as const] : [])]
  }) as ChildProcess.ChildProcessWithoutNullStreams
  // A process that ends without having read it is not an error here.
  child.stdin.on("error", () => {})
  child.stdin.end(options.input ?? "")
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-outputMax)
  }
  child.stdout.on("data", (chunk: Buffer) => {
    keep(chunk)
    standard = (standard + chunk.toString()).slice(-outputMax)
  })
  child.stderr.on("data", keep)
  child.on("close", (code, signal) => {
    if (child.pid !== undefined) running.delete(child.pid)
    Deferred.doneUnsafe(ended, Effect.succeed({ code, signal }))
  })
  const { pid } = child
  if (pid === undefined) {
    return yield* new HarnessError({ message: `${options.name} could not be started` })
  }
  running.add(pid)

  const isRunning = () => child.exitCode === null && child.signalCode === null
  const signal = (name: NodeJS.Signals) => Effect.sync(() => isRunning() && send(pid, name))
  const self: Process = {
    name: options.name,
    pid,
    output: () => output,
    lines: () => standard.split("\n"),
    isRunning,
    ended: Deferred.await(ended),
    stop: (within = "40 seconds") =>
      Effect.andThen(
        signal("SIGTERM"),
        Deferred.await(ended).pipe(
          Effect.timeoutOrElse({
            duration: within,
            orElse: () =>
              Effect.fail(
                new HarnessError({
                  message: `${options.name} did not end:\n${output.slice(-4000)}`
                })
              )
          })
        )
      ),
    kill: Effect.andThen(signal("SIGKILL"), Deferred.await(ended)),
    freeze: signal("SIGSTOP"),
    thaw: signal("SIGCONT"),
    signal: (name) => Effect.asVoid(signal(name)),
    // One that has ended hears nothing: its end is told elsewhere.
    send: (message) => void (child.connected && child.send(message, () => {})),
    listen: (heard) => void child.on("message", heard)
  }
  return self
})

/** Milliseconds that one look of `waitUntil` may take. */
const lookMax = 1_000

/** What `waitUntil` found, and how long it took in milliseconds. */
export interface Found<A> {
  readonly value: A
  readonly millis: number
}

/**
 * Asks again and again until the answer is neither false nor undefined. A check that fails counts as
 * "not yet"; its failure is told when the deadline passes.
 */
export const waitUntil = <A, E, R>(
  what: string,
  check: Effect.Effect<A | false | undefined, E, R>,
  options: {
    readonly within?: number
    readonly every?: number
    readonly explain?: () => string
  } = {}
): Effect.Effect<Found<A>, HarnessError, R> =>
  Effect.gen(function* () {
    const { within = 15_000, every = 25 } = options
    const started = performance.now()
    let last = "nothing"
    while (true) {
      const left = within - (performance.now() - started)
      // One look may hang (a frozen peer, a server that is not yet listening to what it accepts).
      const asked = yield* Effect.exit(
        Effect.timeout(check, Math.min(Math.max(left, every), lookMax))
      )
      if (asked._tag === "Success" && asked.value !== false && asked.value !== undefined) {
        return { value: asked.value, millis: performance.now() - started }
      }
      last = asked._tag === "Success" ? String(asked.value) : String(asked.cause)
      if (performance.now() - started > within) {
        const why = options.explain === undefined ? "" : `\n${options.explain()}`
        return yield* new HarnessError({
          message: `not within ${within} ms: ${what}; last: ${last}${why}`
        })
      }
      yield* Effect.sleep(every)
    }
  })

/** A port that nobody uses at the moment. */
export const freePort: Effect.Effect<number, HarnessError> = Effect.callback((resume) => {
  const server = Net.createServer()
  server.on("error", (error) => resume(Effect.fail(new HarnessError({ message: String(error) }))))
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    server.close(() => resume(Effect.succeed(port)))
  })
})

/** A GET, decoded as text; undefined while nobody answers. */
export const get = (
  url: string
): Effect.Effect<{ readonly status: number; readonly body: string } | undefined> =>
  Effect.tryPromise(async (signal) => {
    const response = await fetch(url, { signal })
    return { status: response.status, body: await response.text() }
  }).pipe(Effect.catch(() => Effect.undefined))

/** A `wr2 serve` process, ready to play on. */
export interface Server extends Process {
  readonly port: number
  readonly url: string
}

/** Starts `wr2 serve`, on a free port unless one is given, and waits until it says that it is ready. */
export const serve = Effect.fnUntraced(function* (options: {
  readonly role: "all" | "gateway" | "runner"
  readonly database: string
  readonly name?: string
  readonly port?: number
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Milliseconds until ready. */
  readonly within?: number
}) {
  const port = options.port ?? (yield* freePort)
  const self = yield* start({
    name: options.name ?? `${options.role}:${port}`,
    script: wr2,
    args: ["serve", "--role", options.role],
    env: { DATABASE_URL: options.database, PORT: String(port), WR2_LOG: "json", ...options.env }
  })
  const url = `http://127.0.0.1:${port}`
  yield* waitUntil(
    `${self.name} is ready`,
    Effect.gen(function* () {
      if (!self.isRunning()) return true
      return (yield* get(`${url}/readyz`))?.status === 200
    }),
    { within: options.within ?? 20_000, explain: () => self.output().slice(-4000) }
  )
  if (!self.isRunning()) {
    return yield* new HarnessError({
      message: `${self.name} ended at once:\n${self.output().slice(-4000)}`
    })
  }
  return { ...self, port, url } as Server
})
