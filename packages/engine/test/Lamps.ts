/** A game of a few lines, in several builds, for tests of history. */
import { Action, Aggregate, Command, Event, Game } from "@wr2/core"
import * as Fold from "@wr2/engine/Fold"
import { prepare } from "@wr2/engine/GameDef"
import { defaults } from "@wr2/engine/Limits"
import type { ActionLogRecord } from "@wr2/engine/Records"
import { Result, Schema } from "effect"

export class Empty extends Schema.TaggedError<Empty>()("Empty", {}) {}

const Mood = Schema.Struct({ mood: Schema.String })
export const Lamp = Aggregate.define("Lamp", {
  rank: 1,
  fields: { oil: Schema.Int, next: Schema.NullOr(Schema.Int) },
  runtime: { schema: Mood, version: 2, build: () => ({ mood: "new" }) }
})
export const Lit = Event.define("Lit", {
  fields: { lamp: Lamp.Id, roll: Schema.Int },
  evolve: (e) => [Lamp.update(e.lamp, (lamp) => ({ ...lamp, oil: lamp.oil - 1 }))],
  heardBy: (e) => [Lamp.stream(e.lamp)]
})
const Seen = Event.define("Seen", { fields: { oil: Schema.Int }, heardBy: () => [] })
const Light = Action.make("Light", { lamp: Lamp.Id, how: Schema.String })
const Look = Action.make("Look", { lamp: Lamp.Id })

/** The game of a build. */
export const game = (
  build: { readonly rule?: number; readonly message?: number; readonly change?: string } = {}
) => {
  const message =
    build.message === undefined
      ? Light
      : Action.make("Light", { lamp: Lamp.Id, how: Schema.String }, { version: build.message })
  const rule = message.rule({
    version: build.rule ?? 1,
    emits: [Lit],
    fails: [Empty],
    locks: (a, { projection }) => {
      const next = projection.get(Lamp, a.lamp)?.next
      return [Lamp.ref(a.lamp), ...(next === null || next === undefined ? [] : [Lamp.ref(next)])]
    },
    decide: (a, { dice, runtime, the }) =>
      Result.gen(function* () {
        const { next, oil } = yield* the(Lamp, a.lamp)
        if (build.change === "throws") throw new Error("no wick")
        if (a.how === "break") throw new Error("it fell")
        if (a.how === "beyond") yield* the(Lamp, 99)
        if (a.how === "remember") yield* runtime(Lamp, a.lamp)
        if (oil === 0) return yield* Result.fail(new Empty())
        const roll = dice.roll(build.change === "dice" ? 1_000 : 1_000_000)
        return {
          events: build.change === "silent" ? [] : [Lit.make({ lamp: a.lamp, roll })],
          next: [
            ...(next === null || a.how !== "chain"
              ? []
              : [Light.make({ lamp: Lamp.Id.make(next), how: "" })]),
            ...(a.how === "again" ? [Light.make({ ...a, how: "" }, { after: 5_000 })] : [])
          ]
        }
      })
  })
  const look = Look.view({
    emits: [Seen],
    view: (a, { projection }) =>
      Result.succeed([Seen.make({ oil: projection.get(Lamp, a.lamp)?.oil ?? -1 })])
  })
  const light = Command.define("light", {
    grammar: "light <how>",
    fields: { how: Schema.String },
    rejects: [Empty],
    plan: ({ how }, { actor }) => {
      const lamp = Lamp.Id.make(actor)
      if (how === "nothing") return Result.fail(new Empty())
      if (how === "plan") throw new Error("the plan fell")
      return Result.succeed([Light.make({ lamp, how }), Look.make({ lamp })])
    }
  })
  return Game.make("lamps", {
    aggregates: [Lamp],
    events: [Lit, Seen],
    actions: [rule, look],
    commands: [light]
  }) as Game.Any
}

export const rows: ReadonlyArray<Fold.SnapshotRow> = [
  { aggregate: "Lamp", row: { id: 1, oil: 3, next: 2 }, runtime: { mood: "calm" } },
  { aggregate: "Lamp", row: { id: 2, oil: 1, next: null } },
  { aggregate: "Lamp", row: { id: 3, oil: 0, next: null } }
]
export const own = prepare(game())
export const actor = { type: "Lamp", id: 1 }

export const world = (definition = own, kept = rows) => ({
  instance: 1,
  limits: defaults,
  projection: Fold.ofSnapshot(definition.game, kept)
})

export const logged = (some: Partial<ActionLogRecord> = {}): ActionLogRecord => ({
  no: 7,
  type: "Light",
  version: 1,
  payload: { lamp: 1, how: "" },
  actor,
  commandId: "lamp:1#1",
  cause: null,
  key: "lamp:1#1/0",
  seed: 5,
  priority: 0,
  runAt: 10,
  attempts: 0,
  depth: 0,
  now: 10,
  idBase: null,
  contentHash: own.game.content.hash,
  rule: 1,
  asOf: 0,
  outcome: "done",
  reason: null,
  firstSeq: 1,
  position: 0,
  ...some
})
