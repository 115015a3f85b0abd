import { assert, describe, it } from "@effect/vitest"
import { Rejected } from "@wr2/core"
import { Emote } from "../../src/actions/Emote.ts"
import { Tell } from "../../src/actions/Tell.ts"
import { Yell } from "../../src/actions/Yell.ts"
import { Emoted } from "../../src/events/Emoted.ts"
import { Told } from "../../src/events/Told.ts"
import { Yelled } from "../../src/events/Yelled.ts"
import { Elsewhere, Nobody, NobodyTold, TellSelf } from "../../src/Failures.ts"
import * as Views from "../../src/views/Views.ts"
import { ann, annId, at, bob, bobId, given, person } from "../fixtures/Saltmere.ts"

const tell = (text = "psst") => Tell.make({ from: annId, to: bobId, text })
const told = Told.make({ from: annId, fromName: "Ann", to: bobId, toName: "Bob", text: "psst" })
const asleep = ann("tide-quay", { inside: false })
const annSees = { character: annId, room: at("tide-quay") }
const bobSees = { character: bobId, room: at("mudflat") }

describe("Tell", () => {
  it("reaches who is anywhere in the instance, and nobody else, and can be replied to", () => {
    given(ann("tide-quay"), bob("mudflat"))
      .when(tell())
      .then(told)
      .leaves(ann("tide-quay"), bob("mudflat", { replyTo: annId }))
    assert.deepStrictEqual(Told.heardBy(told), ["character:101", "character:102"])
    assert.deepStrictEqual(Views.event(told, annSees), ["You tell Bob: psst"])
    assert.deepStrictEqual(Views.event(told, bobSees), ["Ann tells you: psst"])
  })
  it("needs both to be awake", () => {
    given(asleep, bob("mudflat")).when(tell()).fails(new Elsewhere())
    given(ann("tide-quay"), bob("mudflat", { inside: false }))
      .when(tell())
      .fails(new Nobody({ name: "Bob" }))
  })
})

describe("Emote and Yell", () => {
  const text = "shivers"
  const by = { character: annId, text }
  const seen = { ...by, name: "Ann", room: at("tide-quay") }
  it("an emote is seen in the room", () => {
    given(ann("tide-quay")).when(Emote.make(by)).then(Emoted.make(seen)).leaves(ann("tide-quay"))
    assert.deepStrictEqual(Emoted.heardBy(Emoted.make(seen)), [`room:${at("tide-quay")}`])
    assert.deepStrictEqual(Views.event(Emoted.make(seen), annSees), ["Ann shivers"])
    given(asleep).when(Emote.make(by)).fails(new Elsewhere())
  })
  it("a yell is heard everywhere", () => {
    given(ann("tide-quay")).when(Yell.make(by)).then(Yelled.make(seen)).leaves(ann("tide-quay"))
    assert.deepStrictEqual(Yelled.heardBy(Yelled.make(seen)), ["everywhere"])
    assert.deepStrictEqual(Views.event(Yelled.make(seen), annSees), ["You yell: shivers"])
    assert.deepStrictEqual(Views.event(Yelled.make(seen), bobSees), [
      "Ann yells from somewhere: shivers"
    ])
    assert.deepStrictEqual(Views.event(Yelled.make(seen), { ...annSees, character: bobId }), [
      "Ann yells: shivers"
    ])
    given(asleep).when(Yell.make(by)).fails(new Elsewhere())
  })
})

describe("talk as it is typed", () => {
  const me = ann("tide-quay")
  const scene = given(me, bob("mudflat"), person(103, "Bobby")("rope-street"))
  it("tell", () => {
    scene.says(me, "tell bob psst").plans(tell())
    scene.says(me, 'tell bob "no  secret"  at all').plans(tell('"no  secret"  at all'))
    scene
      .says(me, "tell bo psst")
      .rejects(new Rejected.Ambiguous({ word: "bo", candidates: ["Bob", "Bobby"] }))
    scene.says(me, "tell eve psst").rejects(new Nobody({ name: "eve" }))
    scene.says(me, "tell ann psst").rejects(new TellSelf())
    given(me, bob("mudflat", { inside: false }))
      .says(me, "tell bob psst")
      .rejects(new Nobody({ name: "bob" }))
    scene
      .says(me, `tell bob ${"a".repeat(401)}`)
      .rejects(new Rejected.Malformed({ verb: "tell", usage: ["tell <who> <text...>"] }))
  })
  it("reply", () => {
    const spoken = ann("tide-quay", { replyTo: bobId })
    given(spoken, bob("mudflat")).says(spoken, "re psst").plans(tell())
    scene.says(me, "reply psst").rejects(new NobodyTold())
    given(spoken, bob("mudflat", { inside: false }))
      .says(spoken, "reply psst")
      .rejects(new Nobody({ name: "Bob" }))
    given(spoken)
      .says(spoken, "reply psst")
      .rejects(new Nobody({ name: "so any more" }))
  })
  it("emote and yell", () => {
    for (const line of ["emote waves", "em waves", ":waves"]) {
      scene.says(me, line).plans(Emote.make({ character: annId, text: "waves" }))
    }
    for (const line of ["yell help", "y help", "shout help"]) {
      scene.says(me, line).plans(Yell.make({ character: annId, text: "help" }))
    }
  })
})
