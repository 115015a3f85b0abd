/** Whose time it was, in a profile (scripts/bench/Hops.ts). */
import type { Profiler } from "node:inspector"
import { assert, it } from "@effect/vitest"
import * as Hops from "../scripts/bench/Hops.ts"

const at = "file:///anywhere/packages"

/** Frames, each called by the one before it. */
const stack = (...frames: ReadonlyArray<readonly [name: string, url: string]>) =>
  frames.map(([functionName, url], i) => ({
    id: i + 1,
    callFrame: { functionName, url, scriptId: "0", lineNumber: 0, columnNumber: 0 },
    children: i + 1 < frames.length ? [i + 2] : []
  }))

const profile = (
  nodes: Profiler.Profile["nodes"],
  ...took: ReadonlyArray<readonly [id: number, micros: number]>
): Profiler.Profile => ({
  nodes,
  startTime: 0,
  endTime: 0,
  samples: took.map(([id]) => id),
  timeDeltas: took.map(([, micros]) => micros)
})

it("what a hop calls is its own, until another hop is called", () => {
  const nodes = stack(
    ["runLoop", "file:///anywhere/node_modules/effect/dist/internal/effect.js"],
    ["decide", `${at}/engine/src/Cycle.ts`],
    ["stringify", ""],
    ["rule", `${at}/world/src/actions/Move.ts`],
    ["update", `${at}/postgres/src/Writing.ts`]
  )
  const shares = Hops.shares(profile(nodes, [1, 10], [2, 20], [3, 20], [4, 10], [5, 40]))
  assert.deepStrictEqual(
    [...shares].filter(([, share]) => share > 0),
    [
      ["decide and evolve", 50],
      ["make statements", 40],
      ["fibers and scheduling", 10]
    ]
  )
})

it("of the time in which nothing was done it says nothing", () => {
  const nodes = stack(
    ["(root)", ""],
    ["(idle)", ""],
    ["(garbage collector)", ""],
    ["plan", `${at}/world/src/commands/Look.ts`]
  )
  const shares = Hops.shares(profile(nodes, [2, 900], [3, 25], [4, 75]))
  assert.strictEqual(shares.get("garbage collection"), 25)
  assert.strictEqual(shares.get("choose and plan"), 75)
  assert.deepStrictEqual([...Hops.shares(profile(nodes)).keys()], Hops.names)
})
