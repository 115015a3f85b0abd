/**
 * The folder of one database: its files, its settings, and how it comes to be.
 */
import { randomBytes } from "node:crypto"
import * as Fs from "node:fs"
import { createServer } from "node:net"
import * as Path from "node:path"
import { Effect, Random, Redacted, Schema } from "effect"
import { EmbeddedError, io } from "./EmbeddedError.ts"
import * as Host from "./Host.ts"

/** The files of a database. */
export interface Paths {
  readonly data: string
  readonly log: string
  readonly settings: string
}

/** The files of the database that lives in a folder. */
export const pathsOf = (home: string): Paths => ({
  data: Path.join(home, "data"),
  log: Path.join(home, "log"),
  settings: Path.join(home, "settings.json")
})

const Json = Schema.fromJsonString(
  Schema.Struct({
    port: Schema.Int,
    password: Schema.String,
    parameters: Schema.Record(Schema.String, Schema.String)
  })
)

/** What is remembered of a server, running or not. */
export type Settings = typeof Json.Type

/** How to reach it. The password has no character that a url would change. */
export const urlOf = (settings: Settings, database: string): Redacted.Redacted =>
  Redacted.make(
    `postgres://postgres:${settings.password}@127.0.0.1:${settings.port}/${encodeURIComponent(database)}`
  )

const isFree = (port: number): Effect.Effect<boolean> =>
  Effect.callback((resume) => {
    const probe = createServer()
    probe.once("error", () => resume(Effect.succeed(false)))
    probe.listen(port, "127.0.0.1", () => probe.close(() => resume(Effect.succeed(true))))
  })

/**
 * A port that nobody listens on: the preferred one, or another from below the range that systems hand out for outgoing
 * connections, so that it is still free after a night.
 */
export const freePort = Effect.fnUntraced(function* (preferred?: number) {
  if (preferred !== undefined && (yield* isFree(preferred))) return preferred
  for (let tries = 0; tries < 100; tries++) {
    const port = yield* Random.nextIntBetween(20_000, 30_000)
    if (yield* isFree(port)) return port
  }
  return yield* new EmbeddedError({
    reason: "Failed",
    message: "No free TCP port was found on 127.0.0.1 between 20000 and 30000."
  })
})

/** Remembers settings, whole or not at all: a lost password is a lost database. */
export const save = (paths: Paths, account: Host.Account, settings: Settings) =>
  io(`write ${paths.settings}`, () => {
    const text = Schema.encodeSync(Json)(settings)
    Fs.writeFileSync(`${paths.settings}.new`, text, { mode: 0o600 })
    Host.give(`${paths.settings}.new`, account)
    Fs.renameSync(`${paths.settings}.new`, paths.settings)
  })

/** The remembered settings. */
export const load = (paths: Paths): Effect.Effect<Settings, EmbeddedError> =>
  io("read", () => Fs.readFileSync(paths.settings, "utf8")).pipe(
    Effect.flatMap(Schema.decodeEffect(Json)),
    Effect.mapError(
      () =>
        new EmbeddedError({
          reason: "Data",
          message: `${paths.settings} is missing or damaged, and with it the password of the database in ${paths.data}. Restore it, or remove that folder to begin with an empty database.`
        })
    )
  )

/** Makes the empty database, whole or not at all. */
export const initialise = Effect.fnUntraced(function* (
  paths: Paths,
  place: Host.Place,
  isFast: boolean
) {
  const password = randomBytes(24).toString("base64url")
  yield* save(paths, place.account, { port: yield* freePort(), password, parameters: {} })
  // A name of its own: the initdb of a process that was killed may still be writing.
  const unfinished = `${paths.data}.new-`
  const fresh = `${unfinished}${process.pid}`
  const secret = `${paths.settings}.password`
  yield* io("prepare initdb", () => {
    for (const name of Fs.readdirSync(place.home))
      if (Path.join(place.home, name).startsWith(unfinished))
        Fs.rmSync(Path.join(place.home, name), { recursive: true, force: true })
    Fs.writeFileSync(secret, password, { mode: 0o600 })
    Host.give(secret, place.account)
  })
  const made = yield* Host.run(place.account, Host.program(place.binaries, "initdb"), [
    `--pgdata=${fresh}`,
    "--username=postgres",
    `--pwfile=${secret}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    // The same order and case rules on every system, whatever its locale.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
    ...(isFast ? ["--no-sync"] : [])
  ]).pipe(Effect.ensuring(Effect.sync(() => Fs.rmSync(secret, { force: true }))))
  if (!made.ok)
    return yield* new EmbeddedError({
      reason: "Failed",
      message: `initdb failed in ${fresh}:\n${made.said.trim()}`
    })
  yield* io("keep the new database", () => Fs.renameSync(fresh, paths.data))
})

/** Sees to it that the data belong to the account and are of the binaries' version. */
export const examine = Effect.fnUntraced(function* (paths: Paths, place: Host.Place) {
  const found = yield* io(`read ${paths.data}`, () => {
    const owner = place.account.owner
    if (owner !== undefined && Fs.statSync(paths.data).uid !== owner.uid)
      Host.give(place.home, place.account)
    return Fs.readFileSync(Path.join(paths.data, "PG_VERSION"), "utf8").trim()
  })
  const expected = place.binaries.version.split(".")[0]
  if (found === expected) return
  return yield* new EmbeddedError({
    reason: "Data",
    message: `The database in ${paths.data} is of PostgreSQL ${found}, the binaries are of ${expected}. Dump it with the version of this project that made it, or remove the folder to begin with an empty database.`
  })
})
