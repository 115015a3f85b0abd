/**
 * A TCP proxy with a fixed delay, which can also lose things: for tests that count round trips, and
 * tests of what becomes of a transaction whose connection is lost at a given moment.
 */
import * as Net from "node:net"
import { Effect, Redacted } from "effect"
import type { Scope } from "effect"

/** What becomes of a chunk that a client sends. */
export type Fate =
  /** It passes. */
  | "pass"
  /** Both connections are cut; the server never sees it. */
  | "cut"
  /** It passes, but no answer comes back: the server's side is cut when it has answered. */
  | "lose the answer"
  /** It passes, and nothing comes back any more; the connection stays open. */
  | "swallow"

export interface DelayProxy {
  readonly port: number
  /** A database's URL through the proxy. */
  readonly url: (url: Redacted.Redacted) => Redacted.Redacted
  /** Decides about every chunk from clients, from now on. */
  readonly judge: (fate: (chunk: string) => Fate) => void
  /** Cuts all connections now. */
  readonly cut: Effect.Effect<void>
  /** How often a client spoke again after it had heard something: turns, whatever the clock says. */
  readonly turns: () => number
}

/** One pair of connections. */
const pair = (client: Net.Socket, server: Net.Socket, delayMillis: number) => {
  const state = { silent: false, heard: false, turns: 0 }
  const end = () => {
    client.destroy()
    server.destroy()
  }
  const later = (f: () => void) => (delayMillis === 0 ? f() : setTimeout(f, delayMillis))
  for (const socket of [client, server]) {
    socket.setNoDelay(true)
    socket.on("error", end)
    socket.on("close", () => later(end))
  }
  server.on("data", (chunk) => {
    state.heard = true
    if (!state.silent) later(() => client.writable && client.write(chunk))
  })
  return { state, end, later, send: (chunk: Buffer) => server.writable && server.write(chunk) }
}

/** Listens until the scope closes. `delayMillis` is for each direction: a round trip is twice that. */
export const make = (options: {
  readonly url: Redacted.Redacted
  readonly delayMillis?: number
}): Effect.Effect<DelayProxy, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<DelayProxy & { readonly close: () => void }>((resume) => {
      const target = new URL(Redacted.value(options.url))
      const pairs = new Set<ReturnType<typeof pair>>()
      let judge: (chunk: string) => Fate = () => "pass"
      let turns = 0
      const listener = Net.createServer((client) => {
        const server = Net.connect(Number(target.port || 5432), target.hostname)
        const one = pair(client, server, options.delayMillis ?? 0)
        pairs.add(one)
        client.on("close", () => pairs.delete(one))
        client.on("data", (chunk) => {
          if (one.state.heard) {
            one.state.heard = false
            turns++
          }
          switch (judge(chunk.toString("latin1"))) {
            case "pass":
              return one.later(() => one.send(chunk))
            case "cut":
              return one.end()
            case "lose the answer":
              one.state.silent = true
              server.once("data", one.end)
              return one.later(() => one.send(chunk))
            case "swallow":
              one.state.silent = true
              return one.later(() => one.send(chunk))
          }
        })
      })
      const cut = () => pairs.forEach((one) => one.end())
      listener.listen(0, "127.0.0.1", () => {
        const { port } = listener.address() as Net.AddressInfo
        resume(
          Effect.succeed({
            port,
            url: (url) => {
              const through = new URL(Redacted.value(url))
              through.hostname = "127.0.0.1"
              through.port = String(port)
              return Redacted.make(through.href)
            },
            judge: (fate) => {
              judge = fate
            },
            cut: Effect.sync(cut),
            turns: () => turns,
            close: () => {
              cut()
              listener.close()
            }
          })
        )
      })
    }),
    ({ close }) => Effect.sync(close)
  )
