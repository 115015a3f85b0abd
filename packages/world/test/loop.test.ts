/** A script that sets itself off again: it ends, and says why. */
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
import { world } from "../src/Game.ts"
import { player } from "./fixtures/Player.ts"

/** Each of two rooms sends whoever enters into the other. */
const text = `settings: { name: S, place: hill, corpse: corpse, coins: coins }
places: { hill: { name: the hill, number: 1, start: foot } }
rooms:
  foot: { place: hill, name: Foot, description: F, exits: { up: top } }
  top:
    place: hill
    name: Top
    description: T
    exits: { down: foot, north: peak }
    triggers: [{ on: enter, script: [move north] }]
  peak:
    place: hill
    name: Peak
    description: P
    exits: { south: top }
    triggers: [{ on: enter, script: [move south] }]
items:
  corpse: { name: a corpse, keywords: [corpse], description: D, takeable: false, container: true }
  coins: { name: coins, keywords: [gold], description: G }
`
const game = world(Result.getOrThrow(parse([{ name: "loop.yaml", text }])))
const layer = Engine.layer(game).pipe(
  Layer.provide(Layer.succeed(Seeds, (key) => Hash.int53(key))),
  Layer.provideMerge(Memory.layer),
  Layer.provideMerge(Placement.layerLocal)
)

it.effect("a loop of scripts ends by the depth of causes, and its report says so", () =>
  Effect.gen(function* () {
    yield* found(game, 1)
    const ann = yield* player(1, 900_001, "Ann")
    yield* ann.types("up")
    const db = yield* Memory.MemoryDatabase
    const letters = Effect.map(db.kept(1), (tables) => [...tables!.dead.values()])
    for (let i = 0; i < 60 && (yield* letters).length === 0; i++) {
      yield* ann.stays
      yield* TestClock.adjust("1 second")
    }
    const dead = yield* letters
    assert.lengthOf(dead, 1)
    assert.include(JSON.stringify(dead[0]), "a loop of follow-ups")
    // It is somewhere, and goes on.
    assert.isAbove((yield* ann.types("look")).length, 0)
  }).pipe(Effect.provide(layer))
)
