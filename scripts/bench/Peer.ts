/** Peers: each run in a process of its own, on a database of its own. Their folder is installed for them alone. */
import { spawn, spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { Effect, Redacted, Schema } from "effect"
import { database } from "./Case.ts"
import type { Floor, Sample, Settings, Side } from "./Case.ts"

const folder = join(import.meta.dirname, "peers")

/** Installs what the peers need, once; false: it could not be. */
export const install = (): boolean => {
  if (existsSync(join(folder, "node_modules"))) return true
  console.error("installing the peers (once, some 280 MB) ...")
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"]
  })
  return status === 0
}

/** A peer could not be measured. */
class PeerFailed extends Schema.TaggedError<PeerFailed>()("PeerFailed", {
  message: Schema.String
}) {}

interface Measured {
  readonly perSecond: number
  readonly p50: number | null
  readonly p99: number | null
}

/** One run. It may take as long as it takes to start, to measure and to end; then it is stuck. */
const run = (name: string, url: string, seconds: number) =>
  Effect.callback<Measured, PeerFailed>((resume) => {
    const child = spawn(process.execPath, [join(folder, "run.mjs"), name, url, String(seconds)], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"]
    })
    let said = ""
    let complaints = ""
    child.stdout.on("data", (data) => (said += String(data)))
    child.stderr.on("data", (data) => (complaints += String(data)))
    child.once("error", (error) =>
      resume(Effect.fail(new PeerFailed({ message: `${name}: ${error.message}` })))
    )
    child.once("close", (code) => {
      const line = said.trim().split("\n").pop() ?? ""
      resume(
        code === 0 && line.startsWith("{")
          ? Effect.succeed(JSON.parse(line) as Measured)
          : Effect.fail(
              new PeerFailed({ message: `${name} ended with ${code}: ${complaints.slice(-2_000)}` })
            )
      )
    })
    // Restate's server is ended by it, if it is asked.
    return Effect.sync(() => child.kill("SIGTERM"))
  }).pipe(Effect.timeout(120_000 + seconds * 4_000))

/** A peer as a side; `figure` names what comes out. */
export const side = (
  settings: Settings,
  options: {
    readonly peer: string
    readonly figure: string
    readonly unit: string
    readonly floor?: Omit<Floor, "figure">
  }
): Side => {
  const { figure, floor, peer, unit } = options
  return {
    name: peer,
    suites: ["peers"],
    ...(floor === undefined ? {} : { floor: { figure, ...floor } }),
    measure: Effect.gen(function* () {
      const url = yield* database(settings)
      const { p50, p99, perSecond } = yield* run(peer, Redacted.value(url), settings.seconds)
      return {
        figures: [
          { name: figure, unit, value: perSecond },
          ...(p50 === null ? [] : [{ name: `${figure}, p50`, unit: "ms", value: p50 }]),
          ...(p99 === null ? [] : [{ name: `${figure}, p99`, unit: "ms", value: p99 }])
        ],
        wrong: []
      } satisfies Sample
    }).pipe(Effect.scoped)
  }
}
