// Runs a bundle (`compiled.mjs FILE`) as V8 compiled it the last time, the functions that were called then included: a
// process that is to be killed in its first second spends a third of it compiling. Node's own compile cache keeps only what
// was compiled at the load.
import { readFileSync, renameSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname } from "node:path"
import { setFlagsFromString } from "node:v8"
import { constants, Script } from "node:vm"

const file = process.argv[2]
const kept = `${file}.compiled`

/** Undefined: nobody has kept it yet. */
const cachedData = (() => {
  try {
    return readFileSync(kept)
  } catch {
    return undefined
  }
})()
// What is not called for a while is to be kept, too.
if (cachedData === undefined) setFlagsFromString("--no-flush-bytecode")

const parameters = "exports, require, module, __filename, __dirname"
const script = new Script(`(function (${parameters}) {${readFileSync(file, "utf8")}\n})`, {
  filename: file,
  cachedData,
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER
})

// A process that had none, or one of another V8, keeps what it comes to know, whenever a scenario is over in it.
if (cachedData === undefined || script.cachedDataRejected) {
  process.on("message", (order) => {
    if (order.do !== "retire") return
    const fresh = `${kept}.${process.pid}`
    writeFileSync(fresh, script.createCachedData())
    renameSync(fresh, kept)
  })
}

const module = { exports: {} }
script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file))
