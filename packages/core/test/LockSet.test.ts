import { assert, describe, it } from "@effect/vitest"
import { Aggregate, LockSet } from "@wr2/core"
import { Schema } from "effect"

const Room = Aggregate.define("Room", { rank: 2, fields: {} })
const Character = Aggregate.define("Character", { rank: 3, fields: {} })
const Mob = Aggregate.define("Mob", { rank: 3, fields: {} })
const World = Aggregate.define("World", { rank: 1, fields: {} })
const classes = [Room, Character, Mob, World]

/** Refs of any class, ids close together so that doubles are common. */
const Refs = Schema.Array(
  Schema.Tuple([
    Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3 })),
    Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 12 }))
  ])
)
const refs = (pairs: (typeof Refs)["Type"]) => pairs.map(([which, id]) => classes[which]!.ref(id))
const names = (set: Iterable<Aggregate.Ref>) => [...set].map(LockSet.key)

describe("a lock set", () => {
  it("goes by rank, then class, then id as a number", () =>
    assert.deepStrictEqual(
      names(LockSet.make([Mob.ref(10), Mob.ref(9), Character.ref(11), Room.ref(2), World.ref(77)])),
      ["World:77", "Room:2", "Character:11", "Mob:9", "Mob:10"]
    ))
  it("holds each row once", () =>
    assert.deepStrictEqual(names(LockSet.make([Room.ref(1), Room.ref(1), Room.ref(1)])), [
      "Room:1"
    ]))
  it("of nothing is empty", () => assert.deepStrictEqual(LockSet.make([]), []))
  it.prop(
    "is the same whoever asks, in whatever order: nobody waits in a circle",
    [Refs],
    ([pairs]) => {
      const set = LockSet.make(refs(pairs))
      assert.deepStrictEqual(names(LockSet.make(refs(pairs).toReversed())), names(set))
      assert.deepStrictEqual(names(LockSet.make(set)), names(set))
      assert.deepStrictEqual(new Set(names(set)), new Set(names(refs(pairs))))
    }
  )
  it.prop(
    "of two Actions takes what they share in the same order in both",
    [Refs, Refs],
    ([a, b]) => {
      const [first, second] = [names(LockSet.make(refs(a))), names(LockSet.make(refs(b)))]
      assert.deepStrictEqual(
        first.filter((name) => second.includes(name)),
        second.filter((name) => first.includes(name))
      )
    }
  )
  it.prop("is strictly ascending", [Refs], ([pairs]) => {
    const set = LockSet.make(refs(pairs))
    for (let i = 1; i < set.length; i++) {
      assert.isBelow(LockSet.order(set[i - 1]!, set[i]!), 0)
      assert.isAbove(LockSet.order(set[i]!, set[i - 1]!), 0)
    }
  })
})
