/** The faults, done: each comes back when it is over, and says whether it really happened. */
import { hostname } from "node:os"
import { PgClient } from "@effect/sql-pg"
import * as Harness from "@wr2/testkit/Harness"
import type { Judge } from "@wr2/testkit/DelayProxy"
import { Effect } from "effect"
import type { Arena, Member } from "./Arena.ts"
import type { Bot } from "./Bots.ts"
import { exhaust } from "./Crowd.ts"
import { freezeReader } from "./MidResult.ts"
import type { Kind } from "./Schedule.ts"

/** Longer than a lease (4 s) and its refreshing. */
const pastLease = 6_500
/** How long a fault waits for its moment: a transaction, a COMMIT. */
const momentWithin = 4_000
/** How far off a clock is, and how long it stays so (milliseconds). */
const offBy = 5 * 60_000
const offFor = 3_000
const offClock = new URL("./offClock.ts", import.meta.url).href

/** How many of a role are to be free: one is left in peace, or there is nothing to break. */
const peaceful = 2
/** Who loses connections, but neither its life nor its time, may be the only one. */
const single = 1

type Strike = (pick: number) => Effect.Effect<boolean, unknown>

/** The faults of an arena with its players. */
export const strikes = (arena: Arena, bots: ReadonlyArray<Bot>): Readonly<Record<Kind, Strike>> => {
  const ofRole = (role: Member["role"]) => arena.members.filter((member) => member.role === role)

  /** The pids that own something, by the database; nobody while it is away. */
  const owners = arena
    .sql(
      Effect.flatMap(PgClient.PgClient, (sql) =>
        sql.unsafe<{ runner: string }>(
          "SELECT runner FROM wr2.instance_owner WHERE released_at IS NULL ORDER BY instance_id"
        )
      )
    )
    .pipe(
      Effect.map((rows) => rows.map(({ runner }) => Number(runner.slice(hostname().length + 1)))),
      Effect.timeout(1_000),
      Effect.catchCause(() => Effect.succeed([]))
    )

  /**
   * Does something to a member that nobody else is at; of the runners, to one that owns an instance:
   * to no other, where only owners have such moments.
   */
  const at = (
    role: Member["role"] | "owner",
    pick: number,
    f: (member: Member) => Effect.Effect<boolean, unknown>,
    least = peaceful
  ) =>
    Effect.gen(function* () {
      const free = ofRole(role === "owner" ? "runner" : role).filter(({ busy }) => !busy)
      if (free.length < least) return false
      const owning = role === "gateway" ? [] : yield* owners
      const best = free.filter((member) => owning.includes(member.process().pid))
      const among = best.length > 0 || role === "owner" ? best : free
      const member = among[pick % among.length]
      if (member === undefined || member.busy) return false
      member.busy = true
      return yield* Effect.ensuring(
        f(member),
        Effect.sync(() => {
          member.proxy.judge(() => "pass")
          member.busy = false
        })
      )
    })

  const killed = (role: Member["role"]) => (pick: number) =>
    at(role, pick, (member) =>
      Effect.gen(function* () {
        yield* member.process().kill
        yield* Effect.sleep(500 + (pick % 2_000))
        yield* member.start
        return true
      })
    )

  /** Told to stop, and started again, as a deploy does it. */
  const drained = (role: Member["role"]) => (pick: number) =>
    at(role, pick, (member) =>
      Effect.gen(function* () {
        yield* member.process().stop()
        yield* member.start
        return true
      })
    )

  const frozen = (role: Member["role"]) => (pick: number) =>
    at(role, pick, (member) =>
      Effect.gen(function* () {
        yield* member.process().freeze
        yield* Effect.ensuring(Effect.sleep(pastLease), member.process().thaw)
        return true
      })
    )

  /** A time of day that is wrong from the start, then wrong the other way, then put right, all in one process. */
  const offByMinutes = (role: Member["role"], pick: number) =>
    at(role, pick, (member) =>
      Effect.gen(function* () {
        const first = pick % 4 < 2 ? offBy : -offBy
        yield* member.process().kill
        yield* member.startWith({
          NODE_OPTIONS: `--import=${offClock}`,
          WR2_CHAOS_CLOCK: `${first},${-first}`
        })
        for (const off of [first, -first, 0]) {
          yield* Harness.waitUntil(
            `${member.name} is off by ${off} ms`,
            Effect.sync(() => member.process().output().includes(`off by ${off} ms`))
          )
          if (off === 0) break
          yield* Effect.sleep(offFor)
          yield* member.process().signal("SIGUSR2")
        }
        return true
      })
    )

  /** Waits for a chunk with these words, on the way there or back, and then does something, at once. */
  const moment =
    (words: string, of: "requests" | "answers", then: "cut" | "freeze" | "swallow" | "lose") =>
    (pick: number) =>
      at(
        "owner",
        pick,
        (member) =>
          Effect.gen(function* () {
            let happened = false
            const { pid } = member.process()
            const judge: Judge = (chunk, named) => {
              if (happened || !(chunk.includes(words) || named.includes(words))) return "pass"
              happened = true
              if (then === "freeze") process.kill(pid, "SIGSTOP")
              return then === "freeze" ? "pass" : then === "lose" ? "cut" : then
            }
            if (of === "requests") member.proxy.judge(judge)
            else member.proxy.judge(() => "pass", judge)
            const found = yield* Effect.option(
              Harness.waitUntil(
                words,
                Effect.sync(() => happened),
                { within: momentWithin, every: 5 }
              )
            )
            if (then === "freeze" && happened) {
              yield* Effect.ensuring(Effect.sleep(pastLease), member.process().thaw)
            }
            if (then === "swallow" && happened) yield* Effect.sleep(500)
            return found._tag === "Some"
          }),
        then === "freeze" ? peaceful : single
      )

  const some = (pick: number) => bots.filter((_, i) => (i + pick) % 3 === 0)

  /** A session of somebody else's, which does something and stays in its transaction for a while. */
  const session = (text: (pick: number) => string, millis: number) => (pick: number) =>
    arena
      .sql(
        Effect.gen(function* () {
          const sql = yield* PgClient.PgClient
          yield* sql.withTransaction(
            Effect.gen(function* () {
              yield* sql.unsafe(text(pick))
              yield* Effect.sleep(millis)
            })
          )
        })
      )
      .pipe(Effect.as(true))

  return {
    "runner killed": killed("runner"),
    "gateway killed": killed("gateway"),
    "runner frozen": frozen("runner"),
    "gateway frozen": frozen("gateway"),
    "runner frozen in a result": (pick) =>
      at("owner", pick, (owner) => {
        const others = ofRole("runner").filter((member) => member !== owner && !member.busy)
        return freezeReader(arena, owner, others, pastLease)
      }),
    "clock off by minutes": (pick) => offByMinutes(pick % 2 === 0 ? "runner" : "gateway", pick),
    "connections exhausted": (pick) =>
      at("runner", pick, (member) => exhaust(arena, member), single),
    "runner drained": drained("runner"),
    "gateway drained": drained("gateway"),
    // The server says BEGIN: the rest of the first flight is with it, the locks are taken.
    "runner frozen in a transaction": moment("BEGIN\0", "answers", "freeze"),
    "connection lost in a transaction": moment("BEGIN\0", "answers", "cut"),
    "COMMIT lost on its way": moment("COMMIT\0", "requests", "lose"),
    "answer to COMMIT lost": moment("COMMIT\0", "answers", "cut"),
    "database connections half open": moment("COMMIT\0", "answers", "swallow"),
    "database connections cut": (pick) =>
      at(
        pick % 3 === 0 ? "gateway" : "runner",
        pick,
        ({ proxy }) => Effect.as(proxy.cut, true),
        single
      ),
    "client sockets cut": (pick) =>
      Effect.sync(() => {
        for (const { gate } of some(pick)) gate.cut()
        return true
      }),
    "client sockets half open": (pick) =>
      Effect.sync(() => {
        for (const { gate } of some(pick)) gate.mute()
        return true
      }),
    "client stops reading": (pick) => {
      const those = some(pick)
      const look = (on: boolean) =>
        Effect.sync(() => {
          // Half of them do not look at what they get, half do not even take it.
          for (const [i, bot] of those.entries()) {
            if (i % 2 === 0) bot.look(on)
            else bot.gate.pause(!on)
          }
        })
      return look(false).pipe(
        Effect.andThen(Effect.sleep(4_000)),
        Effect.ensuring(look(true)),
        Effect.as(true)
      )
    },
    "flood of Commands": (pick) =>
      Effect.as(
        Effect.forEach(some(pick).slice(0, 4), (bot) => bot.flood(150), {
          concurrency: "unbounded",
          discard: true
        }),
        true
      ),
    "Postgres killed": (pick) => Effect.as(arena.crash(200 + (pick % 800)), true),
    "rows locked by another session": session(
      () => "SELECT id FROM wr2.character WHERE id % 2 = 0 FOR UPDATE",
      1_500
    ),
    "owner row locked by another session": session(
      (pick) =>
        `SELECT epoch FROM wr2.instance_owner WHERE instance_id = ${1 + (pick % 2)} FOR UPDATE`,
      1_500
    ),
    "transaction left open": session(
      () => "SELECT count(*), txid_current() FROM wr2.character",
      6_000
    )
  }
}
