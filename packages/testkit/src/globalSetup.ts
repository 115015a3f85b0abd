/**
 * Vitest's `globalSetup` of every project that needs a database: one server for the whole run.
 *
 * DATABASE_URL, where it is set (its role must be allowed to create databases); else an embedded
 * server in `.wr2/test`, which runs share that go on at the same time: the last to go stops it.
 * Every run has a prefix of its own for its databases, and drops what is left of them.
 */
import { fileURLToPath } from "node:url"
import * as Embedded from "@wr2/postgres/Embedded"
import { Effect, Exit, Redacted, Scope } from "effect"
import * as PgFixture from "./PgFixture.ts"

const dir = fileURLToPath(new URL("../../../.wr2/test", import.meta.url))

const embedded = Effect.map(
  Embedded.acquire({
    dir,
    database: "postgres",
    fast: true,
    parameters: { max_connections: 200 }
  }),
  ({ url }) => url
)

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Starts the server, tells the test files where it is, and answers how to end it. */
export default async function setup(): Promise<() => Promise<void>> {
  // Vitest runs this once for each project that names it; the first does the work.
  if (process.env[PgFixture.variable] !== undefined) return async () => {}
  const given = process.env["DATABASE_URL"]
  const scope = Scope.makeUnsafe()
  const url = await Effect.runPromise(
    Scope.provide(given === undefined ? embedded : Effect.succeed(Redacted.make(given)), scope)
  )
  const prefix = `${PgFixture.family}${process.pid}_`
  process.env[PgFixture.variable] = JSON.stringify({ url: Redacted.value(url), prefix })
  const drop = (which: (name: string) => boolean) =>
    Effect.runPromise(PgFixture.dropWhere(url, which))
  // What runs left that were killed. On a server of somebody's own their processes may be elsewhere.
  if (given === undefined) await drop((name) => !isAlive(PgFixture.runOf(name)))
  return async () => {
    delete process.env[PgFixture.variable]
    await drop((name) => name.startsWith(prefix))
    await Effect.runPromise(Scope.close(scope, Exit.void))
  }
}
