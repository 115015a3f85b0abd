import { assert, describe, it } from "@effect/vitest"
import { Action, Rejected } from "@wr2/core"
import { given, SpecFailure } from "../src/Spec.ts"
import {
  Bake,
  bake,
  Baked,
  bakery,
  Cold,
  cold,
  Emptied,
  Empty,
  first,
  hot,
  Loaf,
  loaf,
  NoOven,
  one,
  Oven,
  Show,
  show,
  Shown
} from "./fixtures/Bakery.ts"

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
