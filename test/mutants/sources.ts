/**
 * Breaks of what no layer reaches: PostgreSQL's statements, what a gateway lets through, what a client
 * is shown. Each is another text in one source file, put there as a test loads it (broken.config.ts), and
 * names the tests that must fail with it.
 */

export interface SourceMutant {
  readonly name: string
  readonly invariant: string
  /** From the root of the checkout; `from` stands in it exactly once. */
  readonly file: string
  readonly from: string
  readonly to: string
  /** Who must notice: tests of one file, by what their names have in them. */
  readonly test: {
    readonly project: "unit" | "integration"
    readonly file: string
    readonly name: string
  }
}

const queries = "packages/postgres/src/queries"
const gateway = "packages/gateway/src"
const ports = (name: string): SourceMutant["test"] => ({
  project: "integration",
  file: "packages/postgres/test/ports.integration.test.ts",
  name
})
const faults = (name: string): SourceMutant["test"] => ({
  project: "integration",
  file: "packages/postgres/test/faults.integration.test.ts",
  name
})
const unit = (file: string, name: string): SourceMutant["test"] => ({
  project: "unit",
  file: `packages/gateway/test/${file}.test.ts`,
  name
})

export const sources: ReadonlyArray<SourceMutant> = [
  {
    name: "statement: a cursor that is there already stays as it was",
    invariant: "1 exactly once",
    file: `${queries}/writeCursors.ts`,
    from: "last_n = excluded.last_n",
    to: "last_n = command_cursor.last_n",
    test: ports("puts an actor's cursor in the place of its last one")
  },
  {
    name: "statement: timers are read by their numbers",
    invariant: "4 order of an actor",
    file: `${queries}/queue.ts`,
    from: "ORDER BY q.run_at, q.accept_no",
    to: "ORDER BY q.accept_no",
    test: ports("gives what is due, by due time, then number")
  },
  {
    name: "statement: an attempt is not counted",
    invariant: "1 exactly once",
    file: `${queries}/queue.ts`,
    from: "SET attempts = o.attempts + 1",
    to: "SET attempts = o.attempts",
    test: ports("follows what cycles add, remove and count")
  },
  {
    name: "statement: the log is read from one too late",
    invariant: "3 seqs 1, 2, 3 ...",
    file: `${queries}/appendEvents.ts`,
    from: "AND l.seq > $2 ORDER BY l.seq",
    to: "AND l.seq > $2 + 1 ORDER BY l.seq",
    test: ports("is read on from a seq, in order, so many at a time")
  },
  {
    name: "statement: rows are read without a lock",
    invariant: "7 no wait for a row",
    file: `${queries}/lockRows.ts`,
    from: " FOR NO KEY UPDATE OF o SKIP LOCKED",
    to: "",
    test: ports("that somebody else has is skipped, not waited for")
  },
  {
    name: "statement: what another session holds is waited for",
    invariant: "7 no wait for a row",
    file: `${queries}/lockRows.ts`,
    from: "UPDATE OF o SKIP LOCKED",
    to: "UPDATE OF o",
    test: ports("that somebody else has is skipped, not waited for")
  },
  {
    name: "statement: whichever epoch it is, the fence lets through",
    invariant: "6 one owner commits",
    file: `${queries}/fence.ts`,
    from: "ON o.instance_id = v.instance_id AND o.epoch = v.epoch",
    to: "ON o.instance_id = v.instance_id",
    test: faults("owners that come at once have an epoch each, and one of them commits")
  },
  {
    name: "statement: an epoch is compared and not held",
    invariant: "6 one owner commits",
    file: `${queries}/fence.ts`,
    from: "FOR SHARE OF o SKIP LOCKED",
    to: "",
    test: faults("who was the owner when its transaction began writes nothing once another is")
  },
  {
    name: "statement: who takes an instance leaves its epoch",
    invariant: "6 one owner commits",
    file: `${queries}/own.ts`,
    from: "SET epoch = o.epoch + 1, runner",
    to: "SET epoch = o.epoch, runner",
    test: faults("owners that come at once have an epoch each, and one of them commits")
  },
  {
    name: "statement: a changed row keeps its version",
    invariant: "8 projection = tables",
    file: `${queries}/writeRows.ts`,
    from: "version = o.version + 1",
    to: "version = o.version",
    test: {
      project: "integration",
      file: "packages/postgres/test/commit.integration.test.ts",
      name: "writes rows, runtime rows, Events, log, queue, cursors and outbox"
    }
  },
  {
    name: "gateway: an Event is told to whoever is in the instance",
    invariant: "11 who hears what",
    file: `${gateway}/Perceive.ts`,
    from: "event.streams.some((stream) => before.streams.has(stream) || streams.has(stream))",
    to: "true",
    test: unit("Perceive", "who walks hears the room it leaves and the one it comes to")
  },
  {
    name: "gateway: who has gone still hears",
    invariant: "11 who hears what",
    file: `${gateway}/Perceive.ts`,
    from: "  if (before.departed !== undefined) return { hearing: { ...before, seq: event.seq }, heard: false }\n",
    to: "",
    test: unit("Perceive", "hears nothing here after it has departed")
  },
  {
    name: "gateway: an Event that comes twice is told twice",
    invariant: "11 who hears what",
    file: `${gateway}/Perceive.ts`,
    from: "  if (event.seq <= before.seq) return { hearing: before, heard: false }\n",
    to: "",
    test: unit("Perceive", "Events that arrive twice change nothing")
  },
  {
    name: "gateway: everybody is told whose Command it was",
    invariant: "11 who hears what",
    file: `${gateway}/Subscriber.ts`,
    from: "event.commandId?.startsWith(`${actor}#`) === true ? event.commandId : null",
    to: "event.commandId",
    test: unit("play", "says hello, logs in, makes a character, enters, acts and hears")
  },
  {
    name: "gateway: a cursor is believed without its seal",
    invariant: "11 who hears what",
    file: `${gateway}/CursorToken.ts`,
    from: "  if (!secrets.same(secrets.mac(`${purpose}.${body}`), token.slice(0, dot))) return undefined\n",
    to: "",
    test: unit("play", "a cursor that was tampered with is answered by a resync, not believed")
  },
  {
    name: "gateway: a character is entered by whoever knows its number",
    invariant: "11 who hears what",
    file: `${gateway}/Handlers.ts`,
    from: "entry === undefined || entry.account !== account || !entry.created",
    to: "entry === undefined || !entry.created",
    test: unit("play", "refuses typed what is not allowed")
  },
  {
    name: "gateway: a second login leaves the first one in",
    invariant: "11 who hears what",
    file: `${gateway}/Sessions.ts`,
    from: "    if (before !== undefined) yield* takenOver(before)\n",
    to: "",
    test: unit("play", "a second login takes over, and the first is told")
  },
  {
    name: "gateway: what a terminal would obey goes through",
    invariant: "11 who hears what",
    file: `${gateway}/Clean.ts`,
    from: 'replace(control, " ")',
    to: 'replace(control, "$&")',
    test: unit("bounds", "takes out what a terminal would obey and what turns text around")
  }
]
