import { assert, describe, it } from "@effect/vitest"
import { Become } from "../../src/actions/Become.ts"
import { ShowArchetypes } from "../../src/actions/ShowArchetypes.ts"
import { ShowSkills } from "../../src/actions/ShowSkills.ts"
import type { Character } from "../../src/aggregates/Character.ts"
import * as Energy from "../../src/Energy.ts"
import { ArchetypeChosen } from "../../src/events/ArchetypeChosen.ts"
import { AlreadyBecome, NoArchetype } from "../../src/Failures.ts"
import { ann, annId, at, given, now } from "../fixtures/Saltmere.ts"

const craft = (archetype: string | null, more: Partial<Character["craft"]> = {}) => ({
  craft: { archetype, energy: 12, energyAt: now, ready: {}, ...more }
})
const wrecker = craft("wrecker")

describe("become", () => {
  it("is a choice for life", () =>
    given(ann("tide-quay"))
      .says(ann("tide-quay"), "become wrecker")
      .plans(Become.make({ character: annId, archetype: "wrecker" }))
      .when(Become.make({ character: annId, archetype: "wrecker" }))
      .then(
        ArchetypeChosen.make({
          character: annId,
          name: "Ann",
          room: at("tide-quay"),
          archetype: "wrecker",
          title: "a wrecker"
        })
      )
      .leaves(ann("tide-quay", craft("wrecker", { energy: 0, energyAt: 0 })))
      .and(Become.make({ character: annId, archetype: "lampwright" }))
      .fails(new AlreadyBecome({ archetype: "a wrecker" })))
  it("tells what there is", () => {
    given(ann("tide-quay"))
      .says(ann("tide-quay"), "become")
      .plans(ShowArchetypes.make({ character: annId }))
    given(ann("tide-quay"))
      .says(ann("tide-quay"), "become a king")
      .rejects(new NoArchetype({ name: "king", known: ["lampwright", "wrecker"] }))
    given(ann("tide-quay", wrecker))
      .says(ann("tide-quay", wrecker), "become lampwright")
      .rejects(new AlreadyBecome({ archetype: "a wrecker" }))
  })
})

describe("energy", () => {
  it("comes back with time, up to the full, and faster to who rests", () => {
    const spent = { exp: 0, stance: "standing", ...craft("wrecker", { energy: 2 }) } as const
    const after = [0, 2_999, 3_000, 30_000, 1_000_000]
    assert.deepStrictEqual(
      after.map((millis) => Energy.at(spent, now + millis)),
      [2, 2, 3, 12, 12]
    )
    assert.strictEqual(Energy.at({ ...spent, stance: "resting" }, now + 3_000), 4)
  })
  it("is shown, with what there is to do", () => {
    const who = ann("tide-quay", craft("lampwright", { ready: { scald: now + 2_500 } }))
    given(who)
      .says(who, "skills")
      .plans(ShowSkills.make({ character: annId }))
      .when(ShowSkills.make({ character: annId }))
      .shows({
        _tag: "SkillsShown",
        character: annId,
        archetype: "a lampwright",
        resource: "oil",
        energy: 12,
        max: 12,
        skills: [
          { name: "scald", verb: "scald", description: "Hot oil.", level: 1, cost: 3, wait: 3 },
          {
            name: "smoulder",
            verb: "smoulder",
            description: "A fire that eats on.",
            level: 1,
            cost: 4,
            wait: 0
          },
          {
            name: "mend",
            verb: "mend",
            description: "Heals a friend, and goes on for a while.",
            level: 1,
            cost: 4,
            wait: 0
          }
        ]
      } as never)
  })
})
