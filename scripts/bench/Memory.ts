/** Memory, after what is garbage has gone: of this process, and of one that was started. */
import { execFileSync } from "node:child_process"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as Harness from "@wr2/testkit/Harness"
import { Effect } from "effect"

setFlagsFromString("--expose-gc")
const collect: (how: object) => void = runInNewContext("gc")

/** Bytes of this process's heap that are in use. */
export const heapUsed = (): number => {
  collect({ type: "major", execution: "sync", flavor: "last-resort" })
  const { external, heapUsed } = process.memoryUsage()
  return heapUsed + external
}

/** Bytes that a process holds in memory. */
export const resident = (pid: number): number =>
  Number(execFileSync("ps", ["-o", "rss=", "-p", `${pid}`]).toString()) * 1_024

/** For a server that is to be asked by {@link gauge}: Node's options. */
export const gauged = {
  NODE_OPTIONS: `--import=${new URL("../../test/e2e/gauge.mjs", import.meta.url).href}`
}

/** Has a server collect its garbage and say what is left, in bytes. */
export const gauge = Effect.fnUntraced(function* (server: Harness.Process) {
  const said = () => [...server.output().matchAll(/^gauge (\{.*\})$/gm)]
  const before = said().length
  yield* server.signal("SIGUSR2")
  yield* Harness.waitUntil(
    "the gauge is read",
    Effect.sync(() => said().length > before),
    { within: 30_000 }
  )
  return JSON.parse(said().at(-1)![1]!) as {
    readonly heap: number
    readonly external: number
    readonly rss: number
  }
})
