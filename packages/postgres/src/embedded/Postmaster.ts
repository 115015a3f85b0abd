/**
 * The server process: found by its pid file, told apart from strangers, asked to go.
 *
 * PostgreSQL writes `postmaster.pid` into its data folder and removes it as the last thing it does. After `kill -9`, a
 * restored backup or a copied folder the file may name a process that is no longer, or never was, this folder's server.
 */
import { spawnSync } from "node:child_process"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { Effect } from "effect"
import { isAlive } from "./Claims.ts"
import { EmbeddedError } from "./EmbeddedError.ts"

/** A running server, as its pid file tells. */
export interface Postmaster {
  readonly pid: number
  readonly port: number
}

const pidFile = (data: string) => Path.join(data, "postmaster.pid")

/** The command line of a process, or nothing when it cannot be seen. */
const commandLine = (pid: number): string => {
  if (process.platform === "linux") {
    try {
      return Fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")
    } catch {
      return ""
    }
  }
  return spawnSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" }).stdout ?? ""
}

/** Whether a recorded path is this folder: the same one, or where it was before it was moved. */
export const isFolder = (recorded: string, data: string): boolean => {
  if (!Fs.existsSync(recorded)) return true
  const [there, here] = [Fs.statSync(recorded), Fs.statSync(data)]
  return there.ino === here.ino && there.dev === here.dev
}

/** The server of a data folder, if it runs. A pid file that belongs to nobody is removed. */
export const find = (data: string): Postmaster | undefined => {
  if (!Fs.existsSync(pidFile(data))) return undefined
  const [pid = "", recorded = "", , port = ""] = Fs.readFileSync(pidFile(data), "utf8").split("\n")
  const found = { pid: Number(pid), port: Number(port) }
  // The process may be a stranger that got the number after a reboot, or (in a copied folder) the server of the original.
  if (
    found.pid > 0 &&
    recorded !== "" &&
    isAlive(found.pid) &&
    commandLine(found.pid).includes(recorded) &&
    isFolder(recorded, data)
  )
    return found
  Fs.rmSync(pidFile(data), { force: true })
  return undefined
}

const isGone = (data: string, pid: number) => !isAlive(pid) || !Fs.existsSync(pidFile(data))

const goneWithin = (data: string, pid: number, millis: number): Effect.Effect<boolean> =>
  Effect.gen(function* () {
    for (let waited = 0; waited < millis; waited += 20) {
      if (isGone(data, pid)) return true
      yield* Effect.sleep(20)
    }
    return isGone(data, pid)
  })

/**
 * Ends a server: first the fast way (sessions cut, everything written, a clean end), then at once (nothing lost either:
 * the next start replays the log).
 */
export const end = (
  data: string,
  pid: number,
  patienceMillis: number
): Effect.Effect<void, EmbeddedError> =>
  Effect.gen(function* () {
    signal(pid, "SIGINT")
    if (yield* goneWithin(data, pid, patienceMillis)) return
    signal(pid, "SIGQUIT")
    if (yield* goneWithin(data, pid, 10_000)) return
    return yield* new EmbeddedError({
      reason: "Timeout",
      message: `The database (process ${pid}) does not stop. End it yourself, with: kill -QUIT ${pid}`
    })
  })

/** Sends a signal; that the process has just gone is no error. */
export const signal = (pid: number, name: NodeJS.Signals): void => {
  // Zero would be our own process group.
  if (pid <= 0) return
  try {
    process.kill(pid, name)
  } catch {
    // Gone already, which is what was wanted.
  }
}
