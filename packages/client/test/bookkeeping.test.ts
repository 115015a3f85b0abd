import { assert, describe, it } from "@effect/vitest"
import { Incoming } from "../src/Incoming.ts"
import { Outgoing } from "../src/Outgoing.ts"

const wish = { text: "nod", command: null }

describe("Outgoing", () => {
  it("numbers, and settles what everything before is answered of", () => {
    const outgoing = new Outgoing<string>(5)
    assert.strictEqual(outgoing.settled, 4)
    for (const caller of ["a", "b", "c"]) outgoing.add(wish, 0, caller)
    assert.deepStrictEqual(
      outgoing.batch(2).map(({ n, settled }) => [n, settled]),
      [
        [5, 4],
        [6, 4]
      ]
    )
    assert.strictEqual(outgoing.answered(6)?.caller, "b")
    assert.isUndefined(outgoing.answered(6))
    assert.strictEqual(outgoing.settled, 4)
    assert.strictEqual(outgoing.answered(5)?.caller, "a")
    assert.strictEqual(outgoing.settled, 6)
    assert.deepStrictEqual(outgoing.batch(9), [{ n: 7, settled: 6, ...wish }])
  })

  it("goes on after another session: what it used is lost, the rest keeps its number", () => {
    const outgoing = new Outgoing<string>(5)
    for (const caller of ["a", "b", "c"]) outgoing.add(wish, 0, caller)
    assert.deepStrictEqual(
      outgoing.renew(7).map(({ caller }) => caller),
      ["a", "b"]
    )
    assert.deepStrictEqual(outgoing.batch(9), [{ n: 7, settled: 6, ...wish }])
    assert.deepStrictEqual(outgoing.renew(20).length, 1)
    assert.strictEqual(outgoing.add(wish, 0, "d").n, 20)
    // A server that knows less than we do takes no number back.
    outgoing.renew(3)
    assert.strictEqual(outgoing.add(wish, 0, "e").n, 21)
  })
})

describe("Incoming", () => {
  const cursor = { instance: 1, lineage: "line", seq: 10, token: "t" }
  const due = <A>(incoming: Incoming<A>): ReadonlyArray<A> => {
    const all: Array<A> = []
    for (let next = incoming.due(); next !== undefined; next = incoming.due()) {
      all.push(next)
      incoming.shift()
    }
    return all
  }

  it("knows what it had, and never goes back", () => {
    const incoming = new Incoming<string>(cursor)
    assert.isTrue(incoming.had(10))
    assert.isFalse(incoming.had(11))
    incoming.reached(12, null)
    incoming.reached(11, "u")
    assert.deepStrictEqual(incoming.cursor, { ...cursor, seq: 12, token: "u" })
  })

  it("holds an answer until the feed is there, and later ones behind it", () => {
    const incoming = new Incoming<string>(cursor)
    incoming.wait({ when: { instance: 1, asOf: 12, n: 1 }, what: "look" })
    incoming.wait({ when: undefined, what: "no" })
    assert.deepStrictEqual(due(incoming), [])
    incoming.reached(12, null)
    assert.deepStrictEqual(due(incoming), ["look", "no"])
  })

  it("gives what waited for a feed that is over, and not what waits for the next", () => {
    const incoming = new Incoming<string>(cursor)
    incoming.wait({ when: { instance: 1, asOf: 99, n: 2 }, what: "here" })
    incoming.wait({ when: { instance: 2, asOf: 5, n: 3 }, what: "there" })
    const next = { instance: 2, lineage: "other", seq: 4, token: "t" }
    incoming.leave(next)
    assert.deepStrictEqual(due(incoming), ["here"])
    incoming.arrive(next)
    assert.deepStrictEqual(due(incoming), [])
    incoming.reached(5, null)
    assert.deepStrictEqual(due(incoming), ["there"])
  })

  it("answers that come when the feed has left their instance wait for nothing", () => {
    const incoming = new Incoming<string>(cursor)
    const there = { instance: 2, lineage: "other", seq: 4, token: "t" }
    incoming.leave(there)
    incoming.arrive(there)
    // It goes back by its Command 8; the cycle in which that happened went on to seq 9.
    incoming.reached(6, null, 8)
    incoming.leave({ ...cursor, seq: 20 })
    incoming.arrive({ ...cursor, seq: 20 })
    incoming.wait({ when: { instance: 2, asOf: 6, n: 7 }, what: "look" })
    incoming.wait({ when: { instance: 2, asOf: 9, n: 8 }, what: "back" })
    assert.deepStrictEqual(due(incoming), ["look", "back"])
    // And this is of the next time there.
    incoming.wait({ when: { instance: 2, asOf: 12, n: 10 }, what: "again" })
    assert.deepStrictEqual(due(incoming), [])
    incoming.leave({ ...there, seq: 12 })
    incoming.arrive({ ...there, seq: 12 })
    assert.deepStrictEqual(due(incoming), ["again"])
  })

  it("an answer of an unseen stay waits no longer than the one after it", () => {
    const incoming = new Incoming<string>(cursor)
    incoming.wait({ when: { instance: 3, asOf: 5, n: 7 }, what: "passed through" })
    assert.deepStrictEqual(due(incoming), [])
    incoming.wait({ when: { instance: 1, asOf: 11, n: 8 }, what: "here" })
    assert.deepStrictEqual(due(incoming), [])
    incoming.reached(11, null)
    assert.deepStrictEqual(due(incoming), ["passed through", "here"])
  })

  it("a resync of the same history ends nothing", () => {
    const incoming = new Incoming<string>(cursor)
    incoming.wait({ when: { instance: 1, asOf: 30, n: 4 }, what: "later" })
    incoming.leave({ ...cursor, seq: 20 })
    incoming.begin({ ...cursor, seq: 20 }, 4)
    assert.deepStrictEqual(due(incoming), [])
    assert.deepStrictEqual(incoming.drain(), ["later"])
  })

  it("what was done before a beginning waits for no feed that is not told any more", () => {
    const incoming = new Incoming<string>(cursor, 3)
    incoming.leave({ ...cursor, instance: 2 })
    incoming.begin({ ...cursor, instance: 2 }, 6)
    incoming.wait({ when: { instance: 1, asOf: 40, n: 5 }, what: "before" })
    assert.deepStrictEqual(due(incoming), ["before"])
    incoming.wait({ when: { instance: 3, asOf: 1, n: 6 }, what: "after" })
    assert.deepStrictEqual(due(incoming), [])
  })

  it("an answer from a stay that is still to be told waits for it", () => {
    const incoming = new Incoming<string>(cursor, 3)
    // It was done in 2, and the character is in 3 by now.
    incoming.wait({ when: { instance: 2, asOf: 7, n: 4 }, what: "on the way" })
    assert.deepStrictEqual(due(incoming), [])
    incoming.leave({ ...cursor, instance: 2, seq: 5 })
    incoming.arrive({ ...cursor, instance: 2, seq: 5 })
    assert.deepStrictEqual(due(incoming), [])
    incoming.reached(7, null)
    assert.deepStrictEqual(due(incoming), ["on the way"])
  })

  it("shows a state when the feed has come to it, and none of a place that it has left", () => {
    const incoming = new Incoming<string>(cursor)
    incoming.show(1, 12, "here")
    assert.isUndefined(incoming.shown())
    incoming.reached(12, null)
    assert.strictEqual(incoming.shown(), "here")
    incoming.wasShown()
    assert.isUndefined(incoming.shown())
    incoming.show(1, 20, "too late")
    incoming.arrive({ ...cursor, instance: 2, seq: 30 })
    assert.isUndefined(incoming.shown())
    incoming.arrive({ ...cursor, seq: 40 })
    assert.isUndefined(incoming.shown())
  })

  it("enters by the session that began last, and hears on from where it was", () => {
    const incoming = new Incoming<string>(cursor)
    const began = { ...cursor, seq: 50, token: "next session" }
    incoming.renew(began, "now")
    assert.deepStrictEqual([incoming.cursor, incoming.resumes], [cursor, began])
    incoming.reached(11, null)
    assert.deepStrictEqual(incoming.resumes, began)
    incoming.reached(12, "sealed anew")
    assert.deepStrictEqual(incoming.resumes, { ...cursor, seq: 12, token: "sealed anew" })
  })
})
