/** The address of this machine that faces another: what other machines beside it can reach us by. */
import { createSocket } from "node:dgram"
import { Effect } from "effect"

/**
 * The local address of the route to `host`. Nothing is sent: a UDP socket that is connected only
 * chooses its route. 127.0.0.1 when there is none.
 */
export const facing = (host: string): Effect.Effect<string> =>
  Effect.callback((resume) => {
    const socket = createSocket("udp4")
    const done = (address: string) => {
      socket.close()
      resume(Effect.succeed(address))
    }
    socket.on("error", () => done("127.0.0.1"))
    socket.connect(9, host, () => done(socket.address().address))
  })
