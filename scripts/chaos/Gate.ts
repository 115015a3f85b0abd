/** The way of one client to the gateways: it can be cut, fall silent, or stop being read. */
import * as Net from "node:net"
import { Effect } from "effect"
import type { Scope } from "effect"

/** A client's way. */
export interface Gate {
  /** Where the client connects to. */
  readonly url: string
  /** Ends its connections. */
  readonly cut: () => void
  /** From now on nothing passes on the connections that there are; they stay open. */
  readonly mute: () => void
  /** What the server sends is not read any more, or is again. */
  readonly pause: (on: boolean) => void
}

interface Pair {
  readonly client: Net.Socket
  readonly server: Net.Socket
  muted: boolean
}

/** Opens a way; it is closed with the scope. `target` is asked for each new connection. */
export const make = (target: () => number): Effect.Effect<Gate, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<Gate & { readonly close: () => void }>((resume) => {
      const pairs = new Set<Pair>()
      let paused = false
      const end = (pair: Pair) => {
        pairs.delete(pair)
        pair.client.destroy()
        pair.server.destroy()
      }
      const listener = Net.createServer((client) => {
        const server = Net.connect(target(), "127.0.0.1")
        const pair: Pair = { client, server, muted: false }
        pairs.add(pair)
        for (const [one, other] of [
          [client, server],
          [server, client]
        ] as const) {
          one.setNoDelay(true)
          one.on("error", () => end(pair))
          one.on("close", () => end(pair))
          one.on("data", (chunk) => {
            // Who is not read is made to wait, as TCP does.
            if (pair.muted || !other.writable || other.write(chunk)) return
            one.pause()
            other.once("drain", () => (paused && one === server ? undefined : one.resume()))
          })
        }
        if (paused) server.pause()
      })
      listener.listen(0, "127.0.0.1", () => {
        const { port } = listener.address() as Net.AddressInfo
        const cut = () => pairs.forEach(end)
        resume(
          Effect.succeed({
            url: `http://127.0.0.1:${port}`,
            cut,
            mute: () => pairs.forEach((pair) => (pair.muted = true)),
            pause: (on) => {
              paused = on
              for (const { server } of pairs) {
                if (on) server.pause()
                else server.resume()
              }
            },
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
