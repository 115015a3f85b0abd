import { assert, describe, it } from "@effect/vitest"
import { Actor, Content } from "@wr2/core"
import type { Aggregate } from "@wr2/core"
import * as GameDef from "@wr2/engine/GameDef"
import { defaults } from "@wr2/engine/Limits"
import * as Planner from "@wr2/engine/Planner"
import { game } from "@wr2/testkit/SmallWorld"
import { Result } from "effect"
import * as Achievements from "../../src/Achievements.ts"
import { Depart } from "../../src/actions/Depart.ts"
import { GrantAchievement } from "../../src/actions/GrantAchievement.ts"
import { KeepFeats } from "../../src/actions/KeepFeats.ts"
import { PassDeedOn } from "../../src/actions/PassDeedOn.ts"
import { Score } from "../../src/actions/Score.ts"
import { Character } from "../../src/aggregates/Character.ts"
import { Feats, featsOf } from "../../src/aggregates/Feats.ts"
import { credit } from "../../src/commands/Credit.ts"
import { remember } from "../../src/commands/Remember.ts"
import { witness } from "../../src/commands/Witness.ts"
import { achievements } from "../../src/consumers/Achievements.ts"
import { World } from "../../src/content/World.ts"
import { AchievementGained } from "../../src/events/AchievementGained.ts"
import { CharacterArrived } from "../../src/events/CharacterArrived.ts"
import { CharacterDeparted } from "../../src/events/CharacterDeparted.ts"
import { CharacterMoved } from "../../src/events/CharacterMoved.ts"
import { CharacterSent } from "../../src/events/CharacterSent.ts"
import { DeedPassedOn } from "../../src/events/DeedPassedOn.ts"
import { ExperienceShared } from "../../src/events/ExperienceShared.ts"
import { FeatsKept } from "../../src/events/FeatsKept.ts"
import { FeatsSent } from "../../src/events/FeatsSent.ts"
import * as Views from "../../src/views/Views.ts"
import { ann, annId, at, given, instance } from "../fixtures/Saltmere.ts"

const content = Content.reader(game.content)
const id = featsOf(annId)
const feats = (some: Partial<Feats> = {}) => ({ ...Achievements.none(id), ...some })
const killed = { did: "killed", room: null, mob: "a marsh rat" } as const
const crossed = { did: "crossed", room: null, mob: null } as const
const saw = (room: string) => ({ did: "saw", room, mob: null }) as const
const grant = (deed: Achievements.Deed) => GrantAchievement.make({ character: annId, deed })
const consumer = Actor.consumer("achievements")
const gained = (achievement: string, title: string, room = true) =>
  AchievementGained.make({
    character: annId,
    name: "Ann",
    room: room ? at("tide-quay") : null,
    achievement,
    title
  })
const rooms = Object.entries(content(World).rooms).flatMap(([slug, { place, secret }]) =>
  place === "saltmere" && !secret ? [slug] : []
)

describe("a deed", () => {
  it("counts, and gains what it is the first, the tenth, or the last of", () => {
    let now = feats()
    for (let kills = 1; kills <= 12; kills++) now = Achievements.after(now, killed, content)
    assert.deepStrictEqual(now, feats({ kills: 12, gained: ["first-blood", "ten-kills"] }))
    now = Achievements.after(feats(), crossed, content)
    assert.deepStrictEqual(now.gained, ["wayfarer"])
    assert.strictEqual(Achievements.after(now, crossed, content), now)
    now = feats({ seen: ["king-crypt"] })
    for (const [i, slug] of rooms.entries()) {
      assert.lengthOf(now.seen, i + 1)
      now = Achievements.after(now, saw(slug), content)
      if (i < rooms.length - 1) assert.strictEqual(Achievements.after(now, saw(slug), content), now)
    }
    // What is remembered of a place that was seen whole is that it was.
    assert.deepStrictEqual(now, feats({ seen: ["king-crypt"], gained: ["explorer:saltmere"] }))
    assert.strictEqual(Achievements.after(now, saw(rooms[0]!), content), now)
    assert.strictEqual(Achievements.title(content, "explorer:saltmere"), "Explorer of Saltmere")
  })
  it("of nowhere, or of a room that content has lost, adds nothing that is wrong", () => {
    assert.deepStrictEqual(
      Achievements.after(feats(), { did: "saw", room: null, mob: null }, content),
      feats()
    )
    assert.deepStrictEqual(Achievements.after(feats(), saw("lost"), content).gained, [])
  })
})

describe("GrantAchievement", () => {
  it("makes the row with the first deed, and tells what was gained", () =>
    given(ann("tide-quay"))
      .when(grant(killed))
      .then(
        FeatsKept.make({ feats: feats({ kills: 1, gained: ["first-blood"] }), first: true }),
        gained("first-blood", "First Blood")
      )
      .leaves(Feats.row(feats({ kills: 1, gained: ["first-blood"] })))
      .and(grant(killed))
      .then(FeatsKept.make({ feats: feats({ kills: 2, gained: ["first-blood"] }), first: false })))
  it("changes nothing for what adds nothing", () =>
    given(ann("tide-quay"), Feats.row(feats({ seen: ["tide-quay"] })))
      .when(grant(saw("tide-quay")))
      .then())
  it("tells who is away nothing but what they gained, and nobody else", () =>
    given(ann("tide-quay", { inside: false }))
      .when(grant(crossed))
      .then(
        FeatsKept.make({ feats: feats({ gained: ["wayfarer"] }), first: true }),
        gained("wayfarer", "Wayfarer", false)
      ))
  it("of who left just now is asked again here, where it is known by then where to", () => {
    const passed = DeedPassedOn.make({ character: annId, deed: killed, target: 1 })
    given().when(grant(killed), { instance: 1 }).then(passed)
    assert.deepStrictEqual(DeedPassedOn.sends?.(passed), {
      target: 1,
      command: credit.make({ character: annId, deed: killed })
    })
    assert.isUndefined(DeedPassedOn.sends?.({ ...passed, target: null }))
  })
})

describe("witness and credit", () => {
  const seen = (room: "tide-quay" | "mudflat") =>
    witness.make({ character: annId, did: "saw", room: at(room), mob: null })
  const plan = Planner.make(GameDef.prepare(game), defaults, (_, error) => {
    throw error
  })
  /** Of who departed to instance 2. */
  const gone = (actor: Actor.Actor, command: { readonly _tag: string }) =>
    plan({
      instance: 1,
      actor,
      wish: { command },
      projection: { get: () => undefined, runtime: () => undefined } as never,
      departed: ({ id: who, type }) => (type === "Character" && who === annId ? 2 : null)
    })
  const mudflat: Aggregate.Given = Feats.row(feats({ seen: ["mudflat"] }))
  it("plan a grant, or nothing for what adds nothing", () => {
    given(ann("tide-quay"), mudflat)
      .says(consumer, seen("tide-quay"))
      .plans(grant(saw("tide-quay")))
    given(ann("tide-quay"), mudflat)
      .says(consumer, seen("mudflat"))
      .rejects({ _tag: "NothingToDo" } as never)
    given(ann("tide-quay"))
      .says({ type: "instance", id: 2 }, credit.make({ character: annId, deed: killed }))
      .plans(grant(killed))
  })
  it("go after who has gone", () => {
    const did = witness.make({ character: annId, did: "killed", room: null, mob: "a marsh rat" })
    const on = (target: number | null) =>
      PassDeedOn.make({ character: annId, deed: killed, target })
    const message = { type: "instance", id: 2 }
    const credited = credit.make({ character: annId, deed: killed })
    assert.deepStrictEqual(Result.getOrThrow(gone(consumer, did)).actions, [on(2)])
    assert.deepStrictEqual(Result.getOrThrow(gone(message, credited)).actions, [on(2)])
    // Who is nowhere: a message is never rejected, and does not go round for ever.
    given().says(message, credited).plans(on(null))
    given()
      .says(consumer, did)
      .rejects({ _tag: "NotHere", what: "who did it" } as never)
  })
  it("are for the consumer and for instances alone", () => {
    for (const command of [
      seen("tide-quay"),
      credit.make({ character: annId, deed: killed }),
      remember.make({ feats: feats({ gained: ["ten-kills"] }) })
    ]) {
      for (const who of [ann("tide-quay"), Actor.system, Actor.consumer("others")])
        given(ann("tide-quay"))
          .says(who, command)
          .rejects({ _tag: "NotAllowed", command: command._tag } as never)
    }
  })
})

describe("feats", () => {
  const row = feats({ kills: 3, gained: ["first-blood"] })
  it("travel ahead of their character", () => {
    const depart = Depart.make({
      character: annId,
      room: at("whale-ring"),
      portal: "a whalebone arch",
      target: 2,
      arrival: "barrow-mouth"
    })
    const sent = FeatsSent.make({ feats: row, target: 2 })
    const traveller = ann("whale-ring")
    const session = "session-101"
    given(traveller, Feats.row(row))
      .when(depart)
      .then(
        CharacterDeparted.make({
          character: annId,
          name: "Ann",
          room: at("whale-ring"),
          portal: "a whalebone arch"
        }),
        sent,
        CharacterSent.make({
          character: traveller.row,
          items: [],
          session,
          target: 2,
          arrival: "barrow-mouth"
        })
      )
      .gone(Feats.ref(id), Character.ref(annId))
    assert.deepStrictEqual(FeatsSent.sends?.(sent), {
      target: 2,
      command: remember.make({ feats: row })
    })
    given(instance())
      .says({ type: "instance", id: 1 }, remember.make({ feats: row }))
      .plans(KeepFeats.make({ feats: row }))
    given(instance())
      .when(KeepFeats.make({ feats: row }))
      .then(FeatsKept.make({ feats: row, first: true }))
      .leaves(Feats.row(row))
  })
  it("are shown by score", () => {
    const [shown] = [Score.make({ character: annId })]
    const look = given(ann("tide-quay"), Feats.row(row)).when(shown!)
    const self = {
      id: annId,
      name: "Ann",
      level: 1,
      exp: 0,
      hp: 25,
      maxHp: 25,
      gold: 20,
      wielding: null,
      fighting: null,
      craft: null,
      lasting: [],
      stance: "standing"
    } as const
    const event = { _tag: "ScoreShown", self, achievements: ["First Blood"] } as const
    look.shows(event)
    const lines = Views.event(event, { character: annId, room: at("tide-quay") })
    assert.strictEqual(lines.at(-1), "Achievements: First Blood.")
  })
})

describe("the consumer", () => {
  it("says the same of the same Event, and nothing of who is no character", () => {
    const moved = CharacterMoved.make({
      character: annId,
      name: "Ann",
      from: at("tide-quay"),
      to: at("rope-street"),
      direction: "north"
    })
    const where = { instance: 1, seq: 7, time: 0, commandId: null, actor: null }
    const said = [
      witness.make({ character: annId, did: "saw", room: at("rope-street"), mob: null })
    ]
    assert.deepStrictEqual(achievements.handle(moved, where), said)
    assert.deepStrictEqual(achievements.handle(moved, where), said)
    const arrived = CharacterArrived.make({ character: annId, name: "Ann", room: at("whale-ring") })
    assert.deepStrictEqual(
      achievements.handle(arrived, where).map((each) => (each as unknown as { did: string }).did),
      ["crossed", "saw"]
    )
    // Who shares in what was learned shares in the deed.
    const shared = ExperienceShared.make({ character: annId, exp: 3, mobName: "a marsh rat" })
    assert.deepStrictEqual(achievements.handle(shared, where), [
      witness.make({ character: annId, did: "killed", room: null, mob: "a marsh rat" })
    ])
  })
})

describe("what is read of it", () => {
  it("is told to who gained it, and to who stands by", () => {
    const event = gained("first-blood", "First Blood")
    const here = at("tide-quay")
    assert.deepStrictEqual(Views.event(event, { character: annId, room: here }), [
      "You have gained an achievement: First Blood."
    ])
    assert.deepStrictEqual(Views.event(event, { character: 9, room: here }), [
      "Ann has gained an achievement: First Blood."
    ])
    assert.deepStrictEqual(AchievementGained.heardBy({ ...event, room: null }), ["character:101"])
  })
})
