/** Listens on the port given, and does nothing else: somebody who was there first. */
import { createServer } from "node:net"

const port = Number(process.argv[2])
createServer().listen(port, "127.0.0.1", () => console.log("listening"))
