/** docker-compose.yml, which nothing else here runs: that it says what the server understands. */
import { existsSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Config from "@wr2/server/Config"
import { ConfigProvider, Effect, Redacted } from "effect"
import type { Role } from "../src/Roles.ts"

const root = join(import.meta.dirname, "../../..")

interface Service {
  readonly image: string
  readonly command?: ReadonlyArray<string>
  readonly environment?: Readonly<Record<string, string>>
  readonly volumes?: ReadonlyArray<string>
  readonly ports?: ReadonlyArray<string>
  readonly depends_on?: Readonly<Record<string, unknown>>
  readonly stop_grace_period?: string
  readonly healthcheck?: { readonly test: ReadonlyArray<string> }
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, unknown>>
}

// The world's own reader of YAML.
const yaml = createRequire(join(root, "packages/world/package.json"))("yaml") as {
  readonly parse: (text: string, options: { readonly merge: boolean }) => Compose
}
const compose = yaml.parse(readFileSync(join(root, "docker-compose.yml"), "utf8"), { merge: true })
/** As compose does, with nothing set. */
const withDefaults = (text: string) => text.replaceAll(/\$\{\w+:-([^}]*)\}/g, "$1")

const { install, postgres } = compose.services
const ours = Object.entries(compose.services).filter(([, { command }]) =>
  command?.includes("packages/server/src/bin.ts")
)
const roles: { readonly [R in Role]: true } = { all: true, gateway: true, runner: true }

describe("docker-compose.yml", () => {
  it("runs a gateway and runners, by the command that there is", () => {
    assert.deepStrictEqual(ours.map(([name]) => name).sort(), ["gateway", "runner"])
    for (const [name, { command }] of ours) {
      const [node, bin, serve, flag, role] = command!
      assert.deepStrictEqual([node, serve, flag, role], ["node", "serve", "--role", name])
      assert.isTrue(existsSync(join(root, bin!)))
      assert.isTrue(Object.hasOwn(roles, role!))
    }
  })

  it.effect("sets what the server reads, and to what it takes", () =>
    Effect.gen(function* () {
      const known = new Set(Config.variables.map(({ name }) => name))
      for (const [, { environment = {}, healthcheck, ports = [] }] of ours) {
        assert.deepStrictEqual(
          Object.keys(environment).filter((key) => !known.has(key)),
          []
        )
        const env = Object.fromEntries(
          Object.entries(environment).map(([key, value]) => [key, withDefaults(value)])
        )
        const config = yield* Config.load.pipe(
          Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env })))
        )
        const url = new URL(Redacted.value(config.database!))
        const { POSTGRES_DB, POSTGRES_PASSWORD, POSTGRES_USER } = postgres!.environment!
        assert.deepStrictEqual(
          [url.hostname, url.username, url.password, url.pathname],
          ["postgres", POSTGRES_USER!, withDefaults(POSTGRES_PASSWORD!), `/${POSTGRES_DB}`]
        )
        for (const port of ports) assert.match(port, new RegExp(`:${config.port}$`))
        assert.include(healthcheck!.test.join(" "), `127.0.0.1:${config.port}/readyz`)
      }
    })
  )

  it.effect("gives a process the time to hand over what it hosts", () =>
    Effect.gen(function* () {
      const { drainWithin } = yield* Config.load.pipe(
        Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: {} })))
      )
      for (const [, { stop_grace_period }] of ours) {
        assert.isAbove(Number.parseInt(stop_grace_period!, 10) * 1_000, drainWithin)
      }
    })
  )

  it("holds together: what services wait for and keep is there", () => {
    for (const [name, { depends_on = {}, volumes = [] }] of Object.entries(compose.services)) {
      for (const other of Object.keys(depends_on)) assert.property(compose.services, other, name)
      for (const volume of volumes.map((one) => one.split(":")[0]!)) {
        if (!volume.startsWith(".")) assert.property(compose.volumes, volume, name)
      }
    }
  })

  it("writes nothing to the checkout: its packages and its set-up are those of the host", () => {
    for (const [name, { volumes = [] }] of Object.entries(compose.services)) {
      for (const volume of volumes) {
        if (volume.startsWith(".")) assert.match(volume, /:ro$/, name)
      }
    }
    assert.include(install!.command!.join(" "), "node scripts/setup.mjs")
  })
})
