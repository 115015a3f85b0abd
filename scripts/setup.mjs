/**
 * Makes a checkout ready: installs what the lockfile says and puts Effect's diagnostics into the compiler.
 *
 * Runs before `npm start`, `npm test` and the like. Plain JavaScript without dependencies, because it runs on whatever
 * Node (20 or newer) is there before anything is installed; what it installs brings its own Node 24, which npm scripts
 * then find first. Silent and fast when there is nothing to do.
 */
import { spawn, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { delimiter, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const modules = join(root, "node_modules")
const lockfile = join(root, "package-lock.json")
const installedLockfile = join(modules, ".package-lock.json")
const stamp = join(modules, ".wr2-setup")
const busy = join(root, ".wr2", "setup.lock")

const say = (text) => process.stderr.write(`wr2: ${text}\n`)

/** What the state of node_modules is known by: the lockfile, and npm's own note of when it last changed anything. */
const fingerprint = () => {
  const hash = createHash("sha256").update(readFileSync(lockfile))
  hash.update(`${statSync(installedLockfile).mtimeMs} ${process.platform} ${process.arch}`)
  return hash.digest("hex")
}

const isReady = () => {
  try {
    return readFileSync(stamp, "utf8") === fingerprint()
  } catch {
    return false
  }
}

/** Whether node_modules already holds what the lockfile wants, as after an `npm install` by hand. */
const isInstalled = () => {
  try {
    const wanted = JSON.parse(readFileSync(lockfile, "utf8")).packages
    const present = JSON.parse(readFileSync(installedLockfile, "utf8")).packages
    return Object.entries(wanted).every(([path, { version, optional, link }]) => {
      if (path === "" || !path.startsWith("node_modules/")) return true
      const found = present[path]
      if (found === undefined) return optional === true
      return link === true || (found.version === version && existsSync(join(root, path)))
    })
  } catch {
    return false
  }
}

/** The environment for npm: without the Node that the install is about to replace. */
const environment = () => ({
  ...process.env,
  PATH: (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== join(modules, ".bin"))
    .join(delimiter)
})

const networkTrouble =
  /ECONNRESET|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|ERR_SOCKET|socket hang up|network|\b50[0234]\b/i

/** One `npm ci`, a progress line while it runs; resolves to the exit code and what it said. */
const install = () =>
  new Promise((resolve) => {
    const started = Date.now()
    const child = spawn("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: root,
      env: environment(),
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32"
    })
    let output = ""
    const keep = (chunk) => {
      output = (output + chunk).slice(-8000)
    }
    child.stdout.on("data", keep)
    child.stderr.on("data", keep)
    say("installing the locked packages (once; about a minute) ...")
    const tick = setInterval(() => {
      const seconds = Math.round((Date.now() - started) / 1000)
      if (process.stderr.isTTY) process.stderr.write(`\rwr2: installing, ${seconds} s `)
      else if (seconds % 30 < 2) say(`still installing, ${seconds} s`)
    }, 2000)
    const done = (code) => {
      clearInterval(tick)
      if (process.stderr.isTTY) process.stderr.write("\r\u001b[K")
      if (code === 0) say(`installed in ${Math.round((Date.now() - started) / 1000)} s`)
      resolve({ code, output })
    }
    child.on("error", (error) => {
      keep(String(error))
      done(1)
    })
    child.on("close", (code) => done(code ?? 1))
  })

const fail = (reason, details = "") => {
  if (details !== "") process.stderr.write(`${details.trim()}\n`)
  say(reason)
  rmSync(busy, { force: true })
  process.exit(1)
}

/** Two terminals may start on a fresh clone at once: the second waits for the first. True when it is our turn. */
const takeTurn = async () => {
  mkdirSync(join(root, ".wr2"), { recursive: true })
  for (let round = 0; !isReady(); round++) {
    try {
      writeFileSync(busy, String(process.pid), { flag: "wx" })
      return true
    } catch (error) {
      if (error.code !== "EEXIST") throw error
    }
    if (round === 1) say("another set-up is running here: waiting for it")
    await new Promise((resolve) => setTimeout(resolve, 200))
    // Its process may have been killed: then the note it left behind is nobody's.
    if (!isAlive(holderOfTurn())) rmSync(busy, { force: true })
  }
  return false
}

const holderOfTurn = () => {
  try {
    return Number(readFileSync(busy, "utf8"))
  } catch {
    return 0
  }
}

const isAlive = (pid) => {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch (error) {
    return error.code === "EPERM"
  }
}

/** Effect's diagnostics are a patch of the TypeScript binary. Without it everything still works, with fewer checks. */
const patchCompiler = () => {
  const script = join(modules, "@effect", "tsgo", "dist", "effect-tsgo.cjs")
  if (!existsSync(script)) return
  const node = join(modules, ".bin", "node")
  const patched = spawnSync(
    existsSync(node) ? node : process.execPath,
    [script, "patch", "--typescript", "--skip-missing"],
    { cwd: root, encoding: "utf8" }
  )
  if (patched.status !== 0) say(`Effect's diagnostics could not be added: ${patched.stderr.trim()}`)
}

/** Everything runs as TypeScript, on a Node that strips types: the one that was installed, or one new enough. */
const checkNode = () => {
  if (existsSync(join(modules, "node", "bin", process.platform === "win32" ? "node.exe" : "node")))
    return
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)
  if (major > 22 || (major === 22 && minor >= 19)) return
  fail(
    `Node ${process.versions.node} is too old and npm did not install Node 24 beside it, as with ignore-scripts=true. ` +
      "Run `npm rebuild node --ignore-scripts=false`, or use Node 22.19 or newer."
  )
}

const main = async () => {
  if (isReady() || !(await takeTurn())) return
  if (!isInstalled()) {
    let result = await install()
    if (result.code !== 0 && networkTrouble.test(result.output)) {
      say("the network failed, trying once more")
      result = await install()
    }
    if (result.code !== 0) {
      fail(
        "the packages could not be installed (npm's words above). Run the command again to retry.",
        result.output
      )
    }
  }
  checkNode()
  patchCompiler()
  writeFileSync(stamp, fingerprint())
  rmSync(busy, { force: true })
}

await main()
