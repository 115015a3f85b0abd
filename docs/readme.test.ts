/** The pages say what is so: code, files, commands, variables, metrics and tests that they name exist. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as GatewayLimits from "@wr2/gateway/GatewayLimits"
import * as Gateway from "@wr2/gateway/Telemetry"
import * as Engine from "@wr2/engine/Telemetry"
import * as Postgres from "@wr2/postgres/Telemetry"
import * as Config from "@wr2/server/Config"
import { Metric } from "effect"
import { exists, pathOf } from "../test/named.ts"

const root = join(import.meta.dirname, "..")
const read = (path: string) => readFileSync(join(root, path), "utf8")
const pages = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`)
]

describe("README.md", () => {
  it("shows code as it is in docs/bank.ts and its test", () => {
    const code = read("docs/bank.ts") + read("docs/bank.test.ts")
    const blocks = [...read("README.md").matchAll(/```ts\n([^`]*)```/g)]
    assert.isAbove(blocks.length, 0)
    for (const [, block] of blocks) {
      for (const part of block!.trim().split("\n\n")) assert.include(code, part)
    }
  })

  it("the top level is as the requirements name it", () => {
    const named =
      "package.json tsconfig.json packages scripts test docker-compose.yml vitest.workspace.ts"
    for (const name of named.split(" ")) assert.isTrue(existsSync(join(root, name)), name)
  })
})

describe.each(pages)("%s", (page) => {
  const text = read(page)

  it("links to what exists", () => {
    for (const [, link] of text.matchAll(/\]\(([^)#]+)\)/g)) {
      if (!link!.startsWith("http")) {
        assert.isTrue(existsSync(join(root, dirname(page), link!)), link!)
      }
    }
  })

  it("names folders, files and commands that exist", () => {
    const { scripts } = JSON.parse(read("package.json"))
    for (const [path] of text.matchAll(/\b(?:packages|docs|scripts)\/[\w./-]*\w/g)) {
      assert.isTrue(existsSync(join(root, path)), path)
    }
    for (const [, name] of text.matchAll(/\bnpm run ([\w-]+)/g)) assert.property(scripts, name!)
  })
})

describe("docs/protocol.md", () => {
  const text = read("docs/protocol.md")
  const named = (path: string, pattern: RegExp) =>
    [...read(`packages/${path}`).matchAll(pattern)].map(([, name]) => name!)

  it("names every call and every error", () => {
    const calls = named("protocol/src/GatewayRpcs.ts", /Rpc\.make\("(\w+)"/g)
    const errors = ["protocol/src/Errors.ts", "core/src/Rejected.ts"].flatMap((path) =>
      named(path, /^export class (\w+) extends/gm)
    )
    assert.isAbove(calls.length, 10)
    assert.isAbove(errors.length, 20)
    for (const name of [...calls, ...errors]) assert.match(text, new RegExp(`\\b${name}\\b`))
  })

  it("says the bounds that hold unless others are set", () => {
    const limits = GatewayLimits.defaults
    const seconds = (millis: number) => millis / 1_000
    for (const words of [
      `more than ${limits.frameBytesMax / 1_024} KiB`,
      `says nothing for ${seconds(limits.silenceMax)} seconds`,
      `good for ${limits.sessionFor / 86_400_000} days`,
      `${limits.connectionsPerAddress} connections of one address`,
      `${1_000 / limits.frames.everyMillis} messages a second`,
      `${1_000 / limits.commands.everyMillis} Commands a second with a burst\nof ${limits.commands.burst}`,
      `${limits.intentsPerFrame} in one Submit, ${limits.intentsWaiting} without an answer`,
      `once for each\n${limits.frameBytes} bytes`,
      `once a second, with a burst\nof ${limits.entries.burst}`,
      `${limits.charactersPerAccount} characters an account`
    ]) {
      assert.include(text, words)
    }
  })
})

describe("docs/operating.md", () => {
  const text = read("docs/operating.md")

  it("lists the variables as --help prints them", () => {
    for (const { help, name } of Config.variables)
      assert.include(text, `${name.padEnd(28)} ${help}\n`)
  })

  it("names every metric, and no other", () => {
    const metrics = [
      ...Object.values(Engine),
      ...Object.values(Gateway),
      ...Object.values(Postgres)
    ].flatMap((each) => (Metric.isMetric(each) ? [each.id] : []))
    const named = [...text.matchAll(/`(wr2_\w+)/g)].map(([, name]) => name!)
    assert.deepStrictEqual([...new Set(named)].sort(), metrics.sort())
  })
})

describe.each([
  ["docs/requirements.md", 90],
  ["docs/protocols.md", 75]
] as const)("%s", (page, least) => {
  const text = read(page)
  it("names tests that exist, in the files that it says", () => {
    const cells = [
      ...text.matchAll(/`([^`]+(?:\.test\.ts|Suite\/\w+\.ts)|Suite\/\w+\.ts)` ("[^`|]*)/g)
    ]
    assert.isAbove(cells.length, least)
    for (const [, file, names] of cells) {
      const found = [...names!.matchAll(/"((?:[^"]|"(?:went through|never arrived)")+)"/g)]
      assert.isAbove(found.length, 0, names!)
      for (const [, name] of found) exists(file!, name!)
    }
  })

  it("names files that exist", () => {
    for (const [, file] of text.matchAll(/`([\w./-]+\.(?:ts|sql|md))`/g)) {
      const there = [pathOf(file!), file!].some((path) => existsSync(join(root, path)))
      assert.isTrue(there, file!)
    }
  })
})
