import { assert, describe, it } from "@effect/vitest"
import { Action, Aggregate, Command, Content, EngineEvents, Event, Game, Ids } from "@wr2/core"
import { Result, Schema } from "effect"

const Lamp = Aggregate.define("Lamp", { rank: 1, fields: { lit: Schema.Boolean } })
const Lit = Event.define("Lit", { fields: { lamp: Lamp.Id }, heardBy: () => [] })
const Light = Action.make("Light", { lamp: Lamp.Id })
const lightRule = Light.rule({ emits: [Lit], locks: () => [], decide: () => Result.succeed({}) })
const light = Command.define("light", { fields: {}, plan: () => Result.succeed([]) })
const whole = {
  aggregates: [Lamp],
  events: [Lit],
  actions: [lightRule],
  commands: [light]
} as const
const make = (other: object) => () => Game.make("lamps", { ...whole, ...other } as any)

describe("a game", () => {
  it("holds what it is made of, and no content, players or birth unless given", () => {
    const lamps = Game.make("lamps", whole)
    assert.strictEqual(lamps.name, "lamps")
    assert.deepStrictEqual(
      [lamps.aggregates, lamps.events, lamps.actions, lamps.commands, lamps.players, lamps.content],
      [[Lamp], [Lit], [lightRule], [light], undefined, Content.none]
    )
    const birth = lamps.birth({
      instance: 1,
      ids: Ids.countingFrom(1),
      content: Content.reader(lamps.content)
    })
    assert.deepStrictEqual(birth, { rows: [], actions: [] })
  })

  const fields = { fields: {}, heardBy: () => [] }
  const twice: ReadonlyArray<readonly [what: string, other: object, told: string]> = [
    [
      "an aggregate",
      { aggregates: [Lamp, Aggregate.define("Lamp", { rank: 2, table: "lamp2", fields: {} })] },
      "aggregate Lamp"
    ],
    [
      "a table",
      { aggregates: [Lamp, Aggregate.define("Light", { rank: 2, table: "lamp", fields: {} })] },
      "table lamp"
    ],
    [
      "a table, as runtime of another",
      {
        aggregates: [
          Aggregate.define("LampRuntime", { rank: 2, fields: {} }),
          Aggregate.define("Lamp", {
            rank: 1,
            fields: {},
            runtime: { schema: Schema.Struct({}), version: 1, build: () => ({}) }
          })
        ]
      },
      "table lamp_runtime"
    ],
    ["an Event", { events: [Lit, Event.define("Lit", fields)] }, "Event Lit"],
    [
      "an Event of the engine",
      { events: [Lit, Event.define("ActionRefused", fields)] },
      "Event ActionRefused"
    ],
    ["an Action", { actions: [lightRule, lightRule] }, "Action Light"],
    ["a Command", { commands: [light, light] }, "Command light"]
  ]
  for (const [what, other, told] of twice) {
    it(`is refused when it has two of a name: ${what}`, () =>
      assert.throws(make(other), `lamps: ${told} is registered twice`))
  }
  it("is refused when a rule emits an Event that is not registered, be it of a registered name", () => {
    assert.throws(make({ events: [] }), "lamps: Light emits Lit, which is not registered")
    const another = Event.define("Lit", { fields: { lamp: Lamp.Id }, heardBy: () => ["lamp:1"] })
    assert.throws(make({ events: [another] }), "lamps: Light emits Lit, which is not registered")
  })
  it("knows the engine's Events by names that no game may take", () =>
    assert.deepStrictEqual(
      EngineEvents.all.map(({ _tag }) => _tag),
      ["ActionRefused", "ActionFailed", "RuntimeRebuilt"]
    ))
})
