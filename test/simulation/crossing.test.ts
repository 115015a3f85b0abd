/**
 * A crossing of the portal, killed at every step: before and after each call that any of the two
 * instances makes to its database, the process dies there and another one goes on. The traveller
 * arrives once, with all it carries, and its Commands go on counting.
 */
import { assert, it } from "@effect/vitest"
import { Engine } from "@wr2/engine"
import * as Memory from "@wr2/engine/Memory"
import { Placement } from "@wr2/engine/Placement"
import { game } from "@wr2/testkit/SmallWorld"
import { Effect, Fiber, Layer, Scope, Exit } from "effect"
import { TestClock } from "effect/testing"
import { enter, founded } from "../integration/world.ts"

/** Where the portal is, from the start: the way there, and its name. */
const way = ["n", "n", "n", "open north", "n", "e", "n"]
const portal = "enter arch"
const ann = 5_001

/** Lets everything that is due happen, for two virtual seconds; what waits for nothing runs in between. */
const settle = Effect.repeat(TestClock.adjust("50 millis"), { times: 40 })

/** A process on a database, which dies at the k-th call that is counted. */
const process = Effect.fnUntraced(function* (
  database: Memory.Database,
  dies: (() => boolean) | undefined
) {
  const scope = yield* Scope.make()
  const die = Effect.suspend(() =>
    dies?.() === true ? Effect.interruptible(Effect.never) : Effect.void
  )
  const layer = Engine.layer(game).pipe(
    Layer.provideMerge(Layer.fresh(Placement.layerLocal)),
    Layer.provideMerge(Memory.layerFrom(database)),
    Layer.provide(Layer.succeed(Memory.MemoryFaults, { before: () => die, after: () => die }))
  )
  const context = yield* Layer.buildWithScope(Layer.fresh(layer), scope)
  return { context, kill: Scope.close(scope, Exit.void) }
})

/** Everything that is of the traveller: where it is, and what it carries. */
const whereabouts = Effect.fnUntraced(function* (database: Memory.Database) {
  const places: Array<string> = []
  for (const instance of [1, 2]) {
    const kept = (yield* database.kept(instance))!
    if (kept.rows.has(`character:${ann}`)) {
      const carried = [...kept.rows.values()].filter(
        ({ row }: any) => row.holder === "character" && row.holderId === ann
      )
      places.push(`instance ${instance} with ${carried.length}`)
    }
    for (const { n } of kept.outbox.values()) places.push(`outbox ${n}`)
    assert.strictEqual(kept.dead.size, 0)
  }
  return places
})

/** One crossing with a death at the k-th call; whether it came to that. */
const crossing = Effect.fnUntraced(function* (k: number) {
  const database = yield* Memory.MemoryDatabase.make
  let counting = false
  let calls = 0
  let died = false
  const first = yield* process(database, () => {
    if (!counting) return false
    if (calls++ === k) died = true
    return died
  })
  const before = yield* Effect.provide(
    Effect.gen(function* () {
      yield* founded
      const player = yield* enter(1, ann, "Ann")
      for (const line of way) yield* player.say(line)
      yield* player.say("get all")
      const where = yield* whereabouts(database)
      counting = true
      yield* Effect.forkDetach(player.say(portal))
      yield* settle
      yield* settle
      return where
    }),
    first.context
  )
  assert.strictEqual(before.length, 1)
  yield* Effect.forkDetach(first.kill)
  yield* settle
  const second = yield* process(database, undefined)
  const after = yield* Effect.provide(
    Effect.gen(function* () {
      const placement = yield* Placement
      yield* placement.call(1, { _tag: "Wake" })
      yield* settle
      // The client has no answer and sends the same n again; the portal was the next after the way.
      const n = way.length + 2
      const again = yield* Effect.forkChild(
        placement.call(1, {
          _tag: "Submit",
          actor: { type: "Character", id: ann },
          session: `session-${ann}`,
          intents: [{ n, settled: n - 1, text: portal, command: null }],
          trace: null
        })
      )
      yield* settle
      yield* settle
      yield* settle
      const answer = yield* Fiber.join(again)
      assert.strictEqual(answer._tag, "Replies", JSON.stringify(answer))
      const reply = answer._tag === "Replies" ? answer.replies[0]! : undefined
      assert.strictEqual(reply?._tag, "Accepted", JSON.stringify(reply))
      // And goes on with the next, there.
      const next = yield* Effect.forkChild(
        placement.call(2, {
          _tag: "Submit",
          actor: { type: "Character", id: ann },
          session: `session-${ann}`,
          intents: [{ n: n + 1, settled: n, text: "say here I am", command: null }],
          trace: null
        })
      )
      yield* settle
      const here = yield* Fiber.join(next)
      assert.isTrue(
        here._tag === "Replies" && here.replies[0]!._tag === "Accepted",
        JSON.stringify(here)
      )
      return yield* whereabouts(database)
    }),
    second.context
  )
  assert.deepStrictEqual(
    after,
    [before[0]!.replace("instance 1", "instance 2")],
    `killed at call ${k}`
  )
  yield* second.kill
  return died
})

it.effect("a crossing killed at every step arrives once", () =>
  Effect.gen(function* () {
    let k = 0
    while (yield* crossing(k)) k++
    // Both commits, the acknowledgement's, and the target's activation, before and after each.
    assert.isAtLeast(k, 8)
    assert.isBelow(k, 200)
  })
)
