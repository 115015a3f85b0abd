/**
 * The embedded server as people meet it: started, killed, copied, run as root and by somebody else. Real processes and
 * folders; each test has a folder of its own.
 */
import { spawnSync } from "node:child_process"
import * as Fs from "node:fs"
import { createServer } from "node:net"
import * as Path from "node:path"
import { PgConnection } from "@effect/sql-pg"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Embedded from "../src/Embedded.ts"
import {
  emptyFolder,
  fixture,
  folder,
  isRoot,
  killHard,
  makeTemplate,
  nobody,
  query,
  remember,
  remembered,
  removeTemplate,
  settingsOf,
  user
} from "./fixtures/embedded.ts"

beforeAll(makeTemplate)
afterAll(removeTemplate)

describe("Embedded", () => {
  it.live("starts, stops and starts again with everything in it", () =>
    Effect.gen(function* () {
      const dir = yield* emptyFolder
      const first = yield* Embedded.start({ dir, parameters: { work_mem: "5MB" } })
      assert.isFalse(first.adopted)
      assert.strictEqual(Fs.statSync(settingsOf(first)).mode & 0o777, 0o600)
      const [shown] = yield* query(
        first,
        "SELECT current_setting('work_mem') AS mem, current_setting('fsync') AS fsync, current_setting('server_version') AS version"
      )
      assert.deepInclude(shown, { mem: "5MB", fsync: "on" })
      assert.match(String(shown?.["version"]), /^18\./)
      yield* remember(first, "kept")
      assert.isTrue(yield* Embedded.stop({ dir }))
      assert.isFalse(yield* Embedded.stop({ dir }))
      const second = yield* Embedded.start({ dir })
      assert.isFalse(second.adopted)
      assert.strictEqual(second.port, first.port)
      assert.deepStrictEqual(yield* remembered(second), ["kept"])
    })
  )

  it.live("has one way in, and a password on it", () =>
    Effect.gen(function* () {
      const dir = yield* folder
      const server = yield* Embedded.start({ dir, fast: true })
      const [shown] = yield* query(
        server,
        "SELECT current_setting('listen_addresses') AS listens, current_setting('unix_socket_directories') AS sockets"
      )
      assert.deepEqual(shown, { listens: "127.0.0.1", sockets: "" })
      const refused = yield* PgConnection.make({
        host: "127.0.0.1",
        port: server.port,
        username: "postgres",
        database: "postgres"
      }).pipe(Effect.scoped, Effect.flip)
      assert.strictEqual(refused._tag, "SqlError")
    })
  )

  it.live("is out of reach of Ctrl-C in our terminal", () =>
    Effect.gen(function* () {
      const dir = yield* folder
      const { pid } = yield* Embedded.start({ dir, fast: true })
      const groupOf = (process: number) =>
        spawnSync("ps", ["-o", "pgid=", "-p", String(process)], { encoding: "utf8" }).stdout.trim()
      assert.strictEqual(groupOf(pid), String(pid))
    })
  )

  it.live("is started once by two who come at the same time", () =>
    Effect.gen(function* () {
      const dir = yield* emptyFolder
      const options = { dir, fast: true }
      const [one, two] = yield* Effect.all([Embedded.start(options), Embedded.start(options)], {
        concurrency: 2
      })
      assert.strictEqual(one.pid, two.pid)
      assert.notStrictEqual(one.adopted, two.adopted)
    })
  )

  it.live("is adopted after kill -9 of the process that started it", () =>
    Effect.gen(function* () {
      const dir = yield* folder
      const before = yield* user(dir)
      yield* killHard(before.child)
      const after = yield* Embedded.start({ dir, fast: true })
      assert.isTrue(after.adopted)
      assert.strictEqual(after.pid, before.server.pid)
      assert.strictEqual(after.port, before.server.port)
    })
  )

  it.live("recovers after kill -9 of the server itself", () =>
    Effect.gen(function* () {
      const dir = yield* folder
      const before = yield* Embedded.start({ dir })
      yield* remember(before, "committed")
      process.kill(before.pid, "SIGKILL")
      const after = yield* Embedded.start({ dir })
      assert.isFalse(after.adopted)
      assert.deepStrictEqual(yield* remembered(after), ["committed"])
    })
  )

  it.live("is not fooled by the pid file of a stranger", () =>
    Effect.gen(function* () {
      const dir = yield* folder
      const server = yield* Embedded.start({ dir, fast: true })
      const pidFile = Path.join(server.dataDir, "postmaster.pid")
      const lines = Fs.readFileSync(pidFile, "utf8").split("\n")
      yield* Embedded.stop({ dir })
      Fs.writeFileSync(pidFile, [String(process.pid), ...lines.slice(1)].join("\n"))
      const again = yield* Embedded.start({ dir, fast: true })
      assert.isFalse(again.adopted)
      assert.notStrictEqual(again.pid, process.pid)
    })
  )

  it.live("has its own server in a copied folder, while the original runs", () =>
    Effect.gen(function* () {
      const dir = yield* folder
      const copy = yield* emptyFolder
      const original = yield* Embedded.start({ dir, fast: true })
      yield* remember(original, "in both")
      yield* Embedded.stop({ dir })
      spawnSync("cp", ["-a", dir, copy])
      const running = yield* Embedded.start({ dir, fast: true })
      Fs.cpSync(
        Path.join(running.dataDir, "postmaster.pid"),
        Path.join(copy, "postgres", "data", "postmaster.pid")
      )
      const other = yield* Embedded.start({ dir: copy, fast: true })
      assert.isFalse(other.adopted)
      assert.notStrictEqual(other.pid, running.pid)
      assert.notStrictEqual(other.port, running.port)
      yield* remember(other, "in the copy")
      assert.deepStrictEqual(yield* remembered(running), ["in both"])
      assert.deepStrictEqual(yield* remembered(other), ["in both", "in the copy"])
    })
  )

  it.live("goes on in a folder that was moved while it ran", () =>
    Effect.gen(function* () {
      const dir = yield* folder
      const before = yield* Embedded.start({ dir, fast: true })
      const moved = yield* emptyFolder
      Fs.renameSync(dir, moved)
      const after = yield* Embedded.start({ dir: moved, fast: true })
      assert.isTrue(after.adopted)
      assert.strictEqual(after.pid, before.pid)
    })
  )

  it.live("takes another port when somebody has its own", () =>
    Effect.gen(function* () {
      const dir = yield* folder
      const before = yield* Embedded.start({ dir, fast: true })
      yield* remember(before, "kept")
      yield* Embedded.stop({ dir })
      yield* Effect.acquireRelease(
        Effect.callback<ReturnType<typeof createServer>>((resume) => {
          const thief = createServer((socket) => socket.destroy())
          thief.listen(before.port, "127.0.0.1", () => resume(Effect.succeed(thief)))
        }),
        (thief) => Effect.sync(() => thief.close())
      )
      const after = yield* Embedded.start({ dir, fast: true })
      assert.notStrictEqual(after.port, before.port)
      assert.deepStrictEqual(yield* remembered(after), ["kept"])
    })
  )

  it.live("stays while another process uses it and goes with the last", () =>
    Effect.gen(function* () {
      const dir = yield* folder
      const other = yield* user(dir)
      const use = Embedded.acquire({ dir, fast: true }).pipe(Effect.scoped)
      assert.isTrue((yield* use).adopted)
      assert.isTrue((yield* use).adopted)
      yield* killHard(other.child)
      assert.isTrue((yield* use).adopted)
      assert.isFalse(yield* Embedded.stop({ dir }))
    })
  )

  it.live("stops in time with sessions open, and keeps what was committed", () =>
    Effect.gen(function* () {
      const dir = yield* folder
      const server = yield* Embedded.start({ dir })
      const session = yield* PgConnection.make({ url: server.url })
      yield* session.query("CREATE TABLE note (text text)")
      yield* session.query("INSERT INTO note VALUES ('committed')")
      yield* session.query("BEGIN")
      yield* session.query("INSERT INTO note VALUES ('not committed')")
      assert.isTrue(yield* Embedded.stop({ dir, stopTimeout: "10 seconds" }))
      const again = yield* Embedded.start({ dir })
      assert.deepStrictEqual(yield* remembered(again), ["committed"])
    })
  )

  it.live("is restarted for other settings when nobody uses it", () =>
    Effect.gen(function* () {
      const dir = yield* folder
      const fsync = (server: Embedded.Server) =>
        query(server, "SHOW fsync").pipe(Effect.map((rows) => rows[0]?.["fsync"]))
      const before = yield* user(dir)
      yield* killHard(before.child)
      const after = yield* Embedded.start({ dir })
      assert.isFalse(after.adopted)
      assert.strictEqual(yield* fsync(after), "on")
    })
  )

  it.live("says what is wrong with the data instead of touching them", () =>
    Effect.gen(function* () {
      const dir = yield* folder
      const server = yield* Embedded.start({ dir, fast: true })
      yield* Embedded.stop({ dir })
      const version = Path.join(server.dataDir, "PG_VERSION")
      const settings = settingsOf(server)

      Fs.writeFileSync(version, "17\n")
      const older = yield* Effect.flip(Embedded.start({ dir, fast: true }))
      assert.strictEqual(older.reason, "Data")
      assert.include(older.message, "PostgreSQL 17")
      Fs.writeFileSync(version, "18\n")

      const text = Fs.readFileSync(settings, "utf8")
      Fs.writeFileSync(settings, "{")
      const damaged = yield* Effect.flip(Embedded.start({ dir, fast: true }))
      assert.strictEqual(damaged.reason, "Data")
      assert.include(damaged.message, settings)
      Fs.writeFileSync(settings, text)

      Fs.rmSync(Path.join(server.dataDir, "global"), { recursive: true })
      const ruined = yield* Effect.flip(Embedded.start({ dir, fast: true }))
      assert.strictEqual(ruined.reason, "Failed")
      assert.include(ruined.message, "global")
    })
  )

  it.live.runIf(isRoot)("runs for root below a folder that only root can enter", () =>
    Effect.gen(function* () {
      const dir = yield* folder
      Fs.chmodSync(Path.dirname(dir), 0o700)
      const server = yield* Embedded.start({ dir, fast: true })
      assert.strictEqual(Fs.statSync(server.dataDir).uid, nobody.uid)
      yield* remember(server, "kept")
      yield* Embedded.stop({ dir })

      // On a machine without setpriv, or without the right to use it, database and binaries move out.
      const outside = yield* emptyFolder
      const options = { dir, fast: true, setpriv: "/nonexistent/setpriv", outside: [outside] }
      const moved = yield* Embedded.start(options)
      assert.isTrue(moved.dataDir.startsWith(outside))
      assert.include(Fs.readFileSync(Path.join(dir, "where"), "utf8"), outside)
      assert.deepStrictEqual(yield* remembered(moved), ["kept"])
      yield* remember(moved, "kept as well")
      yield* Embedded.stop({ dir })

      const again = yield* Embedded.start({ dir, fast: true })
      assert.strictEqual(again.dataDir, moved.dataDir)
      assert.deepStrictEqual(yield* remembered(again), ["kept", "kept as well"])
      yield* Embedded.stop({ dir })

      const nowhere = yield* emptyFolder
      const refused = yield* Effect.flip(
        Effect.sync(() => {
          Fs.mkdirSync(nowhere)
          Fs.chmodSync(Path.dirname(nowhere), 0o700)
        }).pipe(
          Effect.andThen(
            Embedded.start({ dir: nowhere, setpriv: "/nonexistent/setpriv", outside: [nowhere] })
          )
        )
      )
      assert.strictEqual(refused.reason, "Privileges")
      assert.deepStrictEqual(
        Fs.readdirSync(nowhere).filter((name) => name.startsWith("database-")),
        []
      )
    })
  )

  /** Whether nobody can run our code at all: a checkout in root's home is closed to them. */
  const isOpen =
    isRoot &&
    spawnSync(process.execPath, ["-e", `require("fs").accessSync(${JSON.stringify(fixture)})`], {
      ...nobody,
      cwd: "/"
    }).status === 0

  it.live.runIf(isOpen)("runs for an ordinary user, and for root in that user's folder", () =>
    Effect.gen(function* () {
      const dir = yield* emptyFolder
      Fs.chownSync(Path.dirname(dir), nobody.uid, nobody.gid)
      const before = yield* user(dir, nobody)
      assert.strictEqual(Fs.statSync(Path.join(dir, "postgres", "data")).uid, nobody.uid)
      yield* killHard(before.child)

      const byRoot = yield* Embedded.start({ dir, fast: true })
      assert.strictEqual(byRoot.pid, before.server.pid)
      yield* Embedded.stop({ dir })
      yield* Embedded.start({ dir, fast: true })
      yield* Embedded.stop({ dir })

      const after = yield* user(dir, nobody)
      assert.isFalse(after.server.adopted)
    })
  )

  it.live.runIf(isOpen)("tells an ordinary user that the folder is somebody else's", () =>
    Effect.gen(function* () {
      const dir = yield* folder
      yield* Embedded.start({ dir, fast: true })
      const said = yield* Effect.sync(
        () =>
          spawnSync(process.execPath, [fixture, dir, "once"], {
            ...nobody,
            cwd: "/",
            encoding: "utf8"
          }).stderr
      )
      assert.include(said, "EmbeddedError")
    })
  )
})
