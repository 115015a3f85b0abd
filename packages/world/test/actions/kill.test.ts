import { describe, it } from "@effect/vitest"
import { Rejected } from "@wr2/core"
import { Attack } from "../../src/actions/Attack.ts"
import { NotAttackable, NotHere, Safe } from "../../src/Failures.ts"
import { ann, annId, at, bob, given, person, rat, ratId } from "../fixtures/Saltmere.ts"

const attack = (by: "character" | "mob") =>
  Attack.make({ by, character: annId, mob: ratId, room: at("gallows-square") })

describe("kill", () => {
  it("means the rat, whoever else is called so", () => {
    const here = [rat("gallows-square"), ann("gallows-square")]
    const called = (...names: ReadonlyArray<string>) =>
      names.map((name, i) => person(110 + i, name)("gallows-square"))
    for (const names of [[], ["Rat"], ["Ratko", "Ratan"], ["Rat", "Ratko"]]) {
      given(...here, ...called(...names))
        .says(here[1]!, "kill rat")
        .plans(attack("character"))
    }
    given(...here, ...called("Ratko", "Ratan"))
      .says(here[1]!, "kill ratk")
      .rejects(new NotAttackable({ what: "Ratko" }))
  })
  const here = given(ann("gallows-square"), bob("gallows-square"), rat("gallows-square"))
  const says = (line: string) => here.says(ann("gallows-square"), line)
  it("means mobs", () => {
    says("kill rat").plans(attack("character"))
    says("k marsh rat").plans(attack("character"))
    says("kill bob").rejects(new NotAttackable({ what: "Bob" }))
    says("kill moon").rejects(new NotHere({ what: "moon" }))
    says("kill all").rejects(
      new Rejected.Ambiguous({ word: "all", candidates: ["a marsh rat", "Ann", "Bob"] })
    )
  })
  it("is not done in safe rooms", () =>
    given(ann("tide-quay"), rat("tide-quay"))
      .says(ann("tide-quay"), "kill rat")
      .rejects(new Safe()))
  it("of a mob means characters", () =>
    here
      .says(rat("gallows-square"), { _tag: "kill", target: "character.101" } as never)
      .plans(attack("mob")))
})
