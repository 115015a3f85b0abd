import { assert, describe, it } from "@effect/vitest"
import { Content, Dice, Ids } from "@wr2/core"
import { content } from "@wr2/testkit/SmallWorld"
import { GetItem } from "../../src/actions/GetItem.ts"
import { Inventory } from "../../src/actions/Inventory.ts"
import { RunScript } from "../../src/actions/RunScript.ts"
import { Say } from "../../src/actions/Say.ts"
import { Summon } from "../../src/actions/Summon.ts"
import { SwingDoor } from "../../src/actions/SwingDoor.ts"
import { TriggerTimer } from "../../src/actions/TriggerTimer.ts"
import { Instance } from "../../src/aggregates/Instance.ts"
import { blank, Mob } from "../../src/aggregates/Mob.ts"
import * as Conservation from "../../src/Conservation.ts"
import * as Lookup from "../../src/content/Lookup.ts"
import * as Script from "../../src/content/Script.ts"
import { mobFalls } from "../../src/Deaths.ts"
import { DoorOpened } from "../../src/events/DoorOpened.ts"
import { ItemMade } from "../../src/events/ItemMade.ts"
import { MobsAppeared } from "../../src/events/MobsAppeared.ts"
import { MobSummoned } from "../../src/events/MobSummoned.ts"
import { Performed } from "../../src/events/Performed.ts"
import { RoomMarked } from "../../src/events/RoomMarked.ts"
import * as Lives from "../../src/Lives.ts"
import * as System from "../../src/System.ts"
import * as Views from "../../src/views/Views.ts"
import { ann, annId, at, given, instance, item, mob, now, room } from "../fixtures/Saltmere.ts"

const read = Content.reader(content)
const square = at("gallows-square")
const sutlerId = Mob.Id.make(210)
const sutler = mob(210, "sutler", "gallows-square")
const triggers = Lookup.mob(read, "sutler").triggers
const system = { type: "system", id: 0 }
const script = (...lines: ReadonlyArray<string>) => Script.parse(lines).steps
const runs = (steps: ReadonlyArray<Script.Step>, more: object = {}) =>
  RunScript.make({
    room: square,
    mob: sutlerId,
    speaker: "the sutler",
    character: annId,
    steps,
    ...more
  })
const shows = (
  how: "say" | "emote" | "echo",
  text: string,
  speaker: string | null = "the sutler"
) => Performed.make({ room: square, speaker, how, text })

describe("what happens", () => {
  const fires = (on: string, what: string | null) =>
    ({ _tag: "fire", on, room: square, character: annId, what }) as never
  it("sets off the triggers that ask for it", () => {
    const here = given(ann("gallows-square"), sutler)
    here.says(system, fires("say", "No ghost, no!")).plans(runs(triggers[0]!.script))
    here.says(system, fires("say", "the White Lady?")).plans(runs(triggers[0]!.script))
    here.says(system, fires("get", "tallow")).plans(runs(triggers[1]!.script))
    for (const [on, what] of [
      ["say", "ghosts"],
      ["get", "pelt"],
      ["enter", null]
    ] as const) {
      here.says(system, fires(on, what)).rejects({ _tag: "NothingToDo" })
    }
  })
  it("is for the world alone to say", () =>
    given(ann("gallows-square"))
      .says(ann("gallows-square"), fires("say", "ghost"))
      .rejects({ _tag: "NotAllowed", command: "fire" } as never))
  it("is issued by what is said and taken", () => {
    const issue = (on: string, what: string) => ({ actor: System.actor, command: fires(on, what) })
    const gold = { _tag: "Said", speaker: { kind: "character", id: annId, name: "Ann" } }
    given(ann("gallows-square"))
      .when(Say.make({ character: annId, text: "ghost" }))
      .then({ ...gold, room: square, text: "ghost" } as never)
      .issues(issue("say", "ghost"))
    const pelt = item(300, "pelt", "room", square)
    const taken = GetItem.make({ character: annId, item: pelt.row.id, container: null })
    const got = { _tag: "ItemTaken", item: 300, itemName: "a wet pelt", character: annId }
    given(ann("gallows-square"), pelt)
      .when(taken)
      .then({ ...got, name: "Ann", room: square, from: null } as never)
      .issues(issue("get", "pelt"))
  })
})

describe("what is typed", () => {
  const rings = runs(triggers[3]!.script)
  const here = given(ann("gallows-square"), sutler)
  it("is what an author made of it, where that is; no verb hides it that begins alike", () => {
    here.says(ann("gallows-square"), "ring the bell").plans(rings)
    here.says(ann("gallows-square"), "  RING   the bell!").plans(rings)
    here.says(ann("gallows-square"), "in").plans(rings)
  })
  it("is a verb's in any other words, and anywhere else", () => {
    here.says(ann("gallows-square"), "i").plans(Inventory.make({ character: annId }))
    given(ann("tide-quay"), sutler)
      .says(ann("tide-quay"), "in")
      .plans(Inventory.make({ character: annId }))
    given(ann("tide-quay"), sutler)
      .says(ann("tide-quay"), "ring the bell")
      .rejects({ _tag: "UnknownVerb", verb: "ring", suggestions: ["drink"] } as never)
  })
  it("is nothing when it is sent as what it would mean, and means nothing here", () =>
    given(ann("tide-quay"))
      .says(ann("tide-quay"), { _tag: "act", text: "ring the bell" } as never)
      .rejects({ _tag: "NothingToDo" }))
})

describe("the death of a mob", () => {
  it("runs what its kind's triggers do, about its killer", () => {
    const wisp = mob(211, "wisp", "gallows-square").row
    const deciding = {
      content: read,
      every: () => [],
      ids: Ids.countingFrom(1_000) as never,
      now
    }
    const { next } = mobFalls(deciding, wisp, ann("gallows-square").row as never, [])
    assert.deepStrictEqual(
      next.at(-1),
      runs(Lookup.mob(read, "wisp").triggers[0]!.script, { mob: null, speaker: "a wisp" })
    )
  })
})

describe("RunScript", () => {
  it("shows, gives, and goes on after a wait", () => {
    const { script: steps } = triggers[0]!
    const gift = item(1000, "tallow", "character", annId)
    const made = ItemMade.make({
      character: annId,
      giver: "the sutler",
      itemName: "a tallow candle",
      items: [gift.row]
    })
    const rest = runs(steps.slice(8))
    given(ann("gallows-square"), sutler)
      .when(runs(steps))
      .then(shows("say", "Where?"), made)
      .next({ ...rest, after: 2_000 })
      .issues({
        actor: System.actor,
        command: { _tag: "summon", mob: "wisp", room: square } as never
      })
      .leaves(gift)
      .and(rest)
      .then(shows("echo", "It is cold here."))
      .next()
    given(ann("gallows-square"), sutler, item(400, "tallow", "character", annId))
      .when(runs(steps))
      .then(shows("say", "Where?"), shows("emote", "points at your candle."))
  })
  it("moves who plays, or whom it is about, as that one would", () => {
    const steps = script("move north", "open east")
    const go = { _tag: "go", direction: "north" } as never
    const swing = {
      actor: System.actor,
      command: { _tag: "swing", room: square, direction: "east" }
    }
    const by = (who: string) => ({ ...swing, command: { ...swing.command, who } }) as never
    given(ann("gallows-square"), sutler)
      .when(runs(steps))
      .then()
      .issues({ actor: { type: "Mob", id: sutlerId }, command: go }, by("the sutler"))
    given(ann("gallows-square"))
      .when(runs(steps, { mob: null, speaker: null }))
      .then()
      .issues({ actor: { type: "Character", id: annId }, command: go }, by("somebody"))
  })
  it("goes on without whom it was about, and ends with who plays it", () => {
    const steps = script("say Hello.", "give tallow", "if carries tallow", "say Yes.", "end")
    given(ann("tide-quay"), sutler).when(runs(steps)).then(shows("say", "Hello."))
    given(sutler).when(runs(steps)).then(shows("say", "Hello."))
    given(ann("gallows-square")).when(runs(steps)).then().next()
  })
  it("knows the hour and what somebody has learned", () => {
    const night = script("if night", "echo Dark.", "else", "echo Light.", "end")
    given(sutler).when(runs(night), { now: 0 }).then(shows("echo", "Dark."))
    given(sutler).when(runs(night), { now: 600_000 }).then(shows("echo", "Light."))
    const old = script("if level 2", "echo Old.", "end")
    given(ann("gallows-square", { exp: 50 }), sutler)
      .when(runs(old))
      .then(shows("echo", "Old."))
    given(ann("gallows-square"), sutler).when(runs(old)).then()
  })
  it("marks its room, and asks what it was marked with before", () => {
    const steps = script("if marked lit", "echo It burns.", "end", "mark lit", "unmark cold")
    const lights = (flags: ReadonlyArray<string>) => RoomMarked.make({ room: square, flags })
    const here = (...flags: ReadonlyArray<string>) => room("gallows-square", {}, flags)
    given(sutler, here("cold", "wet"))
      .when(runs(steps))
      .then(lights(["wet", "lit"]))
      .leaves(here("wet", "lit"))
      .and(runs(steps))
      .then(shows("echo", "It burns."))
    // A mob's is the room in which it is by then.
    given(mob(210, "sutler", "tide-quay"), room("tide-quay"))
      .when(runs(script("mark lit")))
      .then(RoomMarked.make({ room: at("tide-quay"), flags: ["lit"] }))
    given(here())
      .when(runs(script("mark lit"), { mob: null, speaker: null, character: null }))
      .then(lights(["lit"]))
    given(sutler, here("lit"))
      .when(runs(script("mark lit")))
      .then()
      .next()
  })
  it("fills nobody's hands beyond what one carries", () => {
    const laden = Array.from({ length: 20 }, (_, i) => item(500 + i, "pelt", "character", annId))
    given(ann("gallows-square"), sutler, ...laden)
      .when(runs(script("give tallow")))
      .then()
    assert.isFalse(RunScript.options.wakes)
  })
  it("reads as speech, as a deed, or as it is", () => {
    const who = { character: annId, room: square }
    assert.deepStrictEqual(Views.event(shows("say", "Hm."), who), ["The sutler says: Hm."])
    assert.deepStrictEqual(Views.event(shows("emote", "waits."), who), ["The sutler waits."])
    assert.deepStrictEqual(Views.event(shows("echo", "A drum.", null), who), ["A drum."])
  })
})

describe("TriggerTimer", () => {
  const timer = TriggerTimer.make({ room: square, mob: sutlerId, trigger: 2 })
  const again = TriggerTimer.make({ room: square, mob: sutlerId, trigger: 2 }, { every: 40_000 })
  it("runs its script about nobody, again and again, as long as its owner lives", () => {
    given(sutler)
      .when(timer)
      .then()
      .next(runs(triggers[2]!.script, { character: null }), again)
    given().when(timer).then().next()
    given(sutler)
      .when(TriggerTimer.make({ room: square, mob: sutlerId, trigger: 0 }))
      .then()
      .next()
    given()
      .when(TriggerTimer.make({ room: square, mob: null, trigger: 0 }))
      .then()
      .next()
  })
  it("is part of a mob's life", () =>
    assert.deepInclude(Lives.begin(read, sutler.row, Dice.fromSeed(1)), {
      ...timer,
      after: 40_000
    }))
})

describe("Summon", () => {
  const summon = Summon.make({ instance: Instance.Id.make(1), room: square, mob: "wisp" })
  const wisp = (id: number) =>
    mob(id, "wisp", "gallows-square", { spawner: "script:wisp", hp: 1, gold: 0 })
  it("lets one appear, and no more than three of a kind", () => {
    const made = wisp(1000)
    const summoned = MobSummoned.make({ mob: made.row, items: [] })
    given(instance(), wisp(901), wisp(902))
      .when(summon)
      .then(
        summoned,
        MobsAppeared.make({ room: square, mobName: "a wisp", mobs: [Mob.Id.make(1000)] })
      )
      .leaves(Mob.row(made.row, blank))
      .and(summon)
      .then()
    assert.deepStrictEqual(Conservation.made(summoned), { gold: 0, items: 0 })
  })
  it("is planned for a script", () =>
    given(instance())
      .says(system, { _tag: "summon", room: square, mob: "wisp" } as never)
      .plans(summon))
})

describe("SwingDoor", () => {
  const street = at("rope-street")
  const shop = at("chandlery")
  const way = { direction: "east", to: shop, door: "green door", trigger: true } as const
  const swing = SwingDoor.make({ room: street, way, who: "the wind" })
  const command = { _tag: "swing", room: street, direction: "east", who: "the wind" } as never
  it("opens both sides, once", () =>
    given()
      .when(swing, { now })
      .then(
        DoorOpened.make({
          room: street,
          direction: "east",
          beyond: shop,
          door: "green door",
          character: 0,
          name: "the wind"
        })
      )
      .leaves(
        room("rope-street", { east: "open" }),
        room("chandlery", { west: "open", down: "locked" })
      )
      .and(swing)
      .then())
  it("is planned where a door is shut", () => {
    given().says(system, command).plans(swing)
    given(room("rope-street", { east: "open" }))
      .says(system, command)
      .rejects({ _tag: "NothingToDo" })
  })
})
