/**
 * Starting the server, and knowing when it is there: by connecting to it.
 */
import * as Fs from "node:fs"
import { PgConnection } from "@effect/sql-pg"
import { Effect } from "effect"
import type { Duration } from "effect"
import * as Database from "./Database.ts"
import { EmbeddedError, io } from "./EmbeddedError.ts"
import * as Host from "./Host.ts"
import * as Postmaster from "./Postmaster.ts"

/** A server that answers. */
export interface Running {
  readonly settings: Database.Settings
  readonly pid: number
  readonly adopted: boolean
}

const failed = (reason: EmbeddedError["reason"], message: string) =>
  new EmbeddedError({ reason, message })

/** Connects once, in the scope. */
export const connect = (settings: Database.Settings) =>
  PgConnection.make({
    url: Database.urlOf(settings, "postgres"),
    applicationName: "wr2 embedded",
    connectTimeout: "5 seconds"
  })

/** "Stranger": somebody else's server answers there. */
type Answer = "Ready" | "Stranger" | "NotYet"

/** Only our server knows our password; only our server has our folder (one without passwords takes any). */
const ask = (paths: Database.Paths, settings: Database.Settings): Effect.Effect<Answer> =>
  connect(settings).pipe(
    Effect.flatMap((connection) =>
      connection.query("SELECT current_setting('data_directory', true) AS folder")
    ),
    Effect.scoped,
    Effect.map((result): Answer => {
      const folder = result.rows[0]?.["folder"]
      return typeof folder === "string" && Postmaster.isFolder(folder, paths.data)
        ? "Ready"
        : "Stranger"
    }),
    Effect.catch((error) =>
      Effect.succeed<Answer>(error.reason._tag === "AuthenticationError" ? "Stranger" : "NotYet")
    )
  )

type Outcome = "Ready" | "Stranger" | "Ended" | "Timeout"

/** Tries to connect until the server answers or has ended. */
const ready = (
  paths: Database.Paths,
  settings: Database.Settings,
  hasEnded: () => boolean,
  timeout: Duration.Input
): Effect.Effect<Outcome> =>
  Effect.gen(function* (): Effect.gen.Return<Outcome> {
    for (let strangers = 0; !hasEnded();) {
      const answer = yield* ask(paths, settings)
      if (answer === "Ready") return "Ready"
      // Ours may just be finding out that the port is taken: give it the time to say so.
      if (answer === "Stranger" && ++strangers > 40) return "Stranger"
      yield* Effect.sleep(25)
    }
    return "Ended"
  }).pipe(
    Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.succeed<Outcome>("Timeout") })
  )

const logMaxBytes = 10 * 1024 * 1024

/** Opens the log to append to; the one before is kept. */
const openLog = (paths: Database.Paths, account: Host.Account) => {
  if (Fs.existsSync(paths.log) && Fs.statSync(paths.log).size > logMaxBytes)
    Fs.renameSync(paths.log, `${paths.log}.old`)
  const file = Fs.openSync(paths.log, "a", 0o600)
  Host.give(paths.log, account)
  return { file, size: Fs.fstatSync(file).size }
}

const logSince = (paths: Database.Paths, offset: number) =>
  Fs.readFileSync(paths.log).subarray(offset).toString().slice(-2000).trim()

/** What every server has, whatever its user wants: one way in. */
const fixed = { listen_addresses: "127.0.0.1", unix_socket_directories: "" }

/** Starts the server on its port and says how that went. */
const launchOnce = Effect.fnUntraced(function* (
  paths: Database.Paths,
  place: Host.Place,
  settings: Database.Settings,
  timeout: Duration.Input
) {
  const parameters = { ...settings.parameters, ...fixed, port: settings.port }
  const args = Object.entries(parameters).flatMap(([name, value]) => ["-c", `${name}=${value}`])
  let hasEnded = false
  const { child, offset } = yield* io("start the database", () => {
    const { file, size } = openLog(paths, place.account)
    const postgres = Host.program(place.binaries, "postgres")
    const started = Host.launch(place.account, postgres, ["-D", paths.data, ...args], file)
    const end = () => {
      hasEnded = true
    }
    started.once("error", end)
    started.once("exit", end)
    started.unref()
    Fs.closeSync(file)
    return { child: started, offset: size }
  })
  const pid = child.pid ?? 0
  const outcome = yield* ready(paths, settings, () => hasEnded, timeout).pipe(
    Effect.onInterrupt(() => Effect.sync(() => Postmaster.signal(pid, "SIGINT")))
  )
  if (outcome === "Stranger" || outcome === "Timeout") yield* Postmaster.end(paths.data, pid, 5_000)
  return { outcome, pid, said: logSince(paths, offset) }
})

/** Starts the server: on the port it had, or on another if somebody has taken that. */
export const launch = Effect.fnUntraced(function* (
  paths: Database.Paths,
  place: Host.Place,
  remembered: Database.Settings,
  timeout: Duration.Input
) {
  for (let tries = 0; tries < 5; tries++) {
    const settings = { ...remembered, port: yield* Database.freePort(remembered.port) }
    yield* Database.save(paths, place.account, settings)
    const { outcome, pid, said } = yield* launchOnce(paths, place, settings, timeout)
    if (outcome === "Ready") return { settings, pid, adopted: false }
    if (outcome === "Timeout")
      return yield* failed("Timeout", `The database did not come up. It said:\n${said}`)
    if (outcome === "Stranger")
      return yield* failed("Data", `The password in ${paths.settings} is not the database's.`)
    // The sessions of a server that was killed take a moment to notice; a port may be taken while we look at it.
    if (!/still in use|could not bind/.test(said))
      return yield* failed("Failed", `The database did not start (${paths.log}):\n${said}`)
    yield* Effect.sleep(200)
  }
  return yield* failed("Failed", `The database did not start in five attempts: see ${paths.log}`)
})

/** Takes over the server that runs already, if one does; it may still be starting, or stopping. */
export const adopt = Effect.fnUntraced(function* (
  paths: Database.Paths,
  place: Host.Place,
  remembered: Database.Settings,
  timeout: Duration.Input
) {
  const found = Postmaster.find(paths.data)
  if (found === undefined) return undefined
  const settings = { ...remembered, port: found.port }
  const hasEnded = () => Postmaster.find(paths.data)?.pid !== found.pid
  const outcome = yield* ready(paths, settings, hasEnded, timeout)
  if (outcome === "Ended") return undefined
  if (outcome === "Ready") {
    yield* Database.save(paths, place.account, settings)
    return { settings, pid: found.pid, adopted: true }
  }
  return yield* failed(
    outcome === "Timeout" ? "Timeout" : "Data",
    outcome === "Timeout"
      ? `A database is running there (process ${found.pid}), but it does not answer. End it with: kill -INT ${found.pid}`
      : `The password in ${paths.settings} is not that of the database that is running (process ${found.pid}).`
  )
})
