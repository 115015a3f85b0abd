import { assert, describe, it } from "@effect/vitest"
import { Actor, Aggregate, LockSet } from "@wr2/core"
import { Schema } from "effect"

const Room = Aggregate.define("Room", { rank: 2, fields: { name: Schema.String } })
const Goblin = Aggregate.define("CaveGoblin", {
  rank: 4,
  fields: {
    room: Room.Id,
    hitPoints: Schema.Int,
    mood: Schema.NullOr(Schema.Literals(["calm", "angry"]))
  },
  indexes: { room: (goblin) => goblin.room, mood: (goblin) => goblin.mood },
  runtime: {
    schema: Schema.Struct({ threat: Schema.Int }),
    version: 3,
    build: (goblin, now) => ({ threat: goblin.hitPoints + now })
  }
})
const goblin = { id: 7, room: Room.Id.make(1), hitPoints: 12, mood: null }

describe("a declaration", () => {
  it("derives table, stem, columns and runtime table", () => {
    assert.strictEqual(Goblin.table, "cave_goblin")
    assert.strictEqual(Goblin.stem, "caveGoblin")
    assert.deepStrictEqual(Goblin.columns, [
      { field: "room", name: "room", kind: "int", nullable: false },
      { field: "hitPoints", name: "hit_points", kind: "int", nullable: false },
      { field: "mood", name: "mood", kind: "text", nullable: true }
    ])
    assert.strictEqual(Goblin.runtime?.table, "cave_goblin_runtime")
    assert.strictEqual(Goblin.runtime?.version, 3)
    assert.deepStrictEqual(Goblin.runtime?.build(goblin, 3), { threat: 15 })
  })
  it("may name its tables; streams keep the actor's key", () => {
    const Named = Aggregate.define("Thing", {
      rank: 1,
      table: "item_instance",
      fields: {},
      runtime: { schema: Schema.Struct({}), version: 1, table: "item_cache", build: () => ({}) }
    })
    assert.deepStrictEqual([Named.table, Named.runtime?.table], ["item_instance", "item_cache"])
    assert.strictEqual(Named.stream(3), Actor.key({ type: "Thing", id: 3 }))
  })
  it("without indexes and runtime has none", () => {
    assert.deepStrictEqual(Room.indexes, {})
    assert.strictEqual(Room.runtime, undefined)
  })
  it("keeps index functions as they are; null means not indexed", () => {
    assert.strictEqual(Goblin.indexes.room(goblin), 1)
    assert.strictEqual(Goblin.indexes.mood(goblin), null)
  })

  const define = (options: object) => () =>
    Aggregate.define("Thing", { rank: 1, fields: {}, ...options } as any)
  const runtime = (schema: Schema.Top, more = {}) => ({
    runtime: { schema, version: 1, build: () => ({}), ...more }
  })
  const refused: ReadonlyArray<readonly [what: string, options: object, told: RegExp]> = [
    ["a rank that is no whole number", { rank: 1.5 }, /rank must be a whole number/],
    ["no rank", { rank: undefined }, /rank must be a whole number/],
    ["a field named id", { fields: { id: Schema.Int } }, /Thing\.id: not usable as a column name/],
    [
      "a field named instanceId",
      { fields: { instanceId: Schema.Int } },
      /Thing\.instanceId: not usable/
    ],
    ["a field named version", { fields: { version: Schema.Int } }, /Thing\.version: not usable/],
    ["a field that is no name", { fields: { "1st": Schema.Int } }, /Thing\.1st: not usable/],
    [
      "two fields of one column",
      { fields: { hitPoints: Schema.Int, hit_points: Schema.Int } },
      /Thing\.hit_points: column hit_points is declared twice/
    ],
    ["a field of floats", { fields: { weight: Schema.Number } }, /Thing\.weight: numbers must be/],
    [
      "a table that is no name",
      { table: 'x"; drop table y' },
      /table name x"; drop table y is not usable/
    ],
    [
      "a runtime table that is no name",
      runtime(Schema.Struct({}), { table: "A B" }),
      /table name A B is not usable/
    ],
    [
      "runtime data of floats",
      runtime(Schema.Struct({ speed: Schema.Number })),
      /Thing\.runtime\.speed: numbers must be/
    ],
    [
      "runtime data that is no record",
      runtime(Schema.Array(Schema.Int)),
      /Thing\.runtime: must be a record/
    ],
    [
      "runtime data with the engine's keys",
      runtime(Schema.Struct({ _built_at: Schema.Int })),
      /are the engine's/
    ]
  ]
  for (const [what, options, told] of refused) {
    it(`refuses ${what}`, () => assert.throws(define(options), told))
  }
})

describe("names", () => {
  it("of columns and tables are snake case", () => {
    assert.deepStrictEqual(
      ["Room", "RoomTemplate", "hitPoints", "hp2Max", "HTTP", "a-b"].map(Aggregate.snake),
      ["room", "room_template", "hit_points", "hp2_max", "http", "a_b"]
    )
  })
  it("of streams are those of its actors, so that an actor hears its own", () => {
    assert.strictEqual(Goblin.stream(7), "caveGoblin:7")
    assert.strictEqual(Actor.key({ type: Goblin._tag, id: 7 }), Goblin.stream(7))
    assert.strictEqual(Actor.key(Actor.instance(3)), "instance:3")
    assert.strictEqual(Actor.key(Actor.system), "system:0")
  })
  it("of refs are class and id", () =>
    assert.strictEqual(LockSet.key(Goblin.ref(7)), "CaveGoblin:7"))
})

describe("a row", () => {
  it("is given with its ref, and runtime data if there is any", () => {
    assert.deepStrictEqual(Goblin.row(goblin), { ref: Goblin.ref(7), row: goblin })
    assert.deepStrictEqual(Goblin.row(goblin, { threat: 1 }), {
      ref: Goblin.ref(7),
      row: goblin,
      runtime: { threat: 1 }
    })
  })
  it("that does not fit its fields is refused", () => {
    for (const bad of [{ hitPoints: 1.5 }, { mood: "sad" }, { id: "7" }, { room: undefined }]) {
      assert.throws(
        () => Goblin.row({ ...goblin, ...bad } as never),
        /CaveGoblin row does not fit its fields/
      )
    }
    assert.throws(() => Room.row({ id: 1, name: "\0" }), /holds NUL/)
    assert.throws(() => Room.row({ id: -0, name: "" }), /-0 is not a safe integer/)
  })
})

describe("a change", () => {
  it("names its row", () => {
    const { aggregate, id } = Goblin.ref(7)
    assert.deepStrictEqual(Goblin.insert(goblin), { op: "insert", aggregate, id, row: goblin })
    assert.deepStrictEqual(Goblin.remove(7), { op: "remove", aggregate, id })
    assert.deepStrictEqual(Goblin.setRuntime(7, { threat: 1 }), {
      op: "runtimeSet",
      aggregate,
      id,
      data: { threat: 1 }
    })
    assert.deepStrictEqual(Goblin.removeRuntime(7), { op: "runtimeRemove", aggregate, id })
  })
  const applied = (change: Aggregate.Change, to: unknown) =>
    "f" in change ? change.f(to) : assert.fail(change.op)
  it("updates by a function of what is there", () => {
    const hurt = Goblin.update(7, (row) => ({ ...row, hitPoints: row.hitPoints - 2 }))
    assert.deepStrictEqual(applied(hurt, goblin), { ...goblin, hitPoints: 10 })
    const threaten = Goblin.updateRuntime(7, (data) => ({ threat: data.threat + 1 }))
    assert.deepStrictEqual(applied(threaten, { threat: 1 }), { threat: 2 })
  })
  it("writes no more than the table has, whatever was spread into the row", () => {
    const template = { ...goblin, description: "green", loot: [1, 2] }
    assert.deepStrictEqual((Goblin.insert(template) as { row: unknown }).row, goblin)
    assert.deepStrictEqual(
      applied(
        Goblin.update(7, (row) => ({ ...template, ...row })),
        goblin
      ),
      goblin
    )
  })
  it("that changes nothing leaves the row the same object, so that nothing is written", () =>
    assert.strictEqual(
      applied(
        Goblin.update(7, (row) => row),
        goblin
      ),
      goblin
    ))
})
