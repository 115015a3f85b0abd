/**
 * Where the process begins. What V8 compiled is kept from run to run, which has to be said before
 * anything else is loaded: a third less time to start, and 25 MB less memory.
 */
import { enableCompileCache } from "node:module"
import { fileURLToPath } from "node:url"

// A folder of the package's own: in the shared temporary folder anybody could put code for us to run.
enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/", import.meta.url)))
await import("./commands/wr2.ts")
