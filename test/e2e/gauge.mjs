// Loaded into a server (node --import): SIGUSR2 has it collect its garbage and say what is left, in bytes.
// Passwords are hashed in 64 MiB each, two at once: that is bounded and comes and goes, so a look waits until none is, and
// those that come meanwhile wait for the look.
import crypto from "node:crypto"
import { syncBuiltinESMExports } from "node:module"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

setFlagsFromString("--expose-gc")
const collect = runInNewContext("gc")

const { scrypt } = crypto
const waiting = []
let hashing = 0
let looking = false

const look = () => {
  collect({ type: "major", execution: "sync", flavor: "last-resort" })
  const { external, heapUsed, rss } = process.memoryUsage()
  process.stderr.write(`gauge ${JSON.stringify({ heap: heapUsed, external, rss })}\n`)
  looking = false
  for (const begin of waiting.splice(0)) begin()
}

crypto.scrypt = (password, salt, length, options, done) => {
  const begin = () => {
    hashing++
    scrypt(password, salt, length, options, (...result) => {
      if (--hashing === 0 && looking) look()
      done(...result)
    })
  }
  if (looking) waiting.push(begin)
  else begin()
}
syncBuiltinESMExports()

process.on("SIGUSR2", () => {
  looking = true
  if (hashing === 0) look()
})
