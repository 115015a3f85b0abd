import { assert, describe, it } from "@effect/vitest"
import { Trials } from "@wr2/engine/Trials"

describe("who is tried at once", () => {
  const [one, two] = [{ instance: 1 }, { instance: 2 }]

  it("any that are no suspects; a suspect when no other owner tries anything", () => {
    const trials = new Trials()
    assert.isTrue(trials.begin(one, "a", false))
    assert.isTrue(trials.begin(two, "b", false))
    trials.end(one, "a")
    assert.isFalse(trials.begin(one, "suspect", true))
    trials.end(two, "b")
    assert.isFalse(trials.begin(two, "c", false), "the suspect comes first")
    assert.isTrue(trials.begin(one, "suspect", true))
    assert.isFalse(trials.begin(two, "c", false))
    assert.isFalse(trials.begin(two, "another suspect", true))
    trials.end(one, "suspect")
    assert.isTrue(trials.begin(two, "another suspect", true))
  })

  it("whoever has one under way does not wait for another, which might wait for it", () => {
    const trials = new Trials()
    trials.begin(one, "a", false)
    trials.begin(two, "b", false)
    assert.isTrue(trials.begin(one, "suspect that goes before a", true))
    assert.isTrue(trials.begin(two, "c that goes before b", false))
  })

  it("two that each have something else to do before their suspect do not wait for each other", () => {
    const trials = new Trials()
    const three = { instance: 3 }
    trials.begin(three, "a", false)
    trials.begin(one, "suspect", true)
    trials.begin(two, "suspect", true)
    trials.end(three, "a")
    assert.isFalse(trials.begin(one, "before it", false))
    assert.isTrue(trials.begin(two, "before it", false))
  })

  it("an owner that is gone holds up nobody", () => {
    const trials = new Trials()
    trials.begin(one, "a", true)
    trials.begin(two, "b", true)
    trials.endAll(one, false)
    trials.endAll(two, true)
    assert.isTrue(trials.begin({ instance: 1 }, "c", true))
  })

  it("an attempt goes on in the process that counted it, ten times, and not in another", () => {
    const trials = new Trials()
    const next = { instance: 1 }
    assert.isFalse(trials.goesOn(one, "a"), "it is counted")
    trials.endAll(one, true)
    for (let times = 0; times < 10; times++) assert.isTrue(trials.goesOn(next, "a"))
    assert.isFalse(trials.goesOn(next, "a"), "it is counted again")
    assert.isTrue(trials.goesOn(next, "a"))
    assert.isFalse(trials.goesOn(two, "a"))
    trials.end(next, "a")
    assert.isFalse(trials.goesOn(next, "a"))
    trials.endAll(next, false)
    assert.isFalse(trials.goesOn(one, "a"), "another process had the instance meanwhile")
  })
})
