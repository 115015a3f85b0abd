/** Every bound is hit by a test, and docs/operating.md says what it is and what happens then. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as ConsumerLimits from "@wr2/engine/ConsumerLimits"
import * as Limits from "@wr2/engine/Limits"
import * as GatewayLimits from "@wr2/gateway/GatewayLimits"
import * as Http from "@wr2/server/Http"
import * as Passwords from "@wr2/server/Passwords"
import * as Bounds from "./bounds.ts"
import { exists, sourceOf } from "./named.ts"

const { cost: _, ...passwords } = Passwords.defaults

const all = [
  ["engine", Limits.defaults, Bounds.engine],
  ["consumers", ConsumerLimits.defaults, Bounds.consumers],
  ["gateway", GatewayLimits.defaults, Bounds.gateway],
  ["server", Http.defaults, Bounds.server],
  ["passwords", passwords, Bounds.passwords],
  ["clients", undefined, Bounds.clients]
] as const

describe.each(all)("each bound of the %s", (_, defaults, shown) => {
  it("has tests that push past it: they exist, and speak of it", () => {
    if (defaults !== undefined)
      assert.deepStrictEqual(Object.keys(shown).sort(), Object.keys(defaults).sort())
    for (const [name, tests] of Object.entries(shown)) {
      assert.isAbove(tests.length, 0, `no test hits ${name}`)
      for (const [file, ...names] of tests) {
        assert.isAbove(names.length, 0, file)
        for (const test of names) exists(file, test)
        assert.match(sourceOf(file), new RegExp(`\\b${name}\\b`), `${file} never sets ${name}`)
      }
    }
  })
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
