/** The suite of the port to accounts, sessions and the directory of characters. */
import { assert, describe, layer as withLayer } from "@effect/vitest"
import { Accounts, NameTaken } from "@wr2/engine/Accounts"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import { Effect } from "effect"
import type { Layer } from "effect"
import * as S from "./Support.ts"
import type { Tools } from "./Tools.ts"

let names = 0

/** A name that no other test uses. */
const newName = (): string => `Ann${++names}x`

/** Runs all at once: how many won, and that the others found the name taken. */
const winners = Effect.fnUntraced(function* <A, E, R>(all: ReadonlyArray<Effect.Effect<A, E, R>>) {
  const results = yield* Effect.all(all.map(Effect.result), { concurrency: "unbounded" })
  for (const result of results) {
    if (result._tag === "Failure") assert.instanceOf(result.failure, NameTaken)
  }
  return results.flatMap((result) => (result._tag === "Success" ? [result.success] : []))
})

/** Registers the tests of Accounts. InstanceStore is there for its ids, which are the same supply. */
export const accountsSuite = <R, E>(
  name: string,
  layer: Layer.Layer<Accounts | InstanceStore | R, E>,
  tools: Tools<R>
): void =>
  withLayer(layer, { excludeTestServices: tools.live })(`${name}: Accounts`, (it) => {
    const registered = Effect.fnUntraced(function* (given = newName()) {
      return yield* (yield* Accounts).register({ name: given, passwordHash: "hash" })
    })

    describe("an account", () => {
      it.effect("is found by its name, however that is written", () =>
        Effect.gen(function* () {
          const accounts = yield* Accounts
          const made = yield* accounts.register({ name: "ZoëMixed", passwordHash: "h:1$2" })
          assert.deepStrictEqual(made, { id: made.id, name: "ZoëMixed", passwordHash: "h:1$2" })
          assert.isTrue(Number.isSafeInteger(made.id))
          assert.deepStrictEqual(yield* accounts.find("ZoëMixed"), made)
          assert.deepStrictEqual(yield* accounts.find("zOËmIXED"), made)
          assert.isUndefined(yield* accounts.find("ZoëMixed "))
        })
      )

      it.effect("has its name alone, however that is written", () =>
        Effect.gen(function* () {
          const given = newName()
          const first = yield* registered(given)
          const failure = yield* Effect.flip(registered(given.toUpperCase()))
          assert.instanceOf(failure, NameTaken)
          assert.deepInclude(failure, { name: given.toUpperCase() })
          assert.notStrictEqual((yield* registered()).id, first.id)
          assert.deepStrictEqual(yield* (yield* Accounts).find(given), first)
        })
      )

      it.effect("is one person's, of many who want its name at once", () =>
        Effect.gen(function* () {
          const given = newName()
          const spelt = [given, given.toUpperCase(), given.toLowerCase(), given]
          const won = yield* winners([...spelt, ...spelt].map(registered))
          assert.strictEqual(won.length, 1)
          assert.deepStrictEqual(yield* (yield* Accounts).find(given), won[0])
        })
      )

      it.effect("with a name that cannot be kept is refused", () =>
        Effect.gen(function* () {
          yield* S.failsWith(registered("a\0b"), "Contents")
          yield* S.failsWith(registered("a\ud83db"), "Contents")
        })
      )
    })

    describe("a session", () => {
      it.effect("names its account until it is closed", () =>
        Effect.gen(function* () {
          const accounts = yield* Accounts
          const { id, name } = yield* registered()
          const [one, two] = [`token ${name} 1`, `token ${name} 2`]
          for (const tokenHash of [one, two]) {
            yield* accounts.openSession({ tokenHash, account: id, expiresInMillis: 3_600_000 })
          }
          assert.deepStrictEqual(yield* accounts.session(one), { account: id, name })
          yield* accounts.closeSession(one)
          yield* accounts.closeSession(one)
          assert.isUndefined(yield* accounts.session(one))
          assert.deepStrictEqual(yield* accounts.session(two), { account: id, name })
          assert.isUndefined(yield* accounts.session(`token ${name} 3`))
        })
      )

      it.effect("ends when its time is over, and the others go on", () =>
        Effect.gen(function* () {
          const accounts = yield* Accounts
          const { id, name } = yield* registered()
          const [short, long] = [`short ${name}`, `long ${name}`]
          yield* accounts.openSession({ tokenHash: short, account: id, expiresInMillis: 40 })
          yield* accounts.openSession({ tokenHash: long, account: id, expiresInMillis: 3_600_000 })
          yield* tools.pass(50)
          assert.isUndefined(yield* accounts.session(short))
          assert.deepStrictEqual(yield* accounts.session(long), { account: id, name })
        })
      )
    })

    describe("the directory", () => {
      it.effect("reserves a name for a character to come", () =>
        Effect.gen(function* () {
          const accounts = yield* Accounts
          const account = yield* registered()
          const given = newName()
          const entry = yield* accounts.reserve({ account: account.id, name: given, instance: 3 })
          const expected = { account: account.id, name: given, instance: 3, created: false }
          assert.deepStrictEqual(entry, { ...expected, id: entry.id })
          assert.deepStrictEqual(yield* accounts.character(entry.id), entry)
          assert.deepStrictEqual(yield* accounts.characters(account.id), [entry])
          assert.isUndefined(yield* accounts.character(entry.id + 1_000_000))
        })
      )

      it.effect("keeps names apart, however they are written, whoever wants them", () =>
        Effect.gen(function* () {
          const accounts = yield* Accounts
          const [one, two] = [yield* registered(), yield* registered()]
          const given = newName()
          yield* accounts.reserve({ account: one.id, name: given, instance: 1 })
          for (const account of [one.id, two.id]) {
            const again = accounts.reserve({ account, name: given.toUpperCase(), instance: 2 })
            const failure = yield* Effect.flip(again)
            assert.instanceOf(failure, NameTaken)
            assert.deepInclude(failure, { name: given.toUpperCase() })
          }
          assert.deepStrictEqual(yield* accounts.characters(two.id), [])
          // A character may be called like an account.
          yield* accounts.reserve({ account: two.id, name: one.name, instance: 1 })
        })
      )

      it.effect("gives a name to one of many who want it at once", () =>
        Effect.gen(function* () {
          const accounts = yield* Accounts
          const { id } = yield* registered()
          const given = newName()
          const won = yield* winners(
            Array.from({ length: 8 }, (_, i) =>
              accounts.reserve({
                account: id,
                name: i % 2 === 0 ? given : given.toUpperCase(),
                instance: i
              })
            )
          )
          assert.strictEqual(won.length, 1)
          assert.deepStrictEqual(yield* accounts.characters(id), won)
        })
      )

      it.effect("gives ids that nothing else ever has", () =>
        Effect.gen(function* () {
          const accounts = yield* Accounts
          const store = yield* InstanceStore
          const { id: account } = yield* registered()
          const taken: Array<number> = []
          for (let i = 0; i < 4; i++) {
            const first = yield* store.ids(3)
            taken.push(first, first + 1, first + 2)
            const entry = yield* accounts.reserve({ account, name: newName(), instance: 1 })
            taken.push(entry.id)
            yield* accounts.unreserve(entry.id)
          }
          assert.strictEqual(new Set(taken).size, taken.length)
          // One supply, which rises: two of their own would meet some day.
          const rising = [...taken].sort((a, b) => a - b)
          assert.deepStrictEqual(taken, rising)
        })
      )

      it.effect("follows a character through its life", () =>
        Effect.gen(function* () {
          const accounts = yield* Accounts
          const { id: account } = yield* registered()
          const one = yield* accounts.reserve({ account, name: newName(), instance: 1 })
          const two = yield* accounts.reserve({ account, name: newName(), instance: 1 })
          yield* accounts.created(one.id)
          yield* accounts.created(one.id)
          yield* accounts.moved(one.id, 42)
          const moved = { ...one, created: true, instance: 42 }
          assert.deepStrictEqual(yield* accounts.character(one.id), moved)
          const all = yield* accounts.characters(account)
          assert.sameDeepMembers([...all], [moved, two])
        })
      )

      it.effect("takes back what was never created, and only that", () =>
        Effect.gen(function* () {
          const accounts = yield* Accounts
          const { id: account } = yield* registered()
          const [a, b] = [newName(), newName()]
          const never = yield* accounts.reserve({ account, name: a, instance: 1 })
          const lives = yield* accounts.reserve({ account, name: b, instance: 1 })
          yield* accounts.created(lives.id)
          yield* accounts.unreserve(never.id)
          yield* accounts.unreserve(never.id)
          yield* accounts.unreserve(lives.id)
          assert.isUndefined(yield* accounts.character(never.id))
          assert.deepStrictEqual(yield* accounts.characters(account), [{ ...lives, created: true }])
          const again = yield* accounts.reserve({ account, name: a.toUpperCase(), instance: 2 })
          assert.notStrictEqual(again.id, never.id)
          const taken = yield* Effect.flip(accounts.reserve({ account, name: b, instance: 2 }))
          assert.instanceOf(taken, NameTaken)
          // What is no more stays no more.
          yield* accounts.created(never.id)
          yield* accounts.moved(never.id, 9)
          assert.isUndefined(yield* accounts.character(never.id))
        })
      )
    })
  })
