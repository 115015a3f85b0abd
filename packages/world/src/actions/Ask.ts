/** A character asks a mob what it wants: it gives a quest, says how far one is, or rewards it, once. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import * as Achievements from "../Achievements.ts"
import { Character } from "../aggregates/Character.ts"
import { Feats, featsOf } from "../aggregates/Feats.ts"
import { heldBy, Item } from "../aggregates/Item.ts"
import { Mob } from "../aggregates/Mob.ts"
import * as Carried from "../Carried.ts"
import * as Combat from "../Combat.ts"
import * as Lookup from "../content/Lookup.ts"
import { World } from "../content/World.ts"
import type { Quest } from "../content/World.ts"
import { Greeted } from "../events/Greeted.ts"
import { LevelGained } from "../events/LevelGained.ts"
import { QuestDone } from "../events/QuestDone.ts"
import { QuestTaken } from "../events/QuestTaken.ts"
import { Elsewhere, NotHere, NothingToAsk, TooMuch } from "../Failures.ts"
import { unlessGone } from "../Found.ts"
import * as Growth from "../Growth.ts"
import * as Making from "../Making.ts"
import * as Quests from "../Quests.ts"

export const Ask = Action.make("Ask", { character: Character.Id, mob: Mob.Id })
/** Locks both, the feats, and what it carries: some of it may be what is wanted. */
export const askRule = Ask.rule({
  emits: [Greeted, QuestTaken, QuestDone, LevelGained],
  fails: [Elsewhere, NotHere, NothingToAsk, TooMuch],
  locks: (a, { projection }) => [
    Character.ref(a.character),
    Mob.ref(a.mob),
    Feats.ref(a.character),
    ...Carried.deep(projection, "character", a.character)
  ],
  decide: (a, deciding) =>
    Result.gen(function* () {
      const { content, every, the } = deciding
      const character = yield* the(Character, a.character)
      const mob = yield* the(Mob, a.mob)
      const mobName = Lookup.mobName(content, mob)
      if (!character.inside) return yield* Result.fail(new Elsewhere())
      if (mob.room !== character.room) return yield* Result.fail(new NotHere({ what: mobName }))
      const before = yield* unlessGone(the(Feats, a.character))
      const feats = before ?? Achievements.none(featsOf(a.character))
      const answer = Quests.answer(content, mob.template, feats, Combat.level(character.exp))
      if (answer === undefined) return yield* Result.fail(new NothingToAsk({ who: mobName }))
      const { quest, slug } = answer
      const { id, name, room } = character
      const told = { character: id, name, room, mobName, quest: slug, title: quest.name }
      if (answer.to === "offer") {
        const quests = [...feats.quests, { quest: slug, count: 0, done: false }]
        const first = before === undefined
        const taken = { ...told, text: quest.asks, feats: { ...feats, quests }, first }
        return { events: [QuestTaken.make(taken)] }
      }
      const brought = wanted(every, id, quest)
      if ((quest.brings === null ? answer.taken.count : brought.length) < Quests.goal(quest)) {
        const reminded = { room, speaker: mobName, text: quest.reminds, character: id, name }
        return { events: [Greeted.make(reminded)] }
      }
      const made = reward(deciding, quest, id)
      const max = content(World).settings.carry
      if (made.length > 0 && Carried.count(every, id) - brought.length >= max) {
        return yield* Result.fail(new TooMuch({ who: "you", max }))
      }
      const quests = feats.quests.map((one) => (one.quest === slug ? { ...one, done: true } : one))
      const done = QuestDone.make({
        ...told,
        text: quest.thanks,
        feats: { ...feats, quests },
        gold: quest.reward.gold,
        exp: quest.reward.exp,
        brought: brought.map((item) => item.id),
        broughtGold: brought.reduce((sum, { gold }) => sum + gold, 0),
        made,
        itemName: quest.reward.item === null ? null : Lookup.item(content, quest.reward.item).name
      })
      return { events: [done, ...Growth.levels(content, character, quest.reward.exp)] }
    })
})

/** As many of the things that a quest wants as somebody has to give: none with something in it. */
const wanted = (
  every: Parameters<typeof Carried.count>[0],
  character: Character["id"],
  { brings }: Quest
): ReadonlyArray<Item> =>
  brings === null
    ? []
    : every(Item, "holder", heldBy("character", character))
        .filter(
          ({ id, template }) =>
            template === brings.item && every(Item, "holder", heldBy("item", id)).length === 0
        )
        .slice(0, brings.count)

const reward = (
  { content, dice, ids }: Action.Deciding,
  { reward: { item } }: Quest,
  character: Character["id"]
): ReadonlyArray<Item> =>
  item === null
    ? []
    : Making.items({ content, dice, nextId: () => ids.next(Item) }, item, "character", character)
