// Loaded into a server (node --import): SIGUSR2 has it collect its garbage and say what is left, in bytes.
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

setFlagsFromString("--expose-gc")
const collect = runInNewContext("gc")

process.on("SIGUSR2", () => {
  collect({ type: "major", execution: "sync", flavor: "last-resort" })
  const { external, heapUsed, rss } = process.memoryUsage()
  process.stderr.write(`gauge ${JSON.stringify({ heap: heapUsed, external, rss })}\n`)
})
