/**
 * A real PostgreSQL that comes with the npm packages: for development, tests and small worlds on one machine.
 *
 * **When to use**
 *
 * When nobody gave a DATABASE_URL. It is the same server as in production, durable and on TCP, started from its binaries in
 * a folder of the checkout; nothing is installed on the machine.
 *
 * **Details**
 *
 * - The folder given as `dir` holds all of it: `postgres/data`, `postgres/log`, `postgres/settings.json` (port and
 *   password, readable by its owner only) and `claims/`.
 * - Started by root it runs as the folder's owner or as nobody. If no such user can get at the folder, database and
 *   binaries are copied to a private folder outside, noted in `where`.
 * - The server has a process group of its own: Ctrl-C reaches whoever uses it, and they end it last.
 * - After `kill -9` of its user it runs on. The next start adopts it, and what was committed is there.
 * - Several processes may use one folder: the first starts the server, the last to go stops it.
 *
 * **Gotchas**
 *
 * - Waiting uses Effect's clock: in a test, start it on the live one.
 * - Not on Windows, nor on systems without glibc: set DATABASE_URL there.
 */
import * as Fs from "node:fs"
import { Context, Duration, Effect, Layer } from "effect"
import type { Redacted, Scope } from "effect"
import * as Claims from "./embedded/Claims.ts"
import * as Database from "./embedded/Database.ts"
import { EmbeddedError, io } from "./embedded/EmbeddedError.ts"
import * as Host from "./embedded/Host.ts"
import * as Launch from "./embedded/Launch.ts"
import * as Postmaster from "./embedded/Postmaster.ts"

/** Why the server could not be started or stopped. */
export { EmbeddedError }

/** Where and how the server runs. */
export interface Options {
  /** The folder for all of it, such as `.wr2`; made when missing. */
  readonly dir: string
  /** The database in the url, made when missing: "wr2" unless given. */
  readonly database?: string
  /** Settings of the server, as in `postgres -c name=value`. */
  readonly parameters?: Readonly<Record<string, string | number | boolean>>
  /** For tests only: commits do not wait for the disk. A crash of the machine may lose or ruin the data. */
  readonly fast?: boolean
  /** How long the server may take to come up, with recovery after a crash: 2 minutes unless given. */
  readonly startTimeout?: Duration.Input
  /** How long the server may take to write everything and stop: 30 seconds unless given. */
  readonly stopTimeout?: Duration.Input
  /** As root: the program of util-linux that gives the server's user access to `dir`. */
  readonly setpriv?: string
  /** As root, where that does not work: folders to move to, the first that can be made. */
  readonly outside?: ReadonlyArray<string>
}

/** A running server. */
export interface Server {
  /** With user, password and database: what DATABASE_URL would be. */
  readonly url: Redacted.Redacted
  readonly port: number
  readonly pid: number
  readonly dataDir: string
  /** The file with what the server has to say. */
  readonly log: string
  /** It ran already. */
  readonly adopted: boolean
}

/** The running server, as {@link layer} provides it. */
export class Embedded extends Context.Service<Embedded, Server>()("wr2/postgres/Embedded") {}

const durable = { fsync: "on", log_checkpoints: "off", timezone: "UTC", log_timezone: "UTC" }
const fast = { ...durable, fsync: "off", synchronous_commit: "off", full_page_writes: "off" }

const parametersOf = (options: Options): Readonly<Record<string, string>> => ({
  ...(options.fast === true ? fast : durable),
  ...Object.fromEntries(
    Object.entries(options.parameters ?? {}).map(([name, value]) => [name, String(value)])
  )
})

const millisOf = (input: Duration.Input) => Duration.toMillis(Duration.fromInputUnsafe(input))
const stopMillis = (options: Pick<Options, "stopTimeout">) =>
  millisOf(options.stopTimeout ?? "30 seconds")

const isEqual = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>) =>
  Object.keys({ ...one, ...other }).every((name) => one[name] === other[name])

/** A server that runs with other settings is restarted, unless somebody uses it. */
const prepareToAdopt = Effect.fnUntraced(function* (
  dir: string,
  paths: Database.Paths,
  settings: Database.Settings,
  options: Options
) {
  const found = Postmaster.find(paths.data)
  if (found === undefined || isEqual(settings.parameters, parametersOf(options))) return
  if (Claims.held(dir, "use").length === 0)
    return yield* Postmaster.end(paths.data, found.pid, stopMillis(options))
  yield* Effect.logWarning(
    `The database in ${dir} runs with other settings than asked for, and another process uses it: it keeps them.`
  )
})

const createDatabase = (settings: Database.Settings, name: string) =>
  Effect.gen(function* () {
    const connection = yield* Launch.connect(settings)
    const found = yield* connection.query("SELECT 1 FROM pg_database WHERE datname = $1", [name])
    if (found.rows.length > 0) return
    yield* connection.query(`CREATE DATABASE "${name.replaceAll('"', '""')}"`, [], false)
  }).pipe(
    Effect.scoped,
    Effect.mapError(
      (error) =>
        new EmbeddedError({
          reason: "Failed",
          message: `The database "${name}" could not be made: ${error.message}`
        })
    )
  )

/** Starts or adopts, and claims the use of it for this process. */
const begin = Effect.fnUntraced(function* (options: Options) {
  const dir = yield* io(`make the folder ${options.dir}`, () => {
    Fs.mkdirSync(options.dir, { recursive: true })
    return Fs.realpathSync(options.dir)
  })
  const binaries = yield* Host.locate
  const timeout = options.startTimeout ?? "2 minutes"
  const wanted: Host.Wanted = {
    dir,
    setpriv: options.setpriv ?? "setpriv",
    outside: options.outside ?? ["/var/lib/wr2", "/var/tmp/wr2"],
    patienceMillis: stopMillis(options)
  }
  const use = Effect.gen(function* () {
    const place = yield* Host.settle(wanted, binaries)
    const paths = Database.pathsOf(place.home)
    if (!Fs.existsSync(paths.data)) yield* Database.initialise(paths, place, options.fast === true)
    yield* Database.examine(paths, place)
    const settings = yield* Database.load(paths)
    yield* prepareToAdopt(dir, paths, settings, options)
    const running =
      (yield* Launch.adopt(paths, place, settings, timeout)) ??
      (yield* Launch.launch(
        paths,
        place,
        { ...settings, parameters: parametersOf(options) },
        timeout
      ))
    const claim = yield* Claims.claim(dir, "use")
    const database = options.database ?? "wr2"
    yield* createDatabase(running.settings, database).pipe(
      Effect.onError(() => Effect.sync(() => Claims.drop(dir, claim)))
    )
    const server: Server = {
      url: Database.urlOf(running.settings, database),
      port: running.settings.port,
      pid: running.pid,
      dataDir: paths.data,
      log: paths.log,
      adopted: running.adopted
    }
    return { server, dir, claim }
  })
  // Whoever holds the folder may be starting or stopping, for as long as that may take.
  return yield* use.pipe(Claims.locked(dir, millisOf(timeout) + stopMillis(options)))
})

const endIn = (dir: string, patienceMillis: number) =>
  Effect.suspend(() => {
    const { data } = Database.pathsOf(Host.homeOf(dir))
    const found = Postmaster.find(data)
    return found === undefined
      ? Effect.succeed(false)
      : Effect.as(Postmaster.end(data, found.pid, patienceMillis), true)
  })

/**
 * Starts the server of a folder, or adopts the one that runs there.
 *
 * It stays when this process ends; {@link stop} ends it. To have it end with a scope, use {@link acquire} or {@link layer}.
 */
export const start = Effect.fn("Embedded.start")(function* (
  options: Options
): Effect.fn.Return<Server, EmbeddedError> {
  return (yield* begin(options)).server
})

/**
 * Stops the server of a folder, whoever uses it: sessions are cut, everything is written. True when one was running.
 *
 * Waits until it is gone; past `stopTimeout` it is made to leave at once, which loses nothing either (the next start
 * recovers).
 */
export const stop = Effect.fn("Embedded.stop")(function* (
  options: Pick<Options, "dir" | "stopTimeout">
): Effect.fn.Return<boolean, EmbeddedError> {
  if (!Fs.existsSync(options.dir)) return false
  const dir = yield* io(`find ${options.dir}`, () => Fs.realpathSync(options.dir))
  const patience = stopMillis(options)
  return yield* endIn(dir, patience).pipe(
    // Nobody uses what is gone: claims left by `start` must not keep a later server alive.
    Effect.tap(() => Effect.sync(() => Claims.dropAll(dir, "use"))),
    Claims.locked(dir, 2 * patience)
  )
})

const release = (dir: string, claim: string, options: Options) =>
  Effect.suspend(() => {
    Claims.drop(dir, claim)
    return Claims.held(dir, "use").length === 0 ? endIn(dir, stopMillis(options)) : Effect.void
  }).pipe(
    Claims.locked(dir, 2 * stopMillis(options)),
    Effect.catch((error) => Effect.logError(error.message))
  )

/** The server for as long as the scope is open; the last scope to close, of all processes, stops it. */
export const acquire = (options: Options): Effect.Effect<Server, EmbeddedError, Scope.Scope> =>
  Effect.acquireRelease(begin(options), ({ claim, dir }) => release(dir, claim, options), {
    interruptible: true
  }).pipe(Effect.map(({ server }) => server))

/** Provides the server; as the outermost layer it is stopped last, when nobody writes any more. */
export const layer = (options: Options): Layer.Layer<Embedded, EmbeddedError> =>
  Layer.effect(Embedded, acquire(options))
