/**
 * What chaos is made in: a Postgres of its own, and runner and gateway processes, each behind a proxy
 * of its own on its way to the database. All of it ends by process id, however the run ends: a small
 * process of its own sees to that when this one is killed.
 */
import * as ChildProcess from "node:child_process"
import * as Fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { PgClient } from "@effect/sql-pg"
import * as Embedded from "@wr2/postgres/Embedded"
import * as DelayProxy from "@wr2/testkit/DelayProxy"
import * as Harness from "@wr2/testkit/Harness"
import { Effect, Redacted, Scope } from "effect"

/** However busy the machine is: how soon a process starts is not what is tried here. */
const startWithin = 180_000

/** A place in the cluster: a process, and another one after it. */
export interface Member {
  readonly role: "runner" | "gateway"
  readonly name: string
  readonly port: number
  /** Its way to the database. */
  readonly proxy: DelayProxy.DelayProxy
  readonly process: () => Harness.Process
  /** Starts it anew; waits until it is ready. */
  readonly start: Effect.Effect<void, Harness.HarnessError>
  /** The same, with this in its environment. */
  readonly startWith: (
    env: Readonly<Record<string, string>>
  ) => Effect.Effect<void, Harness.HarnessError>
  /** Somebody is at it: one fault at a time. */
  busy: boolean
  /** All that its processes printed. */
  readonly output: () => string
}

export interface Arena {
  readonly url: Redacted.Redacted
  readonly members: ReadonlyArray<Member>
  /** Kills the database as a crash of its machine would, and starts it again after so many milliseconds. */
  readonly crash: (
    millis: number
  ) => Effect.Effect<void, Embedded.EmbeddedError | Harness.HarnessError>
  /** Runs SQL on a connection of its own, past every proxy. */
  readonly sql: <A, E>(
    f: Effect.Effect<A, E, PgClient.PgClient>
  ) => Effect.Effect<A, E | { readonly _tag: "SqlError" }>
}

const reaper = `
const pids = new Map(); let rest = ""
process.stdin.on("data", (data) => {
  const lines = (rest + data).split("\\n"); rest = lines.pop()
  for (const line of lines) { const [op, pid, signal] = line.split(" "); op === "+" ? pids.set(+pid, signal) : pids.delete(+pid) }
})
process.stdin.on("end", () => {
  for (const [pid, signal] of pids) try { process.kill(pid, signal) } catch {}
  setTimeout(() => require("fs").rmSync(process.argv[1], { recursive: true, force: true }), pids.size === 0 ? 0 : 1500)
})
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {})
`

/** Whether there is such a process, on any system. */
const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"
  }
}

/** Ends what is still there when this process is gone, in whatever way it went. */
const watch = (dir: string) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() =>
        ChildProcess.spawn(process.execPath, ["-e", reaper, dir], {
          stdio: ["pipe", "ignore", "ignore"],
          detached: true
        })
      ),
      (child) => Effect.sync(() => child.stdin.end())
    ),
    (child) => {
      child.stdin.on("error", () => {})
      return {
        add: (pid: number, signal: "SIGKILL" | "SIGQUIT") =>
          void child.stdin.write(`+ ${pid} ${signal}\n`),
        drop: (pid: number) => void child.stdin.write(`- ${pid}\n`)
      }
    }
  )

const member = Effect.fnUntraced(function* (options: {
  readonly role: Member["role"]
  readonly name: string
  readonly url: Redacted.Redacted
  readonly content: string
  readonly started: (pid: number) => void
}) {
  const { content, name, role, url } = options
  const scope = yield* Effect.scope
  const proxy = yield* DelayProxy.make({ url })
  const port = yield* Harness.freePort
  let current: Harness.Process | undefined
  let before = ""
  /** One that ends while it starts (no database, say) is started again, as a supervisor would. */
  const startWith: Member["startWith"] = (env) =>
    Effect.gen(function* () {
      before += current?.output() ?? ""
      const process = yield* Harness.start({
        name,
        script: Harness.wr2,
        args: ["serve", "--role", role],
        env: {
          DATABASE_URL: Redacted.value(proxy.url(url)),
          PORT: String(port),
          HOST: "127.0.0.1",
          WR2_CONTENT: content,
          WR2_LOG: "json",
          WR2_LOG_LEVEL: "Info",
          // Gateways know the database by different ports: the secret must not depend on it.
          WR2_SECRET: "chaos chaos chaos chaos chaos chaos",
          ...env
        }
      })
      current = process
      options.started(process.pid)
      yield* Harness.waitUntil(
        `${name} is ready`,
        Effect.map(
          Harness.get(`http://127.0.0.1:${port}/readyz`),
          (got) => !process.isRunning() || got?.status === 200
        ),
        { within: startWithin, every: 100, explain: () => process.output().slice(-2_000) }
      )
    }).pipe(
      Effect.repeat({ until: () => current?.isRunning() === true, times: 5 }),
      Scope.provide(scope),
      Effect.asVoid
    )
  return {
    role,
    name,
    port,
    proxy,
    process: () => current!,
    start: startWith({}),
    startWith,
    busy: false,
    output: () => before + (current?.output() ?? "")
  } satisfies Member
})

/** Opens the arena; everything in it runs. */
export const make = Effect.fnUntraced(function* (options: {
  readonly runners: number
  readonly gateways: number
  /** The folder of the world. */
  readonly content: string
}) {
  const dir = Fs.mkdtempSync(join(tmpdir(), "wr2-chaos-"))
  const watched = yield* watch(dir)
  let server = yield* Effect.acquireRelease(Embedded.start({ dir }), () =>
    Effect.andThen(
      Effect.ignore(Embedded.stop({ dir })),
      Effect.sync(() => {
        watched.drop(server.pid)
        Fs.rmSync(dir, { recursive: true, force: true })
      })
    )
  )
  watched.add(server.pid, "SIGQUIT")
  const { url } = server
  const started = (pid: number) => watched.add(pid, "SIGKILL")
  const named = (role: Member["role"], count: number) =>
    Effect.forEach(
      Array.from({ length: count }, (_, i) => i + 1),
      (i) => member({ role, name: `${role} ${i}`, url, content: options.content, started })
    )
  const members = [
    ...(yield* named("runner", options.runners)),
    ...(yield* named("gateway", options.gateways))
  ]
  // The first migrates; the others at once.
  yield* members[0]!.start
  yield* Effect.forEach(members.slice(1), ({ start }) => start, { concurrency: 2, discard: true })

  return {
    url,
    members,
    crash: (millis) =>
      Effect.gen(function* () {
        const { pid } = server
        process.kill(pid, "SIGQUIT")
        yield* Harness.waitUntil(
          "Postgres is gone",
          Effect.sync(() => !isThere(pid))
        )
        watched.drop(pid)
        yield* Effect.sleep(millis)
        server = yield* Embedded.start({ dir })
        watched.add(server.pid, "SIGQUIT")
      }),
    sql: (f) => Effect.provide(f, PgClient.layer({ url, maxConnections: 1 }))
  } satisfies Arena
})
