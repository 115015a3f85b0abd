/** Copies of a place in the engine, on memory: made when somebody comes, gone when the last has left. */
import { assert, it } from "@effect/vitest"
import { Hash } from "@wr2/core"
import * as Engine from "@wr2/engine/Engine"
import { found } from "@wr2/engine/Founding"
import * as Memory from "@wr2/engine/Memory"
import { Placement } from "@wr2/engine/Placement"
import { Seeds } from "@wr2/engine/Seeds"
import { Effect, Layer, Result } from "effect"
import { TestClock } from "effect/testing"
import { parse } from "../src/content/Load.ts"
import * as Copies from "../src/Copies.ts"
import { world } from "../src/Game.ts"
import { player } from "./fixtures/Player.ts"

const text = `settings: { name: S, place: hill, corpse: corpse, coins: coins }
places:
  hill: { name: the hill, number: 1, start: top }
  cave: { name: the cave, number: 2, start: mouth, copies: true }
rooms:
  top:
    place: hill
    name: Top
    description: T
    portal: { name: a hole, keywords: [hole], place: cave, room: mouth }
  mouth:
    place: cave
    name: Mouth
    description: M
    items: [stone]
    portal: { name: a light, keywords: [light], place: hill, room: top }
items:
  corpse: { name: a corpse, keywords: [corpse], description: D, takeable: false, container: true }
  coins: { name: coins, keywords: [gold], description: G }
  stone: { name: a stone, keywords: [stone], description: S, gold: 3 }
`
const game = world(Result.getOrThrow(parse([{ name: "cave.yaml", text }])))
const layer = Engine.layer(game).pipe(
  Layer.provide(Layer.succeed(Seeds, (key) => Hash.int53(key))),
  Layer.provideMerge(Memory.layer),
  Layer.provideMerge(Placement.layerLocal)
)

it.effect("each has a copy of its own, which goes when it has been left, and comes anew", () =>
  Effect.gen(function* () {
    const db = yield* Memory.MemoryDatabase
    yield* found(game, 1)
    const rows = (instance: number, aggregate: string) =>
      Effect.map(db.kept(instance), (tables) =>
        [...(tables?.rows ?? [])].flatMap(([key, { row }]) =>
          key.startsWith(`${aggregate}:`) ? [row] : []
        )
      )
    const copies = Effect.map(rows(1, "passage"), (all) => all.map(({ copy }) => Number(copy)))
    const goes = Effect.fnUntraced(function* (
      who: Effect.Success<ReturnType<typeof player>>,
      way: string,
      target: number | undefined
    ) {
      yield* who.types(`enter ${way}`)
      for (let i = 0; i < 5; i++) yield* TestClock.adjust("1 second")
      return yield* who.follows(target ?? (yield* copies).at(-1)!)
    })
    const ann = yield* player(1, 900_001, "Ann")
    const bob = yield* player(1, 900_002, "Bob")
    assert.strictEqual((yield* goes(ann, "hole", undefined))[0], "Mouth")
    assert.strictEqual((yield* goes(bob, "hole", undefined))[0], "Mouth")
    const [hers, his] = (yield* copies) as [number, number]
    assert.notStrictEqual(hers, his)
    assert.isTrue(Copies.isCopy(hers) && Copies.isCopy(his))
    assert.deepStrictEqual([Copies.placeOf(hers), Copies.originOf(hers)], [2, 1])

    // What one takes is still there for the other.
    assert.include((yield* ann.types("get stone", "i"))[0], "a stone")
    assert.include((yield* bob.types("get stone", "i"))[0], "a stone")

    assert.strictEqual((yield* goes(ann, "light", 1))[0], "Top")
    for (let i = 0; i < 5; i++) yield* TestClock.adjust("1 second")
    assert.deepStrictEqual(yield* copies, [his])
    for (const aggregate of ["instance", "room_instance", "item_instance", "character"]) {
      assert.lengthOf(yield* rows(hers, aggregate), 0, aggregate)
    }
    assert.lengthOf(yield* rows(his, "room_instance"), 1)

    // The next time is another one.
    assert.strictEqual((yield* goes(ann, "hole", undefined))[0], "Mouth")
    assert.notInclude([hers, his], (yield* copies).at(-1))
    assert.include((yield* ann.types("get stone", "i"))[0], "a stone")
    for (const instance of [1, ...(yield* copies), hers]) {
      assert.strictEqual((yield* db.kept(instance))!.dead.size, 0)
    }
  }).pipe(Effect.provide(layer))
)
