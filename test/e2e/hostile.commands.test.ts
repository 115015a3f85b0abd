/**
 * Attacks by Commands: such as only the world may give, of any form, of any number.
 */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import * as Attackers from "./attackers.ts"
import { Target, target, unharmed } from "./target.ts"

const largest = Number.MAX_SAFE_INTEGER

layer(target, { timeout: "40 seconds", excludeTestServices: true })("who means harm", (it) => {
  describe("with Commands", () => {
    it.effect("that only the world itself may give is not heard", () =>
      Effect.gen(function* () {
        const { url } = yield* Target
        const mallory = yield* Attackers.player(url)
        const character = { id: mallory.id }
        for (const command of [
          { _tag: "greet", room: 1006, character: mallory.id },
          { _tag: "arrive", character, items: [], session: "x", room: "quay" },
          { _tag: "arrive" }
        ]) {
          const reply = yield* mallory.typed(command)
          assert.strictEqual(reply._tag, "Rejected")
          assert.include(["NotAllowed", "Malformed"], reply.reason._tag)
        }
        assert.strictEqual((yield* mallory.say("greet 1"))._tag, "Rejected")
      }).pipe(Effect.scoped)
    )

    it.effect("of any form breaks nothing, and gets nothing for nothing", () =>
      Effect.gen(function* () {
        const { url } = yield* Target
        const ann = yield* Attackers.player(url)
        const mallory = yield* Attackers.player(url)
        const to = ann.name
        const give = { _tag: "give", what: null, to }
        const nested = `${"[".repeat(9_000)}${"]".repeat(9_000)}`
        const typed = [
          "",
          "x",
          "null",
          "[]",
          "{}",
          '"say"',
          "1e999",
          nested,
          `{"_tag":"say","text":${nested}}`,
          '{"_tag":"__proto__"}',
          '{"_tag":"constructor"}',
          '{"_tag":"toString"}',
          '{"_tag":["say"]}',
          '{"_tag":"say","__proto__":{"text":"x"}}',
          '{"_tag":"say","text":"x","__proto__":{}}',
          { _tag: "say", text: "x", extra: 1 },
          { _tag: "say" },
          { _tag: "say", text: null },
          { _tag: "say", text: "x".repeat(401) },
          { _tag: "say", text: "x".repeat(50_000) },
          ...[1.5, 1e308, largest + 1, 0, -1, "1", [1], true].map((amount) => ({
            ...give,
            amount
          })),
          '{"_tag":"give","amount":-0,"what":null,"to":"x"}',
          { ...give, amount: largest },
          { ...give, amount: null },
          { _tag: "go", direction: "__proto__" },
          { _tag: "help", topic: "__proto__" },
          { _tag: "help", topic: "constructor" },
          { _tag: "get", what: "", container: "" },
          { _tag: "get", what: "x'; DROP TABLE wr2.account; --", container: null },
          { _tag: "drop", amount: 1, what: "all", extra: { a: { b: {} } } },
          { _tag: "kill", target: `character.${ann.id}` }
        ]
        for (const command of typed) {
          const reply = yield* mallory.typed(command)
          const said = JSON.stringify(command).slice(0, 60)
          assert.strictEqual(reply._tag, "Rejected", said)
          assert.notInclude(["Broken", "Unavailable", "Overloaded"], reply.reason._tag, said)
        }
        const lines = [
          "",
          " ",
          "\n",
          "\u0000",
          '"',
          '""',
          "'\u0000",
          "get 2.",
          "get all.",
          `get ${"9".repeat(40)}.x`,
          `give ${"9".repeat(30)} gold to ${to}`,
          `give -1 gold to ${to}`,
          `give 1.5 gold to ${to}`,
          `get character.${ann.id}`,
          `say ${"x".repeat(5_000)}`,
          "go __proto__",
          "help __proto__",
          `${"a ".repeat(499)}`,
          "x".repeat(999),
          "say",
          "@",
          "get all from all",
          "\ud800"
        ]
        for (const line of lines) {
          const reply = yield* mallory.say(line)
          assert.strictEqual(reply._tag, "Rejected", JSON.stringify(line).slice(0, 60))
          assert.notInclude(["Broken", "Unavailable", "Overloaded"], reply.reason._tag)
        }
        assert.strictEqual((yield* mallory.say("say so it is"))._tag, "Accepted")
        assert.strictEqual((yield* ann.say("look"))._tag, "Accepted")
      }).pipe(Effect.scoped)
    )

    it.effect(
      "of any number happens once or not at all, and its character can still be played",
      () =>
        Effect.gen(function* () {
          const { url } = yield* Target
          const mallory = yield* Attackers.player(url)
          yield* mallory.listen
          const submit = (
            ...given: ReadonlyArray<readonly [n: unknown, settled: unknown, text: string]>
          ) =>
            mallory.call("Submit", {
              intents: given.map(([n, settled, text]) => ({ n, settled, text, command: null }))
            })
          for (const n of [0, -1, -largest]) {
            const [reply] = yield* Attackers.must(submit([n, 0, "say never"]))
            assert.include(reply.reason, "AlreadyAnswered")
          }
          for (const n of [1.5, 2 ** 53, 1e300, "1", null, [1]]) {
            assert.strictEqual((yield* submit([n, 0, "say never"]))._tag, "Die")
          }
          const thrice = yield* Attackers.must(
            submit([1, 0, "say one"], [1, 0, "say two"], [1, 0, "say three"])
          )
          assert.strictEqual(new Set(thrice.map((reply: any) => reply.asOf)).size, 1)
          yield* Attackers.must(submit([4, 1, "say four"], [3, 1, "say three"], [2, 1, "say two"]))
          // Far ahead, and as far as numbers go: whatever is answered, the character is not spoilt.
          const far = [largest, largest - 1, largest - 1_000, 2 ** 52]
          yield* Effect.forEach(
            far.flatMap((n) => [[n, n - 1, "say far"] as const, [n, largest, "look"] as const]),
            (one) => submit(one),
            { concurrency: "unbounded" }
          )
          const { nextN } = yield* Attackers.must(
            mallory.call("Enter", { character: mallory.id, cursor: null })
          )
          assert.isBelow(nextN, 2 ** 40)
          const [reply] = yield* Attackers.must(submit([nextN, nextN - 1, "say goes on"]))
          assert.strictEqual(reply._tag, "Accepted")
          assert.strictEqual(
            Attackers.failure(
              yield* submit(...Array.from({ length: 65 }, (_, i) => [i, 0, "x"] as const))
            ),
            "Overloaded"
          )
          const said = mallory.events
            .filter(({ type }) => type === "Said")
            .map(({ payload }) => JSON.parse(payload).text)
          assert.deepStrictEqual(said.slice(0, 4), ["one", "two", "three", "four"])
          assert.notInclude(said, "never")
        }).pipe(Effect.scoped)
    )
  })

  it.effect("has done no harm", () => unharmed)
})
