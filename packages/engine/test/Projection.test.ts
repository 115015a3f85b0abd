/** The owner's fold: what it takes back, what it says it writes, and indexes that keep up. */
import { assert, describe, it } from "@effect/vitest"
import { Projection } from "@wr2/engine/Projection"
import { Coin, people, Person, yard } from "./Yard.ts"

const loaded = () => {
  const projection = new Projection(yard.aggregates)
  for (const { ref, row, runtime } of people(3, true)) {
    projection.load({
      ...ref,
      row,
      stamp: 1,
      runtime: { stamp: 1, dirty: false, cacheVersion: 2, builtAt: 0, data: runtime }
    })
  }
  return projection
}
const move = (to: number) => Person.update(1, (p) => ({ ...p, place: to }))
const at = (projection: Projection, place: number) =>
  projection.by(Person, "place", place).map(({ id }) => id)
const written = (projection: Projection) => {
  const { rows, runtimes } = projection.diff()
  return [...rows.map((w) => `${w.op} ${w.id}`), ...runtimes.map((w) => `${w.op} runtime ${w.id}`)]
}

describe("a projection", () => {
  it("takes one Action back, and the whole cycle, indexes included", () => {
    const projection = loaded()
    projection.apply(move(5), 1)
    projection.keep()
    projection.apply(move(7), 1)
    projection.apply(Person.remove(2), 1)
    assert.deepStrictEqual([at(projection, 5), at(projection, 7)], [[], [1]])
    projection.undo()
    assert.deepStrictEqual([at(projection, 5), at(projection, 7)], [[1], []])
    projection.rollback()
    assert.deepStrictEqual([at(projection, 0), at(projection, 5)], [[1, 2, 3], []])
    assert.deepStrictEqual(projection.active(Person), [1, 2, 3])
  })

  it("writes the difference: removed and made again is an update, made and removed is nothing", () => {
    const projection = loaded()
    projection.apply(Person.remove(1), 1)
    projection.apply(Person.insert({ id: Person.Id.make(1), name: "again", place: 0, rung: 0 }), 1)
    projection.apply(Coin.insert({ id: Coin.Id.make(9), holder: 1, value: 1 }), 1)
    projection.apply(Coin.remove(9), 1)
    projection.apply(Person.remove(2), 1)
    projection.keep()
    assert.deepStrictEqual(written(projection), [
      "update 1",
      "delete 2",
      "delete runtime 1",
      "delete runtime 2"
    ])
    projection.commit(2)
    assert.deepStrictEqual(projection.entry(Person, 1)!.stamp, 2)
    assert.deepStrictEqual(projection.entry(Person, 3)!.stamp, 1)
    assert.deepStrictEqual(written(projection), [])
  })

  it("refuses what does not fit, changing nothing: another id, a row that is there, one that is not", () => {
    const projection = loaded()
    for (const change of [
      Person.update(1, (p) => ({ ...p, id: Person.Id.make(9) })),
      Person.update(1, (p) => ({ ...p, place: 0.5 })),
      Person.insert({ id: Person.Id.make(1), name: "twice", place: 0, rung: 0 }),
      Person.remove(77),
      Coin.update(1, (c) => c)
    ]) {
      assert.throws(() => projection.apply(change, 1))
    }
    assert.deepStrictEqual(at(projection, 0), [1, 2, 3])
    assert.deepStrictEqual(written(projection), [])
  })

  it("is whole again after a change that was ended anywhere in the middle", () => {
    // A time limit ends a rule wherever it is; here, at each single change of an index or a row.
    const methods = [
      [Set.prototype, "add"],
      [Set.prototype, "delete"],
      [Map.prototype, "set"],
      [Map.prototype, "delete"]
    ] as const
    let ended = 0
    for (const [proto, name] of methods) {
      for (let nth = 0; nth < 6; nth++) {
        const projection = loaded()
        projection.apply(move(5), 1)
        projection.keep()
        const real = (proto as any)[name]
        let left = nth
        ;(proto as any)[name] = function (...args: ReadonlyArray<unknown>) {
          if (left-- === 0) throw new Error("ended")
          return real.apply(this, args)
        }
        try {
          projection.apply(move(7), 1)
          projection.apply(Person.remove(2), 1)
        } catch {
          ended++
        } finally {
          ;(proto as any)[name] = real
        }
        projection.rollback()
        const places = [0, 5, 7].map((place) => at(projection, place))
        assert.deepStrictEqual(places, [[1, 2, 3], [], []], `${name}, ${nth}`)
        assert.deepStrictEqual(projection.active(Person), [1, 2, 3])
        assert.deepStrictEqual(projection.all(Person).length, 3)
      }
    }
    assert.isAbove(ended, 8)
  })
})
