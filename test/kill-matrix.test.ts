/** What the kill matrix is made of, without killing anybody: that nothing is left out, and covers cover. */
import { readdirSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Harness from "@wr2/testkit/Harness"
import { Effect, Stream } from "effect"
import * as Arguments from "../scripts/kill-matrix/Arguments.ts"
import * as Failpoints from "../scripts/kill-matrix/Failpoints.ts"
import * as Matrix from "../scripts/kill-matrix/Matrix.ts"
import { exportsOf, makersOf, named, nameOf } from "../scripts/kill-matrix/Names.ts"
import * as Plan from "../scripts/kill-matrix/Plan.ts"
import { missing, scenarios } from "../scripts/kill-matrix/Scenarios.ts"
import { watched } from "../scripts/kill-matrix/Serving.ts"

/** Services that are no place where something is handed over, or are behind one that is watched. */
const excused: Readonly<Record<string, string>> = {
  GameDef: "a value",
  EntityIds: "hands out what InstanceStore.ids gave",
  Instances: "is what Placement.host is given",
  MemoryDatabase: "is not there",
  Auth: "the gateway's own; asks Accounts",
  Feed: "the gateway's own; is fed by Placement.feed",
  Owner: "the gateway's own; asks Placement.call",
  Sessions: "the gateway's own; asks Owner and Feed",
  Passwords: "computes",
  Secrets: "computes",
  Database: "looks at the server before anything begins",
  Embedded: "the server itself",
  Drain: "the cluster's, which is not there: test/cluster"
}

/** References that are settings, or values of a fiber. */
const settings: Readonly<Record<string, string>> = {
  ClusterConfig: "bounds",
  ConsumerLimits: "bounds",
  Limits: "bounds",
  GatewayLimits: "bounds",
  Settings: "bounds",
  Seeds: "a function of nothing but a key",
  DecideGuard: "runs decide, which hands nothing over",
  Runner: "a name",
  Workers: "what Consumers was given",
  MemoryFaults: "is not there",
  Connection: "whose call a fiber serves",
  Trouble: "is told of what the operator is to know",
  Dial: "opens the connections whose statements are watched"
}

/** What the packages of a world declare, by a pattern. */
const declared = (pattern: RegExp): ReadonlyArray<string> =>
  ["engine", "postgres", "gateway", "cluster"].flatMap((name) => {
    const folder = `${Harness.root}packages/${name}/src`
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => [...readFileSync(`${folder}/${file}`, "utf8").matchAll(pattern)])
      .map((match) => match[1]!)
  })

describe("nothing is left out", () => {
  it("every type of Action has a scenario, and only one", () => {
    assert.deepStrictEqual(missing, [])
    const names = scenarios.map(({ name }) => name)
    assert.deepStrictEqual([...new Set(names)], names)
  })

  it.each([
    ["service", /class (\w+) extends Context\.Service</g, excused],
    ["reference", /const (\w+) = Context\.Reference</g, settings]
  ] as const)("every %s is watched, or is no port", (_, pattern, known) => {
    const found = declared(pattern)
    assert.isAtLeast(found.length, 10)
    const watching = new Set(watched.map(({ key }) => key.split("/").at(-1)!))
    assert.deepStrictEqual(
      found.filter((name) => !watching.has(name) && known[name] === undefined),
      [],
      "watch it in scripts/kill-matrix/Serving.ts, or say here why not"
    )
    assert.deepStrictEqual(
      Object.keys(known).filter((name) => !found.includes(name) || watching.has(name)),
      [],
      "excused, and not there or watched all the same"
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
      take: (host: { readonly back: () => number }) => host.back(),
      tell: (heard: (of: { readonly _tag: "Told" }) => Effect.Effect<number>) =>
        heard({ _tag: "Told" })
    })
    Failpoints.arm(undefined)
    const twice = service.ask({ _tag: "Question" })
    await Effect.runPromise(Effect.andThen(twice, twice))
    await Effect.runPromise(service.later)
    await Effect.runPromise(Stream.runDrain(service.many()))
    assert.strictEqual(service.now + service.sync() + service.make().inner(), 14)
    assert.strictEqual(service.take({ back: () => 8 }), 8)
    assert.strictEqual(await Effect.runPromise(service.tell(() => Effect.succeed(9))), 9)
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
      "after Port.take.back": 1,
      "before Port.tell": 1,
      "after Port.tell": 1,
      "before Port.tell calls back Told": 1,
      "after Port.tell calls back Told": 1
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
    const [one, other] = named("many", () => [
      { text: "DELETE FROM wr2.a", params: [] },
      { text: "DELETE FROM wr2.b", params: [] }
    ])()
    assert.deepStrictEqual(
      [one!, other!].map(({ text }) => nameOf(text)),
      ["many a", "many b"]
    )
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
    const matrix = Matrix.empty("b1")
    const played = { killed: true, violations: [], millis: 1 }
    const violated = { ...played, violations: [{ rule: "r", what: "w" }] }
    const broken = { ...played, violations: [{ rule: "can be played", what: "no database" }] }
    Object.assign(matrix.cells, { "a/Say": played, "b/Say": violated, "c/Say": broken })
    assert.deepStrictEqual(Matrix.again(matrix, "b1").cells, { "a/Say": played, "b/Say": violated })
  })

  it("rehearses again what went wrong without a kill, and forgets what that was", () => {
    const matrix = Matrix.empty("b1")
    Object.assign(matrix.rehearsals, rehearsals)
    matrix.upset.push(
      { scenario: "Say", rule: "comes to rest", what: "it hiccuped" },
      { scenario: "Look", rule: "can be played", what: "no database" }
    )
    assert.lengthOf(Matrix.wrong(matrix, []), 2)
    const again = Matrix.again(matrix, "b1")
    assert.deepStrictEqual(Object.keys(again.rehearsals), ["Move"])
    assert.deepStrictEqual(Matrix.wrong(again, []), [])
  })

  it("knows nothing of another build", () => {
    const matrix = Matrix.empty("b1")
    Object.assign(matrix.rehearsals, rehearsals)
    matrix.cells["a/Say"] = { killed: true, violations: [], millis: 1 }
    assert.deepStrictEqual(Matrix.again(matrix, "b2"), Matrix.empty("b2"))
    assert.deepStrictEqual(Matrix.again(matrix, "b1"), matrix)
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

describe("what is asked for", () => {
  const says = (read: () => unknown) => {
    try {
      return read()
    } catch (error) {
      assert.instanceOf(error, Arguments.Misunderstood)
      assert.notInclude(error.message, "\n")
      return error.message
    }
  }

  it("is understood, or told in one line", () => {
    const known = { lanes: { type: "string" }, cover: { type: "boolean" } } as const
    assert.deepStrictEqual({ ...Arguments.options(known, ["--lanes", "3"]) }, { lanes: "3" })
    assert.include(
      says(() => Arguments.options(known, ["--lane", "3"])),
      "--lane"
    )
    assert.include(
      says(() => Arguments.options(known, ["everything"])),
      "everything"
    )
    assert.strictEqual(Arguments.whole("lanes", "3", 1), 3)
    for (const given of ["x", "", "1.5", "0", "-1"])
      assert.include(
        says(() => Arguments.whole("lanes", given, 1)),
        `--lanes: "${given}"`
      )
    assert.deepStrictEqual(Arguments.names("only", "Say, Move", ["Move", "Say"]), ["Say", "Move"])
    assert.include(
      says(() => Arguments.names("only", "Say,Typo", ["Say"])),
      '"Typo"'
    )
    assert.strictEqual(Arguments.beginning("mutant", "lost c", ["lost cursor: ..."]), "lost c")
    assert.include(
      says(() => Arguments.beginning("mutant", "typo", ["lost cursor"])),
      '"typo"'
    )
  })
})
