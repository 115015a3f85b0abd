/** What the kill matrix is made of, without killing anybody: that nothing is left out, and covers cover. */
import { readdirSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Harness from "@wr2/testkit/Harness"
import { Effect, Stream } from "effect"
import * as Failpoints from "../scripts/kill-matrix/Failpoints.ts"
import * as Matrix from "../scripts/kill-matrix/Matrix.ts"
import { exportsOf, makersOf, named, nameOf } from "../scripts/kill-matrix/Names.ts"
import * as Plan from "../scripts/kill-matrix/Plan.ts"
import { missing, scenarios } from "../scripts/kill-matrix/Scenarios.ts"
import { watched } from "../scripts/kill-matrix/Serving.ts"

/** Services of the engine that hand nothing over: values, and what is behind a port that is watched. */
const excused: Readonly<Record<string, string>> = {
  GameDef: "a value",
  EntityIds: "hands out what InstanceStore.ids gave",
  Instances: "is what Placement.host is given",
  MemoryDatabase: "is not there"
}

describe("nothing is left out", () => {
  it("every type of Action has a scenario, and only one", () => {
    assert.deepStrictEqual(missing, [])
    const names = scenarios.map(({ name }) => name)
    assert.deepStrictEqual([...new Set(names)], names)
  })

  it("every service of the engine is watched", () => {
    const folder = `${Harness.root}packages/engine/src`
    const declared = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => [
        ...readFileSync(`${folder}/${file}`, "utf8").matchAll(
          /class (\w+) extends Context\.Service</g
        )
      ])
      .map((match) => match[1]!)
    assert.isAtLeast(declared.length, 10)
    const known = new Set([
      ...watched.map(({ key }) => key.split("/").at(-1)!),
      ...Object.keys(excused)
    ])
    assert.deepStrictEqual(
      declared.filter((name) => !known.has(name)),
      [],
      "watch it in scripts/kill-matrix/Serving.ts, or say here why not"
    )
  })

  it("every method of a service is a failpoint, whatever it gives back", async () => {
    const service = Failpoints.watchedService("Port", {
      now: 1,
      ask: (_: { readonly _tag: "Question" }) => Effect.succeed(2),
      later: Effect.succeed(3),
      many: () => Stream.make(4, 5),
      sync: () => 6,
      make: () => ({ inner: () => 7 }),
      take: (host: { readonly back: () => number }) => host.back()
    })
    Failpoints.arm(undefined)
    const twice = service.ask({ _tag: "Question" })
    await Effect.runPromise(Effect.andThen(twice, twice))
    await Effect.runPromise(service.later)
    await Effect.runPromise(Stream.runDrain(service.many()))
    assert.strictEqual(service.now + service.sync() + service.make().inner(), 14)
    assert.strictEqual(service.take({ back: () => 8 }), 8)
    assert.deepStrictEqual(Object.fromEntries(Failpoints.passed()), {
      "before Port.ask Question": 2,
      "after Port.ask Question": 2,
      "before Port.later": 1,
      "after Port.later": 1,
      "before Port.many": 1,
      "before Port.many hands over": 2,
      "before Port.sync": 1,
      "after Port.sync": 1,
      "before Port.make": 1,
      "after Port.make": 1,
      "before Port.make.inner": 1,
      "after Port.make.inner": 1,
      "before Port.take": 1,
      "after Port.take": 1,
      "before Port.take.back": 1,
      "after Port.take.back": 1
    })
  })
})

describe("statements are called by who made them", () => {
  it("also where what is exported makes what makes them", () => {
    const statement = { text: "UPDATE wr2.thing SET a = 1", params: [] }
    const inner = named("inner.writers", () => ({ update: () => statement }))
    named("outer.writers", inner)().update()
    assert.strictEqual(nameOf(statement.text), "outer.writers.update thing")
    assert.deepStrictEqual(makersOf().get("outer.writers.update thing"), [
      "inner.writers.update",
      "outer.writers.update"
    ])
    assert.strictEqual(nameOf("COMMIT"), "COMMIT")
    assert.strictEqual(nameOf("SELECT 1 FROM wr2.thing"), "SELECT thing")
  })

  it("every module of statements can be wrapped: it exports by const and function alone", () => {
    const folder = `${Harness.root}packages/postgres/src/queries`
    for (const file of readdirSync(folder)) {
      const text = readFileSync(`${folder}/${file}`, "utf8")
      const all = [...text.matchAll(/^export (?!interface|type)/gm)].length
      assert.strictEqual(exportsOf(text).length, all, file)
    }
  })
})

describe("a plan", () => {
  const rehearsals: Plan.Rehearsals = {
    Say: { "before a": 1, "after a": 1, "before b": 3 },
    Look: { "before a": 1 },
    Move: { "before a": 2, "before c": 1 }
  }

  it("has the first and the last time of every place that all rehearsals passed", () => {
    assert.deepStrictEqual(
      Plan.common([
        [
          ["x", 2],
          ["y", 1]
        ],
        [["x", 3]]
      ]),
      { x: 2 }
    )
    assert.deepStrictEqual(Plan.cells(rehearsals).map(Plan.idOf).sort(), [
      "after a/Say",
      "before a/Look",
      "before a/Move",
      "before a/Move#2",
      "before a/Say",
      "before b/Say",
      "before b/Say#3",
      "before c/Move"
    ])
  })

  it("knows a cell by its name", () => {
    for (const cell of Plan.cells(rehearsals))
      assert.deepStrictEqual(Plan.parse(Plan.idOf(cell)), cell)
    assert.isUndefined(Plan.parse("before a"))
  })

  it("covers every failpoint and every scenario, and in time every cell", () => {
    const met = new Set<string>()
    for (let seed = 0; seed < 100; seed++) {
      const cover = Plan.cover(rehearsals, seed)
      assert.deepStrictEqual(cover, Plan.cover(rehearsals, seed))
      assert.deepStrictEqual(
        [...new Set(cover.map(({ failpoint }) => failpoint))].sort(),
        Plan.failpoints(rehearsals)
      )
      assert.deepStrictEqual(new Set(cover.map(({ scenario }) => scenario)).size, 3)
      for (const cell of cover) met.add(Plan.idOf(cell))
    }
    assert.strictEqual(met.size, Plan.cells(rehearsals).length)
  })

  it("has all of it in turn, a cover first", () => {
    const all = Plan.inTurn(rehearsals, 3).map(Plan.idOf)
    const cover = Plan.cover(rehearsals, 3).map(Plan.idOf)
    assert.deepStrictEqual([...all].sort(), Plan.cells(rehearsals).map(Plan.idOf).sort())
    assert.deepStrictEqual(all.slice(0, cover.length).sort(), [...cover].sort())
  })

  it("tries again what could not be played, and nothing else", () => {
    const matrix = Matrix.empty()
    const played = { killed: true, violations: [], millis: 1 }
    const violated = { ...played, violations: [{ rule: "r", what: "w" }] }
    const broken = { ...played, violations: [{ rule: "can be played", what: "no database" }] }
    Object.assign(matrix.cells, { "a/Say": played, "b/Say": violated, "c/Say": broken })
    assert.deepStrictEqual(Matrix.again(matrix).cells, { "a/Say": played, "b/Say": violated })
  })

  it("is not green before everything was met", () => {
    const matrix = Matrix.empty()
    Object.assign(matrix.rehearsals, rehearsals)
    const wanted = Plan.cells(rehearsals)
    const good = { killed: true, violations: [], millis: 1 }
    for (const cell of wanted) matrix.cells[Plan.idOf(cell)] = good
    assert.deepStrictEqual(Matrix.wrong(matrix, wanted), [])
    matrix.cells["before c/Move"] = { ...good, killed: false }
    matrix.cells["before a/Look"] = { ...good, violations: [{ rule: "r", what: "w" }] }
    assert.deepStrictEqual(Matrix.wrong(matrix, wanted), [
      "before a/Look: r: w",
      "before c: nothing was killed there"
    ])
    assert.include(Matrix.text(matrix), "4 failpoints x 3 scenarios: 8 cells played, 7 kills")
  })
})
