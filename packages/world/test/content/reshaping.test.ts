/** A world that is authored anew while it is played. */
import { assert, describe, it } from "@effect/vitest"
import { Character } from "../../src/aggregates/Character.ts"
import { Instance } from "../../src/aggregates/Instance.ts"
import { Item, lyingIn } from "../../src/aggregates/Item.ts"
import { Mob } from "../../src/aggregates/Mob.ts"
import { Room } from "../../src/aggregates/Room.ts"
import * as Conservation from "../../src/Conservation.ts"
import * as Views from "../../src/views/Views.ts"
import { play } from "../fixtures/Reshaped.ts"

const named = (all: ReadonlyArray<{ readonly template: string }>) =>
  all.map(({ template }) => template)

describe("an instance that was born of other content", () => {
  it("gets the rooms, and in time the mobs and what lies there, that are authored since", () => {
    const { played } = play()
    const { projection } = played
    assert.notInclude(named(projection.all(Room)), "mudflat")
    played.waits(11_000)
    const mudflat = projection.by(Room, "template", "mudflat")[0]!
    assert.deepStrictEqual(named(projection.by(Mob, "room", mudflat.id)), [])
    played.waits(60_000)
    assert.lengthOf(projection.by(Mob, "spawner", "eels-in-the-mud"), 2)
    const biscuits = () => projection.by(Item, "lying", lyingIn(mudflat.id, "biscuit"))
    assert.lengthOf(biscuits(), 0)
    played.waits(60_000)
    assert.lengthOf(biscuits(), 1)
  })

  it("brings those to its start who stood where nothing is any more", () => {
    const { ann, played } = play()
    const { projection } = played
    const pier = projection.get(Character, ann)!.room
    played.waits(11_000)
    const quay = projection.by(Room, "template", "tide-quay")[0]!.id
    assert.notStrictEqual(pier, quay)
    assert.strictEqual(projection.get(Character, ann)!.room, quay)
    assert.strictEqual(projection.get(Instance, 1)!.start, quay)
    const told = played.came
      .flatMap(({ events }) => events)
      .flatMap((event) => Views.event(event, { character: ann, room: pier }))
    assert.include(
      told,
      "The world shifts: where you stood is nothing any more. You find yourself in The Tide Quay."
    )
    assert.isUndefined(played.says({ type: "Character", id: ann }, "n"))
  })

  it("conserves what there was, and says what it makes", () => {
    const { played } = play()
    const before = Conservation.held(played.projection)
    const since = played.came.length
    played.waits(11_000)
    const made = played.came
      .slice(since)
      .flatMap(({ events }) => events)
      .map(Conservation.made)
    const sum = (of: "gold" | "items") => made.reduce((all, each) => all + each[of], before[of])
    assert.isAbove(sum("items"), before.items)
    assert.deepStrictEqual(Conservation.held(played.projection), {
      gold: sum("gold"),
      items: sum("items")
    })
  })

  it("is left as it is when it is as authored", () => {
    const { played } = play()
    played.waits(60_000)
    assert.lengthOf(
      played.came.filter(({ action }) => action === "Reshape"),
      1
    )
  })
})
