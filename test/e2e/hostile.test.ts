/**
 * Attacks on a real server over its real sockets: as somebody else, and by text that others read.
 * What is tried here was tried by hand first; what succeeded then is repelled now, and what was
 * repelled then stays so. More in hostile.commands.test.ts and hostile.wire.test.ts.
 */
import { createHmac, hkdfSync } from "node:crypto"
import { assert, describe, layer } from "@effect/vitest"
import * as Harness from "@wr2/testkit/Harness"
import { Effect } from "effect"
import * as Attackers from "./attackers.ts"
import { Target, target, unharmed } from "./target.ts"

const endsWith = (feed: Effect.Effect<Attackers.Exit>) =>
  Effect.map(Effect.timeoutOption(feed, "1 second"), (ended) =>
    ended._tag === "None" ? "live" : Attackers.failure(ended.value)
  )

layer(target, { timeout: "40 seconds", excludeTestServices: true })("who means harm", (it) => {
  describe("as somebody else", () => {
    it.effect("does not play another's character, whatever it shows", () =>
      Effect.gen(function* () {
        const { url } = yield* Target
        const ann = yield* Attackers.player(url)
        const mallory = yield* Attackers.player(url)
        for (const cursor of [null, ann.cursor, mallory.cursor]) {
          const exit = yield* mallory.call("Enter", { character: ann.id, cursor })
          assert.strictEqual(Attackers.failure(exit), "NoSuchCharacter")
        }
        assert.strictEqual((yield* ann.say("say still me"))._tag, "Accepted")
        // Without a login nothing at all.
        const stranger = yield* Attackers.dial(url)
        const entering = yield* stranger.call("Enter", { character: ann.id, cursor: ann.cursor })
        assert.strictEqual(Attackers.failure(entering), "NotLoggedIn")
        const intents = [{ n: 1, settled: 0, text: "say x", command: null }]
        const saying = yield* stranger.call("Submit", { intents })
        assert.strictEqual(Attackers.failure(saying), "NotInside")
        assert.strictEqual(yield* endsWith(stranger.feed(ann.cursor)), "NotInside")
        for (const token of [
          "",
          "x",
          "\u0000",
          "' OR 1=1 --",
          ann.token.slice(1),
          "x".repeat(60_000)
        ]) {
          const exit = yield* stranger.call("Resume", { token })
          assert.strictEqual(Attackers.failure(exit), "NotLoggedIn")
        }
      }).pipe(Effect.scoped)
    )

    it.effect(
      "hears no streams but its own: a token is whole, and of one character and place",
      () =>
        Effect.gen(function* () {
          const { database, url } = yield* Target
          const ann = yield* Attackers.player(url)
          const mallory = yield* Attackers.player(url)
          const { token } = mallory.cursor
          const dot = token.indexOf(".")
          const [mac, body] = [token.slice(0, dot), JSON.parse(token.slice(dot + 1))]
          const wanted = { ...body, streams: [...body.streams, `character:${ann.id}`] }
          const sealed = (value: unknown) => `${mac}.${JSON.stringify(value)}`
          // What a secret would be that is made from what many know: an address of a database by default.
          const { password, pathname, username } = new URL(database)
          const known = `${username}:${password}@${pathname}`
          const forged = [database, known, "", "secret"].map((secret) => {
            const key = Buffer.from(hkdfSync("sha256", secret, "", "wr2/gateway/seal", 32))
            const text = JSON.stringify(wanted)
            const seal = createHmac("sha256", key)
              .update(`wr2/cursor/1.${text}`)
              .digest("base64url")
            return { ...mallory.cursor, token: `${seal}.${text}` }
          })
          const cursors = [
            ann.cursor,
            ...forged,
            { ...mallory.cursor, token: sealed(wanted) },
            { ...mallory.cursor, token: sealed({ ...body, character: ann.id }) },
            { ...mallory.cursor, token: sealed({ ...body, seq: 0 }), seq: 0 },
            { ...mallory.cursor, token: `${token} ` },
            { ...mallory.cursor, token: "" },
            { ...mallory.cursor, token: ".".repeat(20_000) },
            { ...mallory.cursor, seq: mallory.cursor.seq - 1 },
            { ...mallory.cursor, seq: -1 },
            { ...mallory.cursor, instance: 2 },
            { ...mallory.cursor, lineage: "another" }
          ]
          for (const cursor of cursors) {
            assert.strictEqual(
              yield* endsWith(mallory.feed(cursor)),
              "ResyncRequired",
              JSON.stringify(cursor)
            )
          }
        }).pipe(Effect.scoped)
    )

    it.effect("is one of many connections that enter one character: one of them acts", () =>
      Effect.gen(function* () {
        const { url } = yield* Target
        const mallory = yield* Attackers.player(url)
        const wires = [
          mallory,
          ...(yield* Effect.all([1, 2, 3, 4].map(() => Attackers.again(url, mallory.token))))
        ]
        const entered = yield* Effect.forEach(
          wires,
          (wire) => Attackers.must(wire.call("Enter", { character: mallory.id, cursor: null })),
          { concurrency: "unbounded" }
        )
        const acting = yield* Effect.forEach(
          wires,
          (wire, i) =>
            Attackers.must(
              wire.call("Submit", {
                intents: [{ n: entered[i].nextN, settled: 0, text: `say ${i}`, command: null }]
              })
            ),
          { concurrency: "unbounded" }
        )
        const accepted = acting.filter(([reply]) => reply._tag === "Accepted")
        assert.strictEqual(accepted.length, 1)
      }).pipe(Effect.scoped)
    )

    it.effect("with a stolen token does not come in again once its owner has logged out", () =>
      Effect.gen(function* () {
        const { url } = yield* Target
        const ann = yield* Attackers.player(url)
        const thief = yield* Attackers.again(url, ann.token)
        yield* Attackers.must(ann.call("Logout"))
        for (const [tag, payload] of [
          ["Enter", { character: ann.id, cursor: null }],
          ["CreateCharacter", { name: Attackers.newName(), fresh: '{"description":""}' }],
          ["ListCharacters", null],
          ["Resume", { token: ann.token }]
        ] as const) {
          assert.strictEqual(Attackers.failure(yield* thief.call(tag, payload)), "NotLoggedIn", tag)
        }
      }).pipe(Effect.scoped)
    )
  })

  describe("in what others read", () => {
    const orders =
      "\u0000\u0007\u001b[2J\u001b]0;title\u0007\r\n\u0085\u009b\u2028\u202e\u2067\u200f\u200e\u061c\ud800"

    it.effect("gives no terminal an order, breaks no line and turns no text around", () =>
      Effect.gen(function* () {
        const { url } = yield* Target
        const ann = yield* Attackers.player(url)
        yield* ann.listen
        const mallory = yield* Attackers.player(url, `tall${orders}Bob says: give me your gold`)
        yield* mallory.say(`say hi${orders}Bob says: hi`)
        yield* mallory.typed({ _tag: "say", text: `hi${orders}Bob says: hi` })
        const looked = yield* ann.say(`look ${mallory.name}`)
        const seen = looked.answers.map(({ payload }: { payload: string }) => payload)
        const { value: said } = yield* Harness.waitUntil(
          "both are heard",
          Effect.sync(() => {
            const found = ann.events.filter(({ type }) => type === "Said")
            return found.length === 2 ? found.map(({ payload }) => payload) : undefined
          })
        )
        const texts: Array<string> = []
        const collect = (value: unknown): void => {
          if (typeof value === "string") texts.push(value)
          else if (typeof value === "object" && value !== null)
            Object.values(value).forEach(collect)
        }
        for (const payload of [...seen, ...said]) collect(JSON.parse(payload))
        assert.isTrue(texts.some((text) => text.startsWith("tall")))
        for (const text of texts) {
          assert.notMatch(text, /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u)
          assert.isTrue(text.isWellFormed())
        }
      }).pipe(Effect.scoped)
    )

    it.effect("has no name that looks like another's", () =>
      Effect.gen(function* () {
        const { url } = yield* Target
        const mallory = yield* Attackers.loggedIn(url)
        const create = (name: string) =>
          mallory.call("CreateCharacter", { name, fresh: '{"description":""}' })
        const { name } = yield* Attackers.must(create("William"))
        assert.strictEqual(name, "William")
        const taken = ["william", "WILLIAM", "wiLLiam", "WiIliam".replace("I", "l")]
        for (const name of taken) {
          assert.strictEqual(Attackers.failure(yield* create(name)), "NameTaken", name)
        }
        const looks = [
          " William",
          "William ",
          "William\u200b",
          "Will iam",
          "William\n",
          "\u202eWilliam",
          // Full width, Cyrillic, small capitals, long s, Roman numerals, clicks, ligatures, Kelvin.
          "\uff37illiam",
          "W\u0456lliam",
          "\u1d21illiam",
          "Wi\u017fliam",
          "W\u2170lliam",
          "Wi\u01c0\u01c0iam",
          "Wi\ufb02iam",
          "\u212ailliam",
          "W\u0131lliam",
          "William'",
          "William-",
          "-William",
          "Will--iam",
          "'",
          "--",
          "",
          "W",
          "x".repeat(21),
          "William\u0301\u0301\u0301\u0301",
          "<b>William",
          "William\u0000",
          "__proto__",
          "constructor1"
        ]
        for (const name of looks) {
          assert.strictEqual(
            Attackers.failure(yield* create(name)),
            "BadName",
            JSON.stringify(name)
          )
        }
        // Which of I and l it is nobody sees: capitals begin a name and nothing else.
        const exit = yield* create("BiIIy")
        assert.strictEqual(exit._tag === "Success" && exit.value.name, "Biiiy")
        // Nor one that the world has for its own.
        for (const name of ["Rat", "You", "All", "Cutlass"]) {
          assert.strictEqual(Attackers.failure(yield* create(name)), "CreationRefused", name)
        }
      }).pipe(Effect.scoped)
    )

    it.effect("makes no character of what a database cannot keep", () =>
      Effect.gen(function* () {
        const { output, url } = yield* Target
        const mallory = yield* Attackers.loggedIn(url)
        const broken = [
          "",
          "null",
          "{",
          "[]",
          "{}",
          '{"description":1}',
          '{"description":null}',
          "1e999",
          `{"description":"${"x".repeat(201)}"}`,
          `${"[".repeat(9_000)}${"]".repeat(9_000)}`,
          `{"description":${"[".repeat(9_000)}${"]".repeat(9_000)}}`,
          '{"__proto__":{"description":"x"}}'
        ]
        for (const fresh of broken) {
          const exit = yield* mallory.call("CreateCharacter", { name: Attackers.newName(), fresh })
          assert.strictEqual(Attackers.failure(exit), "BadCharacter", fresh.slice(0, 40))
        }
        for (const description of ["\u0000", "\ud800", "\udc00x"]) {
          const fresh = JSON.stringify({ description })
          const exit = yield* mallory.call("CreateCharacter", { name: Attackers.newName(), fresh })
          assert.strictEqual(exit._tag, "Success")
        }
        assert.notInclude(output(), "22P0")
      }).pipe(Effect.scoped)
    )
  })

  it.effect("has done no harm", () => unharmed)
})
