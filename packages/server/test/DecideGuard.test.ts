import { assert, describe, it } from "@effect/vitest"
import { DecideGuard } from "@wr2/engine"
import { byInspector, byVm, guard, layer } from "@wr2/server/DecideGuard"
import { Effect } from "effect"

const forever = (): never => {
  while (true) {
    // As a rule that waits for what never comes.
  }
}

describe.each([
  ["by the inspector", byInspector()!],
  ["by node:vm", byVm()]
] as const)("a guard of rules, %s", (_, guard) => {
  it("gives back what the rule gives", () => {
    assert.strictEqual(
      guard(1_000, () => 7),
      7
    )
  })

  it("lets through what the rule throws, as it was thrown", () => {
    const error = new TypeError("a bug")
    let caught: unknown
    try {
      guard(1_000, () => {
        throw error
      })
    } catch (thrown) {
      caught = thrown
    }
    assert.strictEqual(caught, error)
  })

  it("ends a loop, also one that catches everything", () => {
    const began = performance.now()
    assert.throws(() => guard(50, forever), DecideGuard.Overran)
    assert.throws(
      () =>
        guard(50, () => {
          while (true) {
            try {
              forever()
            } catch {
              // Once more.
            }
          }
        }),
      DecideGuard.Overran
    )
    assert.isBelow(performance.now() - began, 1_000)
  })

  it("works again after it, and within another", () => {
    assert.throws(() => guard(20, forever), DecideGuard.Overran)
    assert.strictEqual(
      guard(1_000, () => guard(1_000, () => 1) + 1),
      2
    )
    // The inner limit is the outer one's: it is the outer that is passed.
    assert.throws(() => guard(50, () => guard(10_000, forever)), DecideGuard.Overran)
  })

  it("ends what it guards and nothing after it, however close to the limit that came", () => {
    let [ended, done] = [0, 0]
    for (let i = 0; i < 400; i++) {
      const until = performance.now() + 0.3 + (i % 20) / 10
      try {
        guard(1, () => {
          while (performance.now() < until);
        })
        done++
      } catch (error) {
        assert.instanceOf(error, DecideGuard.Overran)
        ended++
      }
      // What a late end would hit.
      for (let n = 0; n < 1_000; n++) if (n < 0) done = NaN
    }
    assert.strictEqual(ended + done, 400)
    assert.isAbove(ended, 0)
  })

  it("runs nothing else meanwhile: promises wait until it is over", async () => {
    const order: Array<string> = []
    guard(1_000, () => {
      void Promise.resolve().then(() => order.push("later"))
      order.push("inside")
    })
    order.push("after")
    await Promise.resolve()
    assert.deepStrictEqual(order, ["inside", "after", "later"])
  })
})

describe("the guard of rules", () => {
  it.effect("is the engine's", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* DecideGuard.DecideGuard, guard)
      assert.throws(() => guard(20, forever), DecideGuard.Overran)
    }).pipe(Effect.provide(layer))
  )

  it("is the cheaper of the two", () => {
    const cost = (one: DecideGuard.Guard) => {
      const { system, user } = process.cpuUsage()
      for (let i = 0; i < 200; i++) one(1_000, () => i)
      const spent = process.cpuUsage({ system, user })
      return spent.user + spent.system
    }
    const [vm, inspector] = [byVm(), byInspector()!]
    const ratios = Array.from({ length: 7 }, () => cost(inspector) / cost(vm)).sort((a, b) => a - b)
    assert.isBelow(ratios[3]!, 0.5)
  })
})
