import { assert, describe, it } from "@effect/vitest"
import { RunnerHealth } from "@wr2/cluster"
import * as RunnerAddress from "effect/cluster/RunnerAddress"

const at = (port: number) => RunnerAddress.make("10.0.0.1", port)

describe("the neighbour that a runner watches", () => {
  it("is nobody for one alone", () => {
    assert.isUndefined(RunnerHealth.neighbour(at(2), [at(2)]))
  })

  it("is another for everybody, so that everybody is watched", () => {
    const all = [at(3), at(1), at(2)]
    const watched = all.map((self) => RunnerHealth.neighbour(self, all)?.port)
    assert.deepStrictEqual(watched, [1, 2, 3])
  })
})
