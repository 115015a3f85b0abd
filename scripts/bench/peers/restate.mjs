/** Restate: a virtual object a character, its room kept in Restate's own store (no SQL, no Event). */
import { spawn } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as clients from "@restatedev/restate-sdk-clients"
import { measure } from "./measure.mjs"
import { some } from "./move.mjs"

// Read when the SDK is loaded; at its default it tells of every call.
process.env.RESTATE_LOGGING = "ERROR"
const restate = await import("@restatedev/restate-sdk")

const character = restate.object({
  name: "character",
  handlers: {
    move: async (ctx, room) => {
      const moves = (await ctx.get("moves")) ?? 0
      ctx.set("room", room)
      ctx.set("moves", moves + 1)
      return moves + 1
    }
  }
})

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

const until = async (what, test) => {
  for (let i = 0; i < 300; i++) {
    try {
      if (await test()) return
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`restate: ${what} did not come`)
}

export const restateObjects = async ({ seconds }) => {
  const [service, ingress, admin, node] = await Promise.all(Array.from({ length: 4 }, freePort))
  const dir = await mkdtemp(join(tmpdir(), "restate-"))
  const config = join(dir, "restate.toml")
  await writeFile(
    config,
    `base-dir = ${JSON.stringify(dir)}
log-filter = "warn"
disable-telemetry = true
bind-address = "127.0.0.1:${node}"
advertised-address = "http://127.0.0.1:${node}/"
[ingress]
bind-address = "127.0.0.1:${ingress}"
[admin]
bind-address = "127.0.0.1:${admin}"
`
  )
  // Its own binary: the package's command starts it as a child, which would outlive a kill.
  const binary = fileURLToPath(
    import.meta.resolve(
      `@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`
    )
  )
  const server = spawn(
    binary,
    ["--config-file", config, "--no-logo", "--listen-mode", "tcp", "--node-name", "peer"],
    { stdio: ["ignore", "ignore", "inherit"], cwd: dir }
  )
  try {
    await restate.serve({ services: [character], port: service })
    const api = `http://127.0.0.1:${admin}`
    await until("its admin", async () => (await fetch(`${api}/health`)).ok)
    await until("the deployment", async () => {
      const answer = await fetch(`${api}/deployments`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ uri: `http://127.0.0.1:${service}` })
      })
      return answer.ok
    })
    const client = clients.connect({ url: `http://127.0.0.1:${ingress}` })
    process.once("SIGTERM", () => {
      server.kill("SIGKILL")
      process.exit(1)
    })
    return await measure({
      seconds,
      inFlight: 64,
      submit: () => {
        const { character: id, instance, room } = some()
        return client.objectClient(character, `${instance}/${id}`).move(room)
      }
    })
  } finally {
    server.kill("SIGKILL")
    await new Promise((resolve) => server.once("exit", resolve))
    await rm(dir, { recursive: true, force: true })
  }
}
