import { assert, describe, it } from "@effect/vitest"
import { Content } from "@wr2/core"
import { content } from "@wr2/testkit/SmallWorld"
import * as Achievements from "../../src/Achievements.ts"
import { Ask } from "../../src/actions/Ask.ts"
import { GrantAchievement } from "../../src/actions/GrantAchievement.ts"
import { ListQuests } from "../../src/actions/ListQuests.ts"
import { Feats, featsOf } from "../../src/aggregates/Feats.ts"
import { Item } from "../../src/aggregates/Item.ts"
import { Mob } from "../../src/aggregates/Mob.ts"
import * as Conservation from "../../src/Conservation.ts"
import { FeatsKept } from "../../src/events/FeatsKept.ts"
import { Greeted } from "../../src/events/Greeted.ts"
import { QuestAdvanced } from "../../src/events/QuestAdvanced.ts"
import { QuestDone } from "../../src/events/QuestDone.ts"
import { QuestsListed } from "../../src/events/QuestsListed.ts"
import { QuestTaken } from "../../src/events/QuestTaken.ts"
import { Elsewhere, NotHere, NothingToAsk, TooMuch } from "../../src/Failures.ts"
import * as Quests from "../../src/Quests.ts"
import * as Views from "../../src/views/Views.ts"
import { ann, annId, at, bobId, given, item, mob } from "../fixtures/Saltmere.ts"

const read = Content.reader(content)
const room = at("gallows-square")
const sutler = mob(210, "sutler", "gallows-square")
const ask = Ask.make({ character: annId, mob: Mob.Id.make(210) })
const taken = (quest: string, count = 0, done = false) => ({ quest, count, done })
const feats = (...quests: ReadonlyArray<ReturnType<typeof taken>>): Feats => ({
  ...Achievements.none(featsOf(annId)),
  seen: ["mudflat"],
  quests
})
const having = (...quests: ReadonlyArray<ReturnType<typeof taken>>) => Feats.row(feats(...quests))
const about = { character: annId, name: "Ann", room, mobName: "the sutler" }
const candle = item(330, "tallow", "character", annId)
const pipe = item(1000, "pipe", "character", annId)
const done = QuestDone.make({
  ...about,
  quest: "candle",
  title: "A Light",
  text: "It burns.",
  feats: feats(taken("candle", 0, true)),
  gold: 5,
  exp: 3,
  brought: [Item.Id.make(330)],
  broughtGold: 0,
  made: [pipe.row],
  itemName: "a bone pipe"
})

describe("Ask", () => {
  it("gives a quest, also to who has done nothing yet", () => {
    const first = { ...Achievements.none(featsOf(annId)), quests: [taken("candle")] }
    given(ann("gallows-square"), sutler)
      .when(ask)
      .then(
        QuestTaken.make({
          ...about,
          quest: "candle",
          title: "A Light",
          text: "Bring me a candle.",
          feats: first,
          first: true
        })
      )
      .leaves(Feats.row(first))
  })
  it("reminds who has not done it", () =>
    given(ann("gallows-square"), sutler, having(taken("candle")))
      .when(ask)
      .then(
        Greeted.make({
          room,
          speaker: "the sutler",
          text: "A candle.",
          character: annId,
          name: "Ann"
        })
      ))
  it("takes what was brought and rewards it, once", () => {
    given(ann("gallows-square", { wielding: 330 }), sutler, candle, having(taken("candle")))
      .when(ask)
      .then(done)
      .leaves(ann("gallows-square", { gold: 25, exp: 3 }), pipe, having(taken("candle", 0, true)))
      .gone(candle.ref)
      .and(ask)
      .then(
        QuestTaken.make({
          ...about,
          quest: "flat",
          title: "The Flat",
          text: "See the mudflat.",
          feats: feats(taken("candle", 0, true), taken("flat")),
          first: false
        })
      )
    assert.deepStrictEqual(Conservation.made(done), { gold: 5, items: 0 })
  })
  it("rewards what was seen, and has no more for who is a beginner", () => {
    const before = [taken("candle", 0, true), taken("flat", 1)]
    given(ann("gallows-square"), sutler, having(...before))
      .when(ask)
      .then(
        QuestDone.make({
          ...about,
          quest: "flat",
          title: "The Flat",
          text: "Well seen.",
          feats: feats(before[0]!, taken("flat", 1, true)),
          gold: 0,
          exp: 1,
          brought: [],
          broughtGold: 0,
          made: [],
          itemName: null
        })
      )
      .and(ask)
      .fails(new NothingToAsk({ who: "the sutler" }))
  })
  it("is refused with full hands, from elsewhere, and to who is not there", () => {
    const laden = Array.from({ length: 21 }, (_, i) => item(500 + i, "pelt", "character", annId))
    given(ann("gallows-square"), sutler, candle, having(taken("candle")), ...laden)
      .when(ask)
      .fails(new TooMuch({ who: "you", max: 20 }))
    given(ann("tide-quay"), sutler)
      .when(ask)
      .fails(new NotHere({ what: "the sutler" }))
    given(ann("gallows-square", { inside: false }), sutler)
      .when(ask)
      .fails(new Elsewhere())
  })
  it("is typed with a name", () =>
    given(ann("gallows-square"), sutler).says(ann("gallows-square"), "ask sutler").plans(ask))
  it("reads with the reward to who got it alone", () => {
    assert.deepStrictEqual(Views.event(done, { character: annId, room }), [
      "The sutler says to you: It burns.",
      "Quest done: A Light.",
      "You get 5 gold coins, 3 experience and a bone pipe."
    ])
    assert.deepStrictEqual(Views.event(done, { character: bobId, room }), [
      "The sutler says to Ann: It burns."
    ])
  })
})

describe("a quest", () => {
  const killed = { did: "killed", room: null, mob: "a marsh rat" } as const
  it("counts what is killed and seen while it is open, and no further than it asks", () => {
    let now = feats(taken("rats"), taken("flat"))
    for (let i = 0; i < 3; i++) now = Quests.after(now, killed, read)
    now = Quests.after(now, { did: "saw", room: "mudflat", mob: null }, read)
    assert.deepStrictEqual(now.quests, [taken("rats", 2), taken("flat", 1)])
    assert.strictEqual(Quests.after(now, killed, read), now)
    const eel = { ...killed, mob: "a mud eel" }
    assert.strictEqual(Quests.after(feats(taken("rats")), eel, read).quests[0]!.count, 0)
    const over = feats(taken("rats", 2, true))
    assert.strictEqual(Quests.after(over, killed, read), over)
  })
  it("that is further is told by the deed that counted", () => {
    const before = feats(taken("flat"))
    const saw = { did: "saw", room: "mudflat", mob: null } as const
    const grant = GrantAchievement.make({ character: annId, deed: saw })
    given(ann("mudflat"), Feats.row(before))
      .when(grant)
      .then(
        FeatsKept.make({ feats: feats(taken("flat", 1)), first: false }),
        QuestAdvanced.make({ character: annId, quest: "flat", title: "The Flat", count: 1, of: 1 })
      )
      .and(grant)
      .then()
  })
})

describe("quests", () => {
  const asked = { giver: "the sutler", room: "Gallows Square" }
  it("are listed with how far they are", () =>
    given(ann("tide-quay"), candle, having(taken("candle"), taken("rats", 1)))
      .says(ann("tide-quay"), "quests")
      .plans(ListQuests.make({ character: annId }))
      .when(ListQuests.make({ character: annId }))
      .shows(
        QuestsListed.make({
          character: annId,
          quests: [
            { ...asked, title: "A Light", count: 1, of: 1, done: false },
            { ...asked, title: "Two Rats", count: 1, of: 2, done: false }
          ]
        })
      ))
  it("say who asked, and where that is", () => {
    const lines = (of: Partial<Quests.Progress>) =>
      Views.event(
        QuestsListed.make({
          character: annId,
          quests: [{ ...asked, title: "A Light", count: 0, of: 1, done: false, ...of }]
        }),
        { character: annId, room }
      )
    assert.deepStrictEqual(lines({}), ["A Light: 0 of 1. Asked by the sutler, Gallows Square."])
    assert.deepStrictEqual(lines({ room: null }), ["A Light: 0 of 1. Asked by the sutler."])
    assert.deepStrictEqual(lines({ done: true }), ["A Light: done."])
  })
})
