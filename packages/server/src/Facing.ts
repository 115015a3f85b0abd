/** The address of this machine that faces another: what other machines beside it can reach us by. */
import { createSocket } from "node:dgram"
import { lookup } from "node:dns"
import { Effect } from "effect"

/** Where there is no route: only this machine can reach us. */
const nowhere = "127.0.0.1"

/**
 * The local address of the route to `host`. Nothing is sent: a UDP socket that is connected only
 * chooses its route.
 */
export const facing = (host: string): Effect.Effect<string> =>
  Effect.callback((resume) => {
    const done = (address: string) => resume(Effect.succeed(address))
    // A URL writes an IPv6 address in brackets.
    lookup(host.replace(/^\[|\]$/g, ""), (failed, address, family) => {
      if (failed !== null) return done(nowhere)
      const socket = createSocket(family === 6 ? "udp6" : "udp4")
      const close = (found: string) => {
        socket.close()
        done(found)
      }
      socket.on("error", () => close(nowhere))
      socket.connect(9, address, () => close(socket.address().address))
    })
  })
