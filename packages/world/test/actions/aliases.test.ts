import { assert, describe, it } from "@effect/vitest"
import { Rejected } from "@wr2/core"
import { SetAlias } from "../../src/actions/SetAlias.ts"
import { ShowAliases } from "../../src/actions/ShowAliases.ts"
import * as Aliases from "../../src/Aliases.ts"
import { AliasesShown } from "../../src/events/AliasesShown.ts"
import { AliasSet } from "../../src/events/AliasSet.ts"
import { AliasReserved, NoAlias, TooManyAliases } from "../../src/Failures.ts"
import { ann, annId, given } from "../fixtures/Saltmere.ts"

const set = (word: string, line: string | null) => SetAlias.make({ character: annId, word, line })
const was = (word: string, line: string | null) => AliasSet.make({ character: annId, word, line })
const having = (aliases: Aliases.Aliases) => ann("tide-quay", { aliases })
const twenty = Object.fromEntries(
  Array.from({ length: Aliases.most }, (_, i) => [`word${i}`, "look"])
)

describe("SetAlias", () => {
  it("lets a word stand for a line, for another, and for nothing more", () =>
    given(having({}))
      .when(set("kr", "kill rat"))
      .then(was("kr", "kill rat"))
      .leaves(having({ kr: "kill rat" }))
      .and(set("kr", "kill 2.rat"))
      .then(was("kr", "kill 2.rat"))
      .and(set("kr", null))
      .then(was("kr", null))
      .leaves(having({}))
      .and(set("kr", null))
      .fails(new NoAlias({ word: "kr" })))
  it("has a bound, of which one may still change those that there are", () => {
    given(having(twenty))
      .when(set("more", "look"))
      .fails(new TooManyAliases({ max: 20 }))
    given(having(twenty)).when(set("word3", "north")).then(was("word3", "north"))
  })
})

describe("alias and unalias as they are typed", () => {
  const me = having({ kr: "kill rat", b: "back" })
  const scene = given(me)
  it("plan", () => {
    scene.says(me, "alias go2 n;n").plans(set("go2", "n;n"))
    scene.says(me, "alias hi say  hello").plans(set("hi", "say  hello"))
    scene.says(me, "unalias kr").plans(set("kr", null))
    scene.says(me, "alias").plans(ShowAliases.make({ character: annId }))
    scene.when(ShowAliases.make({ character: annId })).shows(
      AliasesShown.make({
        character: annId,
        aliases: [
          { word: "b", line: "back" },
          { word: "kr", line: "kill rat" }
        ]
      })
    )
  })
  it("are rejected", () => {
    scene.says(me, "unalias kx").rejects(new NoAlias({ word: "kx" }))
    scene.says(me, "alias alias look").rejects(new AliasReserved({ word: "alias" }))
    const full = having(twenty)
    given(full)
      .says(full, "alias more look")
      .rejects(new TooManyAliases({ max: 20 }))
    const usage = ["alias <word> <line...>", "alias"]
    for (const line of ["alias kr", `alias kr ${"a".repeat(121)}`, "alias <b> look"]) {
      scene.says(me, line).rejects(new Rejected.Malformed({ verb: "alias", usage }))
    }
  })
})

describe("a client", () => {
  it("puts in what a word stands for, once, and what follows it", () => {
    const aliases = { kr: "kill rat", look: "look at me" }
    assert.strictEqual(Aliases.expand(aliases, "kr"), "kill rat")
    assert.strictEqual(Aliases.expand(aliases, "  Kr  in the eye"), "kill rat  in the eye")
    assert.strictEqual(Aliases.expand(aliases, "look"), "look at me")
    for (const line of ["kra", "say kr", "", "constructor"]) {
      assert.isUndefined(Aliases.expand(aliases, line))
    }
  })
})
