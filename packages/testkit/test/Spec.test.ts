import { assert, describe, it } from "@effect/vitest"
import { Action, Aggregate, Command, Event, Game, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { given, SpecFailure } from "../src/Spec.ts"

// A game that uses every part of an Outcome: ovens, and loaves that are baked in them.
class Cold extends Schema.TaggedError<Cold>()("Cold", { heat: Schema.Int }) {}
class Undeclared extends Schema.TaggedError<Undeclared>()("Undeclared", {}) {}
class NoOven extends Schema.TaggedError<NoOven>()("NoOven", {}) {}

const Oven = Aggregate.define("Oven", {
  rank: 1,
  fields: { heat: Schema.Int, baker: Schema.NullOr(Schema.String) },
  indexes: { baker: (oven) => oven.baker },
  runtime: {
    schema: Schema.Struct({ baked: Schema.Int }),
    version: 1,
    build: () => ({ baked: 0 })
  }
})
const Loaf = Aggregate.define("Loaf", {
  rank: 2,
  fields: { oven: Oven.Id, weight: Schema.Int, baked: Schema.Int },
  indexes: { oven: (loaf) => loaf.oven }
})
const loafFields = { id: Loaf.Id, oven: Oven.Id, weight: Schema.Int, baked: Schema.Int }
const Baked = Event.define("Baked", {
  fields: loafFields,
  evolve: (e) => [
    Loaf.insert({ id: e.id, oven: e.oven, weight: e.weight, baked: e.baked }),
    Oven.updateRuntime(e.oven, (data) => ({ baked: data.baked + 1 }))
  ],
  heardBy: (e) => [Oven.stream(e.oven)]
})
const Emptied = Event.define("Emptied", {
  fields: { oven: Oven.Id, loaves: Schema.Array(Loaf.Id) },
  evolve: (e) => e.loaves.map((id) => Loaf.remove(id)),
  heardBy: (e) => [Oven.stream(e.oven)]
})
const Shown = Event.define("Shown", {
  fields: { loaves: Schema.Int, at: Schema.Int },
  heardBy: () => []
})

const one = Oven.Id.make(1)

const Bake = Action.make("Bake", { oven: Oven.Id })
const Empty = Action.make("Empty", { oven: Oven.Id })
const Show = Action.make("Show", { oven: Oven.Id })
const bakeRule = Bake.rule({
  emits: [Baked],
  fails: [Cold],
  locks: (a) => [Oven.ref(a.oven)],
  decide: (a, { the, runtime, dice, ids, now, actor }) =>
    Result.gen(function* () {
      const oven = yield* the(Oven, a.oven)
      const { baked } = yield* runtime(Oven, a.oven)
      if (oven.heat < 100) return yield* Result.fail(new Cold({ heat: oven.heat }))
      return {
        events: [
          Baked.make({
            id: ids.next(Loaf),
            oven: a.oven,
            weight: dice.between(400, 500),
            baked: now
          })
        ],
        next: baked < 2 ? [Bake.make(a, { every: 60_000 })] : [],
        issue: actor === null ? [] : [{ actor, command: show.make({ what: "loaves" }) }]
      }
    })
})
const emptyRule = Empty.rule({
  emits: [Emptied],
  locks: (a, { projection }) => [
    Oven.ref(a.oven),
    ...projection.by(Loaf, "oven", a.oven).map(({ id }) => Loaf.ref(id))
  ],
  decide: (a, { every }) =>
    Result.succeed({
      events: [
        Emptied.make({ oven: a.oven, loaves: every(Loaf, "oven", a.oven).map(({ id }) => id) })
      ]
    })
})
const showRule = Show.view({
  emits: [Shown],
  fails: [NoOven],
  view: (a, { projection, now }) =>
    projection.get(Oven, a.oven) === undefined
      ? Result.fail(new NoOven())
      : Result.succeed([
          Shown.make({ loaves: projection.by(Loaf, "oven", a.oven).length, at: now })
        ])
})
const show = Command.define("show", {
  grammar: "show <what...>",
  fields: { what: Schema.String },
  from: ["Oven"],
  rejects: [NoOven],
  plan: (c, { actor }) =>
    c.what === "nothing"
      ? Result.succeed([])
      : c.what === "air"
        ? Result.fail(new NoOven())
        : Result.succeed([Show.make({ oven: Oven.Id.make(actor) })])
})
const set = Command.define("set", {
  grammar: [["set <heat> exactly", { exact: true }], "set <heat>", "set <note...>"],
  fields: {
    heat: Schema.NullOr(Schema.Int),
    exact: Schema.NullOr(Schema.Boolean),
    note: Schema.NullOr(Schema.String)
  },
  plan: (c) =>
    Result.succeed([
      Bake.make({ oven: Oven.Id.make(c.heat ?? (c.note === null ? 0 : -1)) }),
      ...(c.exact === true ? [Bake.make({ oven: one })] : [])
    ])
})
const bakery = Game.make("bakery", {
  aggregates: [Oven, Loaf],
  events: [Baked, Emptied, Shown],
  actions: [bakeRule, emptyRule, showRule],
  commands: [show, set]
})

const hot = Oven.row({ id: 1, heat: 200, baker: "ann" }, { baked: 0 })
const cold = Oven.row({ id: 2, heat: 20, baker: null }, { baked: 0 })
const loaf = (id: number, weight = 450, oven = one) => Loaf.row({ id, oven, weight, baked: 0 })
const bake = Bake.make({ oven: one })
const first = Baked.make({ id: Loaf.Id.make(1000), oven: one, weight: 452, baked: 1_000_000 })

/** The bakery with a rule of our own in place of bake's, types left aside. */
const withBake = (rule: object): Game.Any => {
  const options: any = {
    emits: [Baked, Emptied],
    locks: () => [Oven.ref(1)],
    decide: () => Result.succeed({}),
    ...rule
  }
  return { ...bakery, actions: [Bake.rule(options), showRule] }
}
const throws = (f: () => unknown, words: string | RegExp) =>
  assert.throws(
    f,
    typeof words === "string" ? new RegExp(words.replace(/[()[\]]/g, "\\$&")) : words
  )

describe("an Action", () => {
  it("is decided with seeded dice, counted ids and a fixed now", () =>
    given(bakery, hot)
      .when(bake)
      .then(first)
      .leaves(
        Loaf.row({ id: Loaf.Id.make(1000), oven: one, weight: 452, baked: 1_000_000 }),
        Oven.row({ id: 1, heat: 200, baker: "ann" }, { baked: 1 })
      )
      .next(Bake.make({ oven: one }, { every: 60_000 }))
      .issues())
  it("is decided under the circumstances given", () =>
    given(bakery, hot)
      .when(bake, { seed: 7, now: 5, actor: hot, instance: 3, firstId: 70 })
      .then(Baked.make({ id: Loaf.Id.make(70), oven: one, weight: 420, baked: 5 }))
      .issues({ actor: { type: "Oven", id: 1 }, command: show.make({ what: "loaves" }) }))
  it("goes on from what the one before left: rows, ids, actor; with other dice", () =>
    given(bakery, hot)
      .when(bake, { now: 5, actor: hot })
      .then(Baked.make({ id: Loaf.Id.make(1000), oven: one, weight: 452, baked: 5 }))
      .and(bake, { now: 6 })
      .then(Baked.make({ id: Loaf.Id.make(1001), oven: one, weight: 451, baked: 6 }))
      .issues({ actor: { type: "Oven", id: 1 }, command: show.make({ what: "loaves" }) })
      .and(Empty.make({ oven: one }))
      .then(Emptied.make({ oven: one, loaves: [Loaf.Id.make(1000), Loaf.Id.make(1001)] }))
      .gone(Loaf.ref(1000), Loaf.ref(1001))
      .next()
      .and(Show.make({ oven: one }))
      .shows(Shown.make({ loaves: 0, at: 6 })))
  it("may be refused, which changes nothing", () =>
    given(bakery, cold)
      .when(Bake.make({ oven: Oven.Id.make(2) }))
      .fails(new Cold({ heat: 20 }))
      .leaves(cold))
  it("finds a locked row that is no more Gone, and the runtime of an inactive owner", () => {
    given(bakery)
      .when(bake)
      .fails(new Action.Gone({ aggregate: "Oven", id: 1 }))
    given(bakery, Oven.row({ id: 1, heat: 200, baker: null }))
      .when(bake)
      .fails(new Action.Gone({ aggregate: "Oven", id: 1 }))
  })
  it("as a view shows, and changes nothing", () => {
    given(bakery, hot, loaf(5))
      .when(Show.make({ oven: one }))
      .shows(Shown.make({ loaves: 1, at: 1_000_000 }))
      .leaves(hot)
    given(bakery)
      .when(Show.make({ oven: one }))
      .fails(new NoOven())
  })
})

describe("an expectation that does not hold", () => {
  const differs = (f: () => unknown, words: string) => {
    try {
      f()
    } catch (error) {
      assert.instanceOf(error, SpecFailure)
      assert.include(error.message, words)
      return error
    }
    return assert.fail("should not hold")
  }
  it("tells what was expected and what came, and hands both to the test runner", () => {
    const error = differs(
      () => given(bakery, hot).when(bake).then(),
      'Events of Bake: expected [], got [{"_tag":"Baked"'
    )
    assert.deepStrictEqual(error.expected, [])
    assert.deepStrictEqual(error.actual, [first])
  })
  it("of every kind", () => {
    const went = given(bakery, hot).when(bake).then(first)
    differs(
      () =>
        given(bakery, cold)
          .when(Bake.make({ oven: Oven.Id.make(2) }))
          .then(first),
      'Bake failed: {"_tag":"Cold","heat":20}'
    )
    differs(
      () =>
        given(bakery, hot)
          .when(bake)
          .fails(new Cold({ heat: 1 })),
      "Bake did not fail"
    )
    differs(
      () =>
        given(bakery, cold)
          .when(Bake.make({ oven: Oven.Id.make(2) }))
          .fails(new Cold({ heat: 21 })),
      "failure of Bake"
    )
    differs(() => went.leaves(hot), "leaves runtime of Oven:1")
    differs(() => went.leaves(Oven.row({ id: 1, heat: 1, baker: "ann" })), "leaves Oven:1")
    differs(
      () => went.leaves(loaf(5)),
      'leaves Loaf:5: expected {"baked":0,"id":5,"oven":1,"weight":450}, got nothing'
    )
    differs(() => went.gone(Oven.ref(1)), "gone Oven:1")
    differs(() => went.next(), "next")
    differs(() => went.next(Bake.make({ oven: one })), "next")
    differs(
      () => went.issues({ actor: { type: "Oven", id: 1 }, command: show.make({ what: "loaves" }) }),
      "issues"
    )
    differs(() => given(bakery, hot).when(bake).shows(first), "Bake is no view")
    differs(
      () =>
        given(bakery, hot)
          .when(Show.make({ oven: one }))
          .then(),
      "Show is a view"
    )
    differs(() => given(bakery, hot).says(hot, "show loaves").plans(), 'plan of "show loaves"')
    differs(
      () => given(bakery, hot).says(hot, "show loaves").rejects(new NoOven()),
      "was not rejected"
    )
    differs(() => given(bakery, hot).says(hot, "show air").plans(), "was rejected")
    differs(
      () => given(bakery, hot).says(hot, "show air").rejects(new Rejected.NothingToDo()),
      "rejection of"
    )
  })
  it("is no pass either when a test ends with `when`", async () => {
    const message = await Promise.resolve(given(bakery, hot).when(bake)).then(
      () => "passed",
      (error: Error) => error.message
    )
    assert.strictEqual(message, "Bake: say what happens, .then(...) or .fails(...)")
  })
})

describe("a Command", () => {
  const bakeryOf = given(bakery, hot)
  const showing = Show.make({ oven: one })
  it("is planned from text or as typed, for an actor by row, ref or in full", () => {
    bakeryOf.says(hot, "show loaves").plans(showing)
    bakeryOf.says(Oven.ref(1), "sh loaves").plans(showing)
    bakeryOf.says({ type: "Oven", id: 1 }, show.make({ what: "loaves" })).plans(showing)
  })
  it("goes on with its Action and its actor", () =>
    bakeryOf
      .says(hot, "show loaves")
      .plans(showing)
      .when(bake)
      .then(first)
      .issues({ actor: { type: "Oven", id: 1 }, command: show.make({ what: "loaves" }) }))
  it("is rejected with the game's reasons and the engine's", () => {
    bakeryOf.says(hot, "show air").rejects(new NoOven())
    bakeryOf.says(hot, "show nothing").rejects(new Rejected.NothingToDo())
    bakeryOf
      .says(hot, "shoe")
      .rejects(new Rejected.UnknownVerb({ verb: "shoe", suggestions: ["show"] }))
    bakeryOf
      .says(hot, "s")
      .rejects(new Rejected.Ambiguous({ word: "s", candidates: ["set", "show"] }))
    bakeryOf
      .says(hot, "show")
      .rejects(new Rejected.Malformed({ verb: "show", usage: ["show <what...>"] }))
    bakeryOf
      .says({ type: "Cat", id: 1 }, "show air")
      .rejects(new Rejected.NotAllowed({ command: "show" }))
  })
  it("takes the first reading that its schema accepts; a word is a number where one is wanted", () => {
    bakeryOf.says(hot, "set 3 exactly").plans(Bake.make({ oven: Oven.Id.make(3) }), bake)
    bakeryOf.says(hot, "set +3").plans(Bake.make({ oven: Oven.Id.make(3) }))
    bakeryOf.says(hot, "set -0").plans(Bake.make({ oven: Oven.Id.make(0) }))
    for (const note of ["3 loosely", "3.5", "3e2", "9007199254740993"]) {
      bakeryOf.says(hot, `set ${note}`).plans(Bake.make({ oven: Oven.Id.make(-1) }))
    }
  })
})

describe("what the engine holds for a defect throws here", () => {
  const when = (rule: object, planned = bake) =>
    given(withBake(rule), hot, cold, loaf(5)).when(planned)
  const decides = (outcome: unknown) => ({ decide: () => Result.succeed(outcome) })

  it("reading outside the lock set", () => {
    throws(
      () =>
        when({
          decide: (_: unknown, { the }: Action.Deciding) => (the(Oven, 2), Result.succeed({}))
        }),
      "Bake reads Oven:2 outside its lock set (Oven:1)"
    )
    throws(
      () =>
        when({
          locks: () => [],
          decide: (_: unknown, { the }: Action.Deciding) => (the(Oven, 1), Result.succeed({}))
        }),
      "Bake reads Oven:1 outside its lock set (empty)"
    )
    throws(
      () =>
        when({
          decide: (_: unknown, { runtime }: Action.Deciding) => (
            runtime(Oven, 2),
            Result.succeed({})
          )
        }),
      "outside its lock set"
    )
  })
  it("finding an unlocked row by an index", () =>
    throws(
      () =>
        when({
          decide: (_: unknown, { every }: Action.Deciding) => (
            every(Loaf, "oven", 1),
            Result.succeed({})
          )
        }),
      "Bake reads Loaf:5 outside its lock set"
    ))
  it("changing an unlocked row", () =>
    throws(
      () => when(decides({ events: [Emptied.make({ oven: one, loaves: [Loaf.Id.make(5)] })] })),
      "Loaf:5 outside its lock set"
    ))
  it("emitting, failing with, planning, issuing what is not declared", () => {
    throws(
      () => when(decides({ events: [Shown.make({ loaves: 1, at: 1 })] })),
      "emits Shown, which it does not declare"
    )
    throws(
      () => when({ decide: () => Result.fail(new Undeclared()) }),
      'fails with {"_tag":"Undeclared"}, which it does not'
    )
    throws(
      () => when(decides({ next: [Empty.make({ oven: one })] })),
      "plans Empty, which is not an Action of bakery"
    )
    throws(
      () =>
        when(decides({ issue: [{ actor: { type: "Oven", id: 1 }, command: { _tag: "dance" } }] })),
      "issues dance, which is not a Command of bakery"
    )
    throws(() => when({}, Empty.make({ oven: one })), "Empty is not an Action of bakery")
  })
  it("a value that does not fit, has fields of nobody's, or is not plain", () => {
    throws(
      () => when({}, Bake.make({ oven: 1.5 } as never)),
      /Bake does not fit: oven: 1.5 is not a safe integer/
    )
    throws(() => when({}, Bake.make({ oven: "1" } as never)), /Bake does not fit/)
    throws(
      () => when({}, { _tag: "Bake", payload: { oven: one, extra: 1 } }),
      /Bake does not fit.*excess/
    )
    throws(() => when({}, Bake.make({ oven: Oven.Id.make(-0) })), /oven: -0 is not a safe integer/)
    throws(() => when(decides({ events: [{ ...first, weight: "much" }] })), /Baked does not fit/)
    throws(() => when(decides({ events: [{ ...first, more: 1 }] })), /Baked does not fit.*excess/)
  })
  it("what a database would not take", () => {
    const insert = (id: number) => when(decides({ events: [{ ...first, id }] }))
    throws(() => insert(5), "Loaf 5 exists already")
    throws(
      () =>
        when({
          locks: () => [Oven.ref(1), Loaf.ref(6)],
          ...decides({ events: [Emptied.make({ oven: one, loaves: [Loaf.Id.make(6)] })] })
        }),
      "Loaf 6 does not exist (remove)"
    )
    throws(() => given(bakery, hot, hot), "Oven:1 is given twice")
    throws(
      () => given(bakery, Aggregate.define("Cat", { rank: 1, fields: {} }).row({ id: 1 })),
      "Cat is not an aggregate of this game"
    )
  })
  it("evolving a row into another's, or into what does not fit", () => {
    const evolving = (row: object) => {
      const emptied = {
        ...Emptied,
        evolve: () => [Oven.update(1, (oven) => ({ ...oven, ...row }))]
      }
      const game = withBake({
        emits: [emptied],
        ...decides({ events: [Emptied.make({ oven: one, loaves: [] })] })
      })
      return () => given({ ...game, events: [emptied as any] }, hot).when(bake)
    }
    throws(evolving({ id: 9 }), "Oven:1: evolve changes its id to 9")
    throws(evolving({ heat: null }), "Oven 1: does not fit its fields")
  })
  it("a plan that breaks, or is rejected with what no Command declares", () => {
    const saying = (plan: () => unknown) => () =>
      given({ ...bakery, commands: [{ ...show, plan } as any] }, hot).says(hot, "show it")
    throws(
      saying(() => {
        throw new Error("broken")
      }),
      "broken"
    )
    throws(
      saying(() => Result.succeed([{ _tag: "Dance", payload: {} }])),
      "Dance, which is not registered"
    )
    throws(
      saying(() => Result.fail(new Undeclared())),
      "which no Command declares"
    )
  })
  it("a rule that is not pure", () => {
    let calls = 0
    throws(
      () => when({ decide: () => Result.succeed({ next: [bake].slice(calls++) }) }),
      "Bake is not pure"
    )
    throws(
      () =>
        when({
          decide: (_: unknown, { the }: Action.Deciding) =>
            Result.map(the(Oven, 1), (oven) => {
              ;(oven as { heat: number }).heat = 3
              return {}
            })
        }),
      /read only/
    )
  })
})
