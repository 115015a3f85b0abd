/**
 * Attacks on the wire: what is no message, what is no HTTP, and too much of everything.
 */
import { assert, describe, layer } from "@effect/vitest"
import { GatewayLimits } from "@wr2/gateway"
import * as Harness from "@wr2/testkit/Harness"
import { Effect } from "effect"
import * as Attackers from "./attackers.ts"
import { honest, Target, target, unharmed } from "./target.ts"

layer(target, { timeout: "40 seconds", excludeTestServices: true })("who means harm", (it) => {
  describe("on the wire", () => {
    it.effect("learns nothing of what is inside from what is broken", () =>
      Effect.gen(function* () {
        const { url } = yield* Target
        const request = (more: object) => ({
          _tag: "Request",
          id: "1",
          tag: "Hello",
          payload: null,
          headers: [],
          ...more
        })
        const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`
        const hello = { protocol: 1, game: null, client: "x" }
        const messages = [
          "",
          "{",
          "null",
          "[null]",
          "[]",
          "42",
          deep,
          "{}",
          '{"_tag":"Request"}',
          '{"_tag":"__proto__"}',
          request({ tag: "__proto__" }),
          request({ tag: "constructor" }),
          request({ tag: "x".repeat(60_000) }),
          request({ id: {} }),
          request({ id: "x".repeat(100) }),
          request({ headers: null }),
          request({
            headers: [
              ["__proto__", "x"],
              ["constructor", "y"]
            ]
          }),
          request({ payload: hello, traceId: { a: [1] }, spanId: ["x"], sampled: "yes" }),
          // One of each, right but for the brackets.
          request({ payload: hello, traceId: ["a".repeat(32)], spanId: "b".repeat(16) }),
          request({ payload: hello, traceId: "a".repeat(32), spanId: ["b".repeat(16)] }),
          request({ payload: hello, traceId: "<script>", spanId: "\u001b[2J", sampled: true }),
          request({ payload: { ...hello, client: "\u001b[2J\n".repeat(1_000) } }),
          request({ payload: { ...hello, protocol: 2 } }),
          request({ payload: { ...hello, game: `\u001b${"x".repeat(10_000)}` } }),
          `{"_tag":"Request","id":"1","tag":"Hello","payload":{"client":${deep}},"headers":[]}`,
          request({ tag: "Login", payload: { name: {}, password: { secret: 1 } } }),
          request({ tag: "Login", payload: { name: "x".repeat(50_000), password: "\ud800" } }),
          request({
            tag: "Register",
            payload: { name: "__proto__", password: Attackers.password }
          }),
          request({ tag: "Register", payload: { name: "x", password: "x".repeat(50_000) } }),
          request({ tag: "Enter", payload: { character: 1, cursor: { token: {} } } }),
          request({ tag: "Enter", payload: { character: 1e300, cursor: null } }),
          request({ tag: "Feed", payload: null }),
          request({ tag: "Submit", payload: { intents: { length: 1e9 } } }),
          request({ isNotification: true, payload: hello }),
          request({ discard: true, payload: hello }),
          { _tag: "Interrupt", requestId: "nobody" },
          { _tag: "Ack", requestId: "nobody" },
          { _tag: "Interrupt", requestId: {} },
          { _tag: "Exit", requestId: "1" },
          { _tag: "Eof" },
          Array.from({ length: 65 }, () => ({ _tag: "Ping" }))
        ]
        for (const message of messages) {
          const wire = yield* Attackers.dial(url)
          wire.send(message)
          wire.send({ _tag: "Ping" })
          yield* Harness.waitUntil(
            "an answer or an end",
            Effect.sync(
              () => wire.closed() !== undefined || wire.told.some((text) => text.includes("Pong"))
            )
          )
          const told = wire.told.join("\n")
          assert.notMatch(
            told,
            /node_modules|packages\/|\.ts\b|\.js:|    at |stack|SchemaError|Failed to encode/,
            JSON.stringify(message).slice(0, 80)
          )
          assert.isBelow(told.length, 70_000)
        }
        assert.isBelow(yield* honest(url), 2_000)
      }).pipe(Effect.scoped)
    )

    it.effect("begins feeds and reads on in none: they are calls in hand", () =>
      Effect.gen(function* () {
        const { url } = yield* Target
        const mallory = yield* Attackers.player(url)
        yield* mallory.say("say what nobody acknowledges")
        const max = GatewayLimits.defaults.callsInHand
        for (let n = 1; n <= max + 5; n++) {
          const payload = { cursor: mallory.cursor }
          mallory.send({ _tag: "Request", id: `unread${n}`, tag: "Feed", payload, headers: [] })
          // Each has begun before the next: it has sent what is not acknowledged.
          yield* Harness.waitUntil(
            "it begins, or is refused",
            Effect.sync(() => mallory.told.some((text) => text.includes(`"unread${n}"`)))
          )
        }
        const refused = mallory.told.filter((text) => text.includes('"callsInHand"'))
        assert.strictEqual(refused.length, 5)
        assert.isBelow(yield* honest(url), 2_000)
      }).pipe(Effect.scoped)
    )

    it.effect("finds no way past HTTP, and no crash in it", () =>
      Effect.gen(function* () {
        const { port, url } = yield* Target
        const host = "Host: x\r\n"
        const up = `${host}Connection: Upgrade\r\nUpgrade: websocket\r\n`
        const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        const cases: ReadonlyArray<readonly [string, RegExp]> = [
          [
            `GET / HTTP/1.1\r\nHost: "><script>alert(1)</script>\r\n\r\n`,
            /^HTTP\/1.1 200 (?![^]*<script>)/
          ],
          [`GET / HTTP/1.1\r\n\r\n`, /^HTTP\/1.1 400 /],
          ...[
            "/%",
            "/%ff%00",
            "/../../etc/passwd",
            "/..%2f..%2fetc/passwd",
            "/packages/server/src/bin.ts",
            "/.wr2/postgres"
          ].map((path) => [`GET ${path} HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1.1 404 /] as const),
          [`GET http://[:: HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1.1 4/],
          [`OPTIONS * HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1.1 404 /],
          [`TRACE / HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1.1 404 /],
          [`POST /metrics HTTP/1.1\r\n${host}Content-Length: 0\r\n\r\n`, /^HTTP\/1.1 404 /],
          [`DELETE /readyz HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1.1 404 /],
          [
            `POST / HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
            /^HTTP\/1.1 400 /
          ],
          [`CONNECT a:1 HTTP/1.1\r\n${host}\r\n`, /^$/],
          [`GET /${"a".repeat(20_000)} HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1.1 431 /],
          ["\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n", /^HTTP\/1.1 400 /],
          [`GET /rpc HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1.1 426 /],
          [`GET /nothing HTTP/1.1\r\n${up}${key}\r\n`, /^HTTP\/1.1 404 /],
          [`GET /rpc HTTP/1.1\r\n${up}\r\n`, /^HTTP\/1.1 400 /],
          [`GET /rpc HTTP/1.1\r\n${up}${key.replace("13", "99")}\r\n`, /^HTTP\/1.1 400 /],
          [`POST /rpc HTTP/1.1\r\n${up}${key}\r\n`, /^HTTP\/1.1 404 /],
          [`GET /rpc HTTP/1.1\r\n${up.replace("websocket", "h2c")}${key}\r\n`, /^HTTP\/1.1 426 /],
          // Compressed messages are not taken: no bomb unfolds. A page from elsewhere may connect; it
          // has no token, for there are no cookies.
          [
            `GET /rpc HTTP/1.1\r\n${up}${key}Origin: https://evil.example\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n`,
            /^HTTP\/1.1 101 (?![^]*permessage)(?![^]*[Cc]ookie)/
          ]
        ]
        for (const [text, expected] of cases) {
          const { answer } = yield* Attackers.request(port, text)
          assert.match(answer, expected, JSON.stringify(text.slice(0, 120)))
        }
        // Frames that are none, right behind the upgrade.
        const upgrade = Buffer.from(`GET /rpc HTTP/1.1\r\n${up}${key}\r\n`)
        for (const bytes of [
          [0xff, 0xff, 1, 2, 3],
          [0xf1, 0x80, 1, 2, 3, 4],
          [0x81, 0x02, 0x7b, 0x7d],
          [0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4],
          [0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe],
          [0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
          [0x88, 0x81, 0, 0, 0, 0, 1]
        ]) {
          const wire = yield* Attackers.bytes(port)
          wire.write(Buffer.concat([upgrade, Buffer.from(bytes)]))
          yield* Harness.waitUntil("it is ended", Effect.sync(wire.closed))
        }
        assert.isBelow(yield* honest(url), 2_000)
      }).pipe(Effect.scoped)
    )

    it.effect("learns of players nothing from what is for operators", () =>
      Effect.gen(function* () {
        const { url } = yield* Target
        const mallory = yield* Attackers.player(url)
        for (const path of ["/metrics", "/readyz", "/healthz", "/"]) {
          const { body = "", status } = (yield* Harness.get(`${url}${path}`)) ?? {}
          assert.strictEqual(status, 200)
          for (const secret of [
            mallory.account,
            mallory.name,
            mallory.token,
            "postgres",
            "127.0.0.1"
          ]) {
            assert.isFalse(
              body.replaceAll(url.slice(7), "").includes(secret),
              `${path} has ${secret}`
            )
          }
        }
      }).pipe(Effect.scoped)
    )
  })

  describe("in numbers", () => {
    it.effect("asks and never reads: it is cut, and memory stays", () =>
      Effect.gen(function* () {
        const { pid, port, url } = yield* Target
        const before = Attackers.memory(pid)
        // The answer is as long as the question.
        const ask = Attackers.frame(
          JSON.stringify({
            _tag: "Request",
            id: "1",
            tag: "x".repeat(60_000),
            payload: {},
            headers: []
          })
        )
        const until = performance.now() + 4_000
        const wires = yield* Effect.all(Array.from({ length: 6 }, () => Attackers.deaf(port)))
        yield* Effect.forEach(wires, (wire) => wire.flood(ask, until), { concurrency: "unbounded" })
        assert.isBelow(Attackers.memory(pid) - before, 120)
        assert.isBelow(yield* honest(url), 2_000)
      }).pipe(Effect.scoped)
    )

    it.effect("speaks without pause: others are answered", () =>
      Effect.gen(function* () {
        const { port, url } = yield* Target
        const ann = yield* Attackers.player(url)
        // Others say as little as they can: nothing, or half a request, for ever.
        const slow = yield* Effect.all([1, 2].map(() => Attackers.bytes(port)))
        slow[1]!.write("GET / HTTP/1.1\r\nHost: x\r\n")
        const request = {
          _tag: "Request",
          id: "1",
          tag: "ListCharacters",
          payload: null,
          headers: []
        }
        const floods = [
          Attackers.frame(
            JSON.stringify(Array.from({ length: 64 }, (_, i) => ({ ...request, id: `${i}` })))
          ),
          Attackers.frame(JSON.stringify(request)),
          Attackers.frame('{"_tag":"Ping"}'),
          Attackers.frame("{"),
          Attackers.frame(""),
          Attackers.frame(`"${"x".repeat(60_000)}"`),
          Attackers.frame("x".repeat(120), 9)
        ].map((one) =>
          Buffer.concat(Array.from({ length: Math.ceil(32_768 / one.length) }, () => one))
        )
        const waits: Array<number> = []
        yield* Effect.forEach(
          floods,
          (flood) =>
            Effect.gen(function* () {
              const until = performance.now() + 1_200
              const wires = yield* Effect.all(Array.from({ length: 8 }, () => Attackers.deaf(port)))
              const flooding = Effect.forEach(wires, (wire) => wire.flood(flood, until), {
                concurrency: "unbounded"
              })
              const asking = Effect.gen(function* () {
                while (performance.now() < until) {
                  const began = performance.now()
                  assert.strictEqual((yield* ann.say("look"))._tag, "Accepted")
                  waits.push(performance.now() - began)
                  yield* Effect.sleep(100)
                }
              })
              yield* Effect.all([flooding, asking], { concurrency: 2 })
              waits.push(yield* honest(url))
            }).pipe(Effect.scoped),
          { discard: true }
        )
        // Those who flood share a machine with us; it took a quarter of a minute, or for ever.
        assert.isBelow(Math.max(...waits), 4_000, waits.map(Math.round).join())
        yield* Harness.waitUntil(
          "the slow are gone",
          Effect.sync(() => slow.every((wire) => wire.closed()))
        )
      }).pipe(Effect.scoped)
    )

    it.effect("enters and leaves without end: it is slowed down, and so is the log", () =>
      Effect.gen(function* () {
        const { url } = yield* Target
        const ann = yield* Attackers.player(url)
        yield* ann.listen
        const mallory = yield* Attackers.player(url)
        const more = yield* Effect.all(
          Array.from({ length: 5 }, () => Attackers.again(url, mallory.token))
        )
        const until = performance.now() + 3_000
        const from = (yield* ann.say("look")).asOf
        yield* Effect.forEach(
          [mallory, ...more],
          (wire, k) =>
            Effect.gen(function* () {
              for (let i = 0; performance.now() < until; i++) {
                if (k % 2 === 0) {
                  yield* wire.call("Enter", { character: mallory.id, cursor: null })
                  if (i % 2 === 0) yield* wire.call("Leave")
                } else {
                  const id = `e${i}`
                  wire.send({
                    _tag: "Request",
                    id,
                    tag: "Enter",
                    payload: { character: mallory.id, cursor: null },
                    headers: []
                  })
                  wire.send({ _tag: "Interrupt", requestId: id })
                  yield* Effect.sleep(5)
                }
              }
            }),
          { concurrency: "unbounded" }
        )
        yield* Effect.sleep(200)
        const written = (yield* ann.say("look")).asOf - from
        assert.isBelow(written, 100)
        // Who is calm is let in again soon.
        yield* Harness.waitUntil(
          "it may enter",
          Effect.map(
            mallory.call("Enter", { character: mallory.id, cursor: null }),
            ({ _tag }) => _tag === "Success"
          ),
          { every: 250 }
        )
      }).pipe(Effect.scoped)
    )

    it.effect("makes no more characters than an account may have, however many at once", () =>
      Effect.gen(function* () {
        const { url } = yield* Target
        const mallory = yield* Attackers.loggedIn(url)
        const more = yield* Effect.all(
          Array.from({ length: 6 }, () => Attackers.again(url, mallory.token))
        )
        const made = yield* Effect.forEach(
          [mallory, ...more].flatMap((wire) => Array.from({ length: 6 }, () => wire)),
          (wire) =>
            wire.call("CreateCharacter", {
              name: Attackers.newName(),
              fresh: '{"description":""}'
            }),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(made.filter(({ _tag }) => _tag === "Success").length, 12)
        const list = yield* Attackers.must(mallory.call("ListCharacters"))
        assert.strictEqual(list.length, 12)
      }).pipe(Effect.scoped)
    )

    it.effect("guesses passwords: the same wait for a name that is none, and soon no further", () =>
      Effect.gen(function* () {
        const { url } = yield* Target
        const ann = yield* Attackers.loggedIn(url)
        const wire = yield* Attackers.dial(url)
        const guess = (name: string) =>
          Effect.gen(function* () {
            const began = performance.now()
            const exit = yield* wire.call("Login", { name, password: `wrong ${began}` })
            return { tag: Attackers.failure(exit), took: performance.now() - began }
          })
        const known: Array<number> = []
        const unknown: Array<number> = []
        for (let i = 0; i < 8; i++) {
          const a = yield* guess(ann.account)
          const b = yield* guess(`nobody${i}`)
          assert.deepStrictEqual([a.tag, b.tag], ["BadCredentials", "BadCredentials"])
          known.push(a.took)
          unknown.push(b.took)
        }
        const middle = (of: Array<number>) => of.sort((a, b) => a - b)[of.length >> 1]!
        assert.isAbove(middle(unknown), 0.5 * middle(known))
        assert.isBelow(middle(unknown), 2 * middle(known))
        const tags = yield* Effect.forEach(Array.from({ length: 6 }), () => guess(ann.account))
        assert.strictEqual(tags.at(-1)?.tag, "Overloaded")
      }).pipe(Effect.scoped)
    )
  })

  it.effect("has done no harm", () => unharmed)
})
