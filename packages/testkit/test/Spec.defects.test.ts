import { assert, describe, it } from "@effect/vitest"
import { Aggregate } from "@wr2/core"
import type { Action } from "@wr2/core"
import { Result } from "effect"
import { given } from "../src/Spec.ts"
import {
  Bake,
  bake,
  bakery,
  cold,
  Emptied,
  Empty,
  first,
  hot,
  Loaf,
  loaf,
  one,
  Oven,
  show,
  Shown,
  Undeclared,
  withBake
} from "./fixtures/Bakery.ts"

const throws = (f: () => unknown, words: string | RegExp) =>
  assert.throws(
    f,
    typeof words === "string" ? new RegExp(words.replace(/[()[\]]/g, "\\$&")) : words
  )

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
