/**
 * Which processes are starting, stopping or using the server of a folder.
 *
 * A claim is an empty file whose name holds the process id, so there is nothing to read half-written and nothing to clean
 * up after `kill -9`: a claim of a process that is gone counts for nothing.
 */
import { randomBytes } from "node:crypto"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { Effect, Random } from "effect"
import { EmbeddedError, io } from "./EmbeddedError.ts"

/** Whether a process exists, whoever's it is. */
export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (cause) {
    return (cause as { readonly code?: string }).code === "EPERM"
  }
}

const folderOf = (dir: string) => Path.join(dir, "claims")

/** Made by root in somebody's folder, it is still theirs: they may come without sudo next time. */
const makeFolder = (dir: string) => {
  if (Fs.existsSync(folderOf(dir))) return
  Fs.mkdirSync(folderOf(dir), { recursive: true })
  const { gid, uid } = Fs.statSync(dir)
  if (process.getuid?.() === 0) Fs.chownSync(folderOf(dir), uid, gid)
}

/** Claims something for this process; the result names the claim. */
export const claim = (dir: string, kind: "lock" | "use"): Effect.Effect<string, EmbeddedError> =>
  io(`claim ${dir}`, () => {
    makeFolder(dir)
    const name = `${kind}.${process.pid}.${randomBytes(6).toString("hex")}`
    Fs.writeFileSync(Path.join(folderOf(dir), name), "", { flag: "wx" })
    return name
  })

/** Gives a claim back. */
export const drop = (dir: string, name: string): void =>
  Fs.rmSync(Path.join(folderOf(dir), name), { force: true })

/** The claims of processes that are alive. */
export const held = (dir: string, kind: "lock" | "use"): ReadonlyArray<string> => {
  if (!Fs.existsSync(folderOf(dir))) return []
  return Fs.readdirSync(folderOf(dir)).filter((name) => {
    const [found, pid] = name.split(".")
    if (found !== kind) return false
    if (isAlive(Number(pid))) return true
    drop(dir, name)
    return false
  })
}

/** Gives back everybody's claims of a kind. */
export const dropAll = (dir: string, kind: "lock" | "use"): void => {
  for (const name of held(dir, kind)) drop(dir, name)
}

/**
 * Runs an effect while no other process starts or stops the server of this folder.
 *
 * Announce, then look: of two that come at once, at least one sees the other and steps back. No file is ever taken over, so
 * there is no moment in which two could think they have it.
 */
export const locked =
  (dir: string, patienceMillis: number) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E | EmbeddedError, R> => {
    const attempt: Effect.Effect<string, EmbeddedError> = Effect.gen(function* () {
      for (let waited = 0; waited < patienceMillis;) {
        const own = yield* claim(dir, "lock")
        if (held(dir, "lock").every((name) => name === own)) return own
        drop(dir, own)
        const pause = yield* Random.nextIntBetween(10, 60)
        yield* Effect.sleep(pause)
        waited += pause
      }
      return yield* new EmbeddedError({
        reason: "Busy",
        message: `Another process has been starting or stopping the database in ${dir} for ${patienceMillis / 1000} s. Wait for it or end it, then try again.`
      })
    })
    return Effect.acquireUseRelease(
      attempt,
      () => self,
      (own) => Effect.sync(() => drop(dir, own))
    )
  }
