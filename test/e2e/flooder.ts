/**
 * A flood, in a process of its own: `flooder.ts URL SECONDS`. Every kind at once, from sockets on
 * loopback, each claiming an address of its own (the server under attack believes it). Says
 * "flooding" when it begins and, as JSON, how much of each kind there was when it ends.
 */
import { Effect, Schedule } from "effect"
import * as Attackers from "./attackers.ts"

const [, , url = "", seconds = "20"] = process.argv
const { port } = new URL(url)
const counts: Record<string, number> = {}
const count = (what: string, more = 1): void => {
  counts[what] = (counts[what] ?? 0) + more
}

let addresses = 0
/** Whoever comes next is somebody else. */
const elsewhere = (): Readonly<Record<string, string>> => {
  const n = ++addresses
  return { "X-Forwarded-For": `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}` }
}

const dial = Effect.suspend(() => Attackers.dial(url, elsewhere()))

const lines = [
  ..."look look n s e w inventory score who help nonsense".split(" "),
  "say is anybody here?",
  `say ${"x".repeat(380)}`,
  "get all",
  "drop all",
  "kill rat",
  "x".repeat(3_000)
]

interface Known {
  readonly token: string
  readonly id: number
}

/** Somebody who may play: an account with a character. Hashing is bounded, so it may take a few tries. */
const known: Effect.Effect<Known, Attackers.Unexpected> = Effect.gen(function* () {
  const wire = yield* dial
  const account = `flood${addresses}`
  const { token } = yield* Attackers.must(
    wire.call("Register", { name: account, password: Attackers.password })
  )
  const name = Attackers.newName("Flood")
  const fresh = JSON.stringify({ description: "One of many." })
  const { id } = yield* Attackers.must(wire.call("CreateCharacter", { name, fresh }))
  return { token: String(token), id: Number(id) }
}).pipe(Effect.scoped, Effect.retry({ times: 50, schedule: Schedule.spaced("200 millis") }))

/** Commands without end, 64 a message, without waiting for answers: most are too many. */
const chatter = ({ id, token }: Known) =>
  Effect.gen(function* () {
    const wire = yield* dial
    yield* Attackers.must(wire.call("Resume", { token }))
    const { cursor, nextN } = yield* Attackers.must(
      wire.call("Enter", { character: id, cursor: null })
    )
    yield* Effect.forkScoped(wire.feed(cursor))
    let n = Number(nextN)
    const submit = (first: number) =>
      Effect.gen(function* () {
        const intents = Array.from({ length: 64 }, (_, i) => ({
          n: first + i,
          settled: first - 1,
          text: lines[(first + i) % lines.length]!,
          command: null
        }))
        count("commands", intents.length)
        const exit = yield* wire.call("Submit", { intents })
        if (exit._tag !== "Success") return
        count("answers", intents.length)
        // What was turned away is to be sent again, with its number.
        const turnedAway = (exit.value as ReadonlyArray<any>).findIndex(
          (reply) =>
            reply._tag === "Rejected" &&
            ["Overloaded", "Unavailable", "OutOfOrder"].includes(JSON.parse(reply.reason)._tag)
        )
        const done = turnedAway < 0 ? intents.length : turnedAway
        count("done", done)
        n = Math.max(n, first + done)
      })
    for (let i = 0; wire.closed() === undefined; i++) {
      // The same again, or what is not due yet.
      yield* Effect.forkScoped(submit(i % 4 === 3 ? n + 64 : n))
      wire.told.length = 0
      yield* Effect.sleep(80)
    }
  }).pipe(Effect.scoped)

/** Asks for its feed and for answers, and reads none of it. */
const deaf = ({ id, token }: Known) =>
  Effect.gen(function* () {
    const wire = yield* Attackers.bytes(Number(port))
    const told = (text: string) =>
      Effect.gen(function* () {
        while (!wire.got().includes(text) && !wire.closed()) yield* Effect.sleep(5)
      }).pipe(Effect.timeout("5 seconds"))
    const say = (id: string, tag: string, payload: unknown) =>
      wire.write(
        Attackers.frame(JSON.stringify({ _tag: "Request", id, tag, payload, headers: [] }))
      )
    wire.write(Attackers.upgrade(elsewhere()))
    yield* told("\r\n\r\n")
    say("1", "Resume", { token })
    yield* told('"requestId":"1"')
    say("2", "Enter", { character: id, cursor: null })
    yield* told('"requestId":"2"')
    const cursor = /"cursor":(\{[^}]*\})/.exec(wire.got())?.[1]
    if (cursor === undefined) return yield* Effect.sleep(500)
    wire.stopReading()
    count("deaf")
    say("3", "Feed", { cursor: JSON.parse(cursor) })
    const ask = JSON.stringify({
      _tag: "Request",
      id: "4",
      tag: "x".repeat(30_000),
      payload: null,
      headers: []
    })
    yield* wire.flood(Attackers.frame(ask), performance.now() + 2_000)
  }).pipe(Effect.scoped)

/** Lines and messages that are too long, deep or broken. */
const huge = Effect.gen(function* () {
  const wire = yield* dial
  const line = "x".repeat(60_000)
  const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`
  const request = (tag: string, payload: string) =>
    `{"_tag":"Request","id":"1","tag":"${tag}","payload":${payload},"headers":[]}`
  for (const message of [
    request("Login", `{"name":"${line}","password":"x"}`),
    request("Submit", `{"intents":[{"n":1,"settled":0,"text":"${line}","command":null}]}`),
    request("Submit", `{"intents":[{"n":1,"settled":0,"text":null,"command":${deep}}]}`),
    request("CreateCharacter", `{"name":"A","fresh":"${line}"}`),
    request("Hello", deep),
    `"${line}`,
    `"${"y".repeat(200_000)}"`
  ]) {
    if (wire.closed() !== undefined) break
    wire.send(message)
    count("huge")
    yield* Effect.sleep(20)
  }
}).pipe(Effect.scoped)

/** Comes, enters a character if it may, and is gone. */
const storm = ({ id, token }: Known) =>
  Effect.gen(function* () {
    const wire = yield* dial
    count("reconnects")
    yield* Effect.forkScoped(wire.call("Resume", { token }))
    yield* Effect.forkScoped(wire.call("Enter", { character: id, cursor: null }))
    yield* Effect.sleep(Math.random() * 30)
  }).pipe(Effect.scoped)

/** Guesses names and passwords. */
const guess = Effect.gen(function* () {
  const wire = yield* dial
  for (let i = 0; i < 5; i++) {
    const name = `nobody${Math.floor(Math.random() * 1e9)}`
    count("logins")
    yield* wire.call("Login", { name, password: `wrong ${i}` })
  }
}).pipe(Effect.scoped, Effect.timeout("5 seconds"))

/** Asks for pages that are not there, and for those of operators; leaves requests half said. */
const browse = Effect.gen(function* () {
  const path = `/${Math.random().toString(36).slice(2)}?${"q".repeat(500)}`
  yield* Attackers.request(Number(port), `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
  yield* Attackers.request(Number(port), `GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n`)
  const half = yield* Attackers.bytes(Number(port))
  half.write("GET / HTTP/1.1\r\nHost: ")
  count("pages", 3)
  yield* Effect.sleep(50)
}).pipe(Effect.scoped)

/** Again and again, whatever comes of it. */
const endlessly = <A, E>(one: Effect.Effect<A, E>) =>
  Effect.forever(Effect.andThen(Effect.ignoreCause(one), Effect.sleep(5)))

const flood = Effect.gen(function* () {
  const players = yield* Effect.forEach(Array.from({ length: 26 }), () => known, {
    concurrency: 4
  })
  yield* Effect.sync(() => process.stdout.write("flooding\n"))
  yield* Effect.all(
    [
      ...players.slice(0, 10).map(chatter),
      ...players.slice(10, 14).map(deaf),
      ...players.slice(14).map(storm),
      huge,
      huge,
      guess,
      guess,
      browse,
      browse
    ].map(endlessly),
    { concurrency: "unbounded" }
  ).pipe(Effect.timeoutOption(Number(seconds) * 1_000))
  process.stdout.write(`${JSON.stringify(counts)}\n`)
})

Effect.runPromise(flood).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`)
    process.exit(1)
  }
)
