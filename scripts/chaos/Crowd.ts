/** Takes up all of a database's connections, but for those that it keeps for its superusers. */
import { PgClient, PgConnection } from "@effect/sql-pg"
import * as Harness from "@wr2/testkit/Harness"
import { Effect, Redacted } from "effect"
import type { Arena, Member } from "./Arena.ts"

const name = "chaos_crowd"
/** How many at once ask for a connection, again and again: whatever is let go of is theirs at once. */
const pushing = 6
const pushAgain = 15
const fullWithin = 15_000
const refusedWithin = 6_000
/** How long the crowd stays when somebody was turned away. */
const staying = 2_000

/** What the server says to who comes too late (too_many_connections). */
const tooMany = "C53300\0"

const role = `DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') THEN
    CREATE ROLE ${name} LOGIN PASSWORD '${name}';
  END IF;
END $$`

const urlOf = (arena: Arena): Redacted.Redacted => {
  const url = new URL(Redacted.value(arena.url))
  url.username = url.password = name
  return Redacted.make(url.href)
}

/**
 * Fills the server, cuts a process off from it, which has to compete for connections then, and lets
 * go of them some seconds after that process was turned away.
 */
export const exhaust = (arena: Arena, member: Member) =>
  Effect.gen(function* () {
    yield* arena.sql(Effect.flatMap(PgClient.PgClient, (sql) => sql.unsafe(role)))
    let [full, refused] = [false, false]
    member.proxy.judge(
      () => "pass",
      (chunk) => {
        if (chunk.includes(tooMany)) refused = true
        return "pass"
      }
    )
    const push = PgConnection.make({ url: urlOf(arena), applicationName: name }).pipe(
      Effect.catch((error) => {
        if ((error.reason.cause as { readonly code?: string }).code === "53300") full = true
        return Effect.sleep(pushAgain)
      }),
      Effect.forever
    )
    yield* Effect.forEach(Array.from({ length: pushing }), () => Effect.forkScoped(push))
    yield* Harness.waitUntil(
      "the database is full",
      Effect.sync(() => full),
      { within: fullWithin }
    )
    yield* Harness.waitUntil(
      `${member.name} is turned away`,
      Effect.andThen(
        member.proxy.cut,
        Effect.andThen(
          Effect.sleep(400),
          Effect.sync(() => refused)
        )
      ),
      { within: refusedWithin }
    )
    yield* Effect.sleep(staying)
    return true
  }).pipe(Effect.scoped)
