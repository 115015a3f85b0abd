/** The game as it is played: one server, and guests who type lines and read what they are told. */
import type { Wr2Client } from "@wr2/client"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import type { game } from "@wr2/testkit/SmallWorld"
import { Aliases, Views } from "@wr2/world"
import { Effect, Redacted, Stream } from "effect"
import { join, register } from "../players.ts"

/** However busy the machine is: what is tried is not how soon. */
const within = 60_000

/** A server on a database of its own, with the small world or what is in a folder; and the way to end it. */
const host = Effect.fnUntraced(function* (content?: string) {
  const { url: database } = yield* PgFixture.emptyDatabase
  const begin = (port?: number) =>
    Harness.serve({
      role: "all",
      database: Redacted.value(database),
      within,
      ...(port === undefined ? {} : { port }),
      env: {
        ...(content === undefined ? {} : { WR2_CONTENT: content }),
        WR2_GATEWAY_LIMITS: JSON.stringify({ answerWithin: within })
      }
    })
  let server = yield* begin()
  return {
    url: server.url,
    /** Ends it as a crash would, and begins again at the same address. */
    crash: Effect.suspend(() => server.kill).pipe(
      Effect.andThen(Effect.suspend(() => begin(server.port))),
      Effect.map((next) => void (server = next))
    )
  }
})

/** So many guests, and the server that they are on. */
export const party = Effect.fnUntraced(function* (guests: number, content?: string) {
  const { crash, url } = yield* host(content)
  yield* register(url, guests, "Guest")
  const all = yield* Effect.forEach(
    Array.from({ length: guests }, (_, i) => i),
    (i) => Effect.flatMap(join(url, i, "Guest"), guest)
  )
  return { crash, guests: all }
})

/** So many guests, on a server of their own. */
export const invite = (guests: number, content?: string) =>
  Effect.map(party(guests, content), ({ guests: all }) => all)

/** One of them. */
export type Guest = Effect.Success<ReturnType<typeof invite>>[number]

/** Who reads along with a client. */
const guest = Effect.fnUntraced(function* ({
  client,
  name
}: {
  readonly client: Wr2Client.Client<typeof game>
  readonly name: string
}) {
  const lines: Array<string> = []
  let read = 0
  let who = Views.Perceiver.start((yield* client.snapshot)!)
  let aliases = Aliases.start((yield* client.snapshot)!)
  const told = yield* client.listen
  yield* told.pipe(
    Stream.runForEach((what) =>
      Effect.sync(() => {
        if (what._tag === "Rejected") lines.push(Views.explain(what.reason))
        if (what._tag === "Snapshot" && what.snapshot !== undefined) {
          who = Views.Perceiver.start(what.snapshot)
          lines.push(...Views.snapshot(what.snapshot))
        }
        if ((what._tag !== "Event" && what._tag !== "Answer") || what.event._tag === "Unknown")
          return
        lines.push(...Views.event(what.event, who))
        who = Views.Perceiver.after(who, what.event)
        aliases = Aliases.after(aliases, what.event)
      })
    ),
    Effect.forkScoped
  )
  /** Waits for a line, after the one that was waited for last. */
  const finds = (what: string, is: (line: string) => boolean) =>
    Harness.waitUntil(
      `${name} sees ${what}`,
      Effect.sync(() => {
        const at = lines.findIndex((line, i) => i >= read && is(line))
        if (at >= 0) read = at + 1
        return at >= 0
      }),
      // A day of the shortest passes meanwhile, and what comes once a day comes.
      { within: 30_000, explain: () => lines.slice(read).join("\n") }
    )
  const sees = (line: string) => finds(`"${line}"`, (each) => each === line)
  /** Types lines, one after the other, as a client does: with the words that the guest made. */
  const types = (...typed: ReadonlyArray<string>) =>
    Effect.forEach(
      typed,
      (line) =>
        Effect.suspend(() => Effect.ignore(client.submit(Aliases.expand(aliases, line) ?? line))),
      { discard: true }
    )
  return {
    name,
    types,
    sees,
    /** The same, of a line of which not all is sure. */
    seesLike: (pattern: RegExp) => finds(String(pattern), (each) => pattern.test(each)),
    /** Whether a line was told after the one that was waited for last. */
    hasSeen: (line: string) => lines.includes(line, read),
    /** Types a line, and waits for what comes of it. */
    does: (line: string, ...told: ReadonlyArray<string>) =>
      Effect.andThen(types(line), Effect.forEach(told, sees, { discard: true }))
  }
})
