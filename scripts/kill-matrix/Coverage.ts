/** What there is in the source to be passed, and was not: methods of services, functions that make statements. */
import { readdirSync, readFileSync } from "node:fs"
import * as Harness from "@wr2/testkit/Harness"
import type { Matrix } from "./Matrix.ts"
import { exportsOf } from "./Names.ts"
import * as Plan from "./Plan.ts"

const folder = `${Harness.root}packages/postgres/src/queries`

/** Modules of statements that no serving process sends: operators' tools do, beside a world. */
const beside: Readonly<Record<string, string>> = {
  audit: "wr2 audit",
  history: "wr2 snapshot, replay, explain",
  volumes: "parts of texts, of which others make statements"
}

/** Exports that are no statements, and those that only tools send. */
const helpers =
  /^(to[A-Z]\w*|actionColumns\.\w+|classWrites\.(pending|put|statements)|accounts\.nameKey|lock\w+\.text)$/
const elsewhere: Readonly<Record<string, string>> = {
  "appendEvents.head": "operators' tools ask for it",
  "consumerOffsets.needed": "for tools that look at consumers",
  "consumerOffsets.park": "no consumer of this world fails",
  "consumerOffsets.resume": "operators let one go on that was parked",
  "retention.logs": "their names"
}

/** Statements' functions whose statements nobody sent. */
export const unsent = ({ makers, rehearsals }: Matrix): ReadonlyArray<string> => {
  const passed = new Set(
    Plan.failpoints(rehearsals).map((failpoint) => failpoint.slice(failpoint.indexOf(": ") + 2))
  )
  const made = Object.entries(makers).flatMap(([name, by]) => (passed.has(name) ? by : []))
  return readdirSync(folder)
    .map((file) => file.replace(/\.ts$/, ""))
    .filter((module) => beside[module] === undefined)
    .flatMap((module) =>
      exportsOf(readFileSync(`${folder}/${module}.ts`, "utf8")).map((name) => `${module}.${name}`)
    )
    .filter(
      (name) =>
        !helpers.test(name) &&
        !helpers.test(name.slice(name.indexOf(".") + 1)) &&
        elsewhere[name] === undefined &&
        !made.some((each) => each === name || each.startsWith(`${name}.`))
    )
}

/** Methods that nothing in a serving process calls. */
const unneeded: Readonly<Record<string, string>> = {
  "ConsumerOffsets.needed": "for tools that look at consumers",
  "ConsumerOffsets.park": "no consumer of this world fails",
  "ConsumerOffsets.resume": "operators let one go on that was parked",
  "Consumers.behind": "asked where nobody was for passivateAfter, an hour here",
  "EventLog.head": "operators' tools ask for it",
  "ExecutorPool.executors": "for tests of supervision",
  "Publisher.subscribers": "for tests of feeds",
  "Placement.host.release": "the cluster asks for it",
  "Placement.host.resident": "the cluster asks for it"
}

/** Methods of services, as `Service.method`, that nobody called. */
export const uncalled = ({ methods, rehearsals }: Matrix): ReadonlyArray<string> => {
  const passed = Plan.failpoints(rehearsals).map((failpoint) => failpoint.replace(/^\w+ /, ""))
  return methods.filter(
    (method) =>
      unneeded[method] === undefined &&
      !passed.some((each) => each === method || each.startsWith(`${method} `))
  )
}
