/** Every bound is hit by a test, and docs/operating.md says what it is and what happens then. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Consumer } from "@wr2/core"
import * as ConsumerLimits from "@wr2/engine/ConsumerLimits"
import * as Limits from "@wr2/engine/Limits"
import * as GatewayLimits from "@wr2/gateway/GatewayLimits"
import * as Settings from "@wr2/postgres/Settings"
import * as Http from "@wr2/server/Http"
import * as Passwords from "@wr2/server/Passwords"
import { bodyOf } from "./bodies.ts"
import { postgres } from "./bounds.postgres.ts"
import * as Bounds from "./bounds.ts"

const { cost: _, ...passwords } = Passwords.defaults
const { runner: __, ...settings } = Settings.defaults
const { commandsMax } = Consumer

const all = [
  ["engine", Limits.defaults, Bounds.engine],
  ["consumers", ConsumerLimits.defaults, Bounds.consumers],
  ["gateway", GatewayLimits.defaults, Bounds.gateway],
  ["server", Http.defaults, Bounds.server],
  ["passwords", passwords, Bounds.passwords],
  ["clients", undefined, Bounds.clients],
  ["numbering of consumers' Commands", { commandsMax }, Bounds.fixed],
  ["PostgreSQL adapter", { ...settings, ...settings.cycle }, postgres]
] as const

describe.each(all)("each bound of the %s", (_, defaults, shown) => {
  it("is listed", () => {
    if (defaults !== undefined)
      assert.deepStrictEqual(Object.keys(shown).sort(), Object.keys(defaults).sort())
  })

  it.each(Object.entries(shown))(
    "%s has tests that push past it: each is run, sets it or reads it, and judges what comes of it",
    (name, tests) => {
      assert.isAbove(tests.length, 0, "no test hits it")
      for (const [file, ...titles] of tests) {
        assert.isAbove(titles.length, 0, file)
        for (const title of titles) {
          const body = bodyOf(file, title)
          if (body === undefined) return assert.fail(`${file} has no one test "${title}"`)
          const idle = body.words.filter((word) =>
            ["skip", "todo", "fails", "skipIf"].includes(word)
          )
          assert.deepStrictEqual(idle, [], `"${title}" is not run`)
          assert.isTrue(body.uses.has(name), `"${title}" neither sets nor reads ${name}`)
          assert.isTrue(body.uses.has("assert"), `"${title}" judges nothing`)
        }
      }
    }
  )
})

/** "2 s" as milliseconds, "64 KiB" as bytes, "5, then one in 2 s" as a rate. */
const read = (cell: string): unknown => {
  const rate = /^([\d,]+), then one in (.+)$/.exec(cell)
  if (rate !== null) return { burst: read(rate[1]!), everyMillis: read(rate[2]!) }
  if (cell === "no") return false
  const match = /^([\d,]+)(?: (ms|s|min|days|KiB))?$/.exec(cell)
  assert.isNotNull(match, `not a value: ${cell}`)
  const unit = { ms: 1, s: 1_000, min: 60_000, days: 86_400_000, KiB: 1_024 }
  return Number(match![1]!.replaceAll(",", "")) * unit[(match![2] ?? "ms") as keyof typeof unit]
}

describe("docs/operating.md", () => {
  const page = readFileSync(join(import.meta.dirname, "../docs/operating.md"), "utf8")
  /** The table below this heading: bound, default, who comes upon it, what happens. */
  const rows = (heading: string) => {
    const [, after = ""] = page.split(`\n### ${heading}\n`)
    const [section = ""] = after.split("\n#")
    return [...section.matchAll(/^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(
      ([, name, value, who, answer]) => ({ name: name!, value: value!, told: [who!, answer!] })
    )
  }

  it.each([
    ["Of the engine", Limits.defaults],
    ["Of consumers", ConsumerLimits.defaults],
    ["Of the gateway", GatewayLimits.defaults],
    ["Of the server", { ...Http.defaults, ...passwords }]
  ] as const)('has every bound under "%s", as it is in the code', (heading, defaults) => {
    const found = rows(heading)
    assert.deepStrictEqual(
      found.map(({ name }) => name),
      Object.keys(defaults)
    )
    for (const { name, told, value } of found) {
      assert.deepStrictEqual(read(value), (defaults as Record<string, unknown>)[name], name)
      assert.isTrue(
        told.every((cell) => cell.trim() !== ""),
        name
      )
    }
  })
})
