/**
 * Colyseus: a hundred clients in one room, in memory. Each says something as soon as it has heard itself
 * say the last; what is counted is what clients are told. The server is a process of its own.
 */
import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"

const clients = 100

if (process.argv[2] === "colyseus-server") {
  const { Room, Server } = await import("@colyseus/core")
  const { WebSocketTransport } = await import("@colyseus/ws-transport")
  class Square extends Room {
    onCreate() {
      this.maxClients = clients
      this.autoDispose = false
      this.onMessage("say", (client, text) => {
        this.broadcast("said", { by: client.sessionId, text })
      })
    }
  }
  const server = new Server({ transport: new WebSocketTransport(), greet: false })
  server.define("square", Square)
  for (let port = 20_000 + (process.pid % 20_000); ; port++) {
    try {
      await server.listen(port, "127.0.0.1")
      process.send({ port })
      break
    } catch (error) {
      if (error.code !== "EADDRINUSE") throw error
    }
  }
}

export const colyseus = async ({ seconds }) => {
  const { Client } = await import("@colyseus/sdk")
  const server = fork(fileURLToPath(import.meta.url), ["colyseus-server"], {
    stdio: ["ignore", "ignore", "inherit", "ipc"]
  })
  try {
    const { port } = await new Promise((resolve, reject) => {
      server.once("message", resolve)
      server.once("exit", () => reject(new Error("colyseus: the server ended")))
    })
    const from = performance.now() + seconds * 500 + 2_000
    const until = from + seconds * 1_000
    const latencies = []
    let told = 0
    const client = new Client(`http://127.0.0.1:${port}`)
    const rooms = []
    for (let i = 0; i < clients; i++) rooms.push(await client.joinOrCreate("square"))
    await Promise.all(
      rooms.map(
        (room) =>
          new Promise((resolve) => {
            let asked = performance.now()
            room.onMessage("said", ({ by }) => {
              const now = performance.now()
              if (now >= from && now < until) told++
              if (by !== room.sessionId) return
              if (now >= from && now < until) latencies.push(now - asked)
              if (now >= until) return resolve()
              asked = now
              room.send("say", "So it is.")
            })
            room.send("say", "So it is.")
          })
      )
    )
    latencies.sort((a, b) => a - b)
    const at = (share) => latencies[Math.floor((latencies.length - 1) * share)] ?? null
    return { perSecond: told / seconds, p50: at(0.5), p99: at(0.99) }
  } finally {
    server.kill("SIGKILL")
  }
}
