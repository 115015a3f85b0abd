/** A character asks what it has been asked to do. Read-only. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Feats } from "../aggregates/Feats.ts"
import { heldBy, Item } from "../aggregates/Item.ts"
import * as Lookup from "../content/Lookup.ts"
import { QuestsListed } from "../events/QuestsListed.ts"
import * as Quests from "../Quests.ts"

export const ListQuests = Action.make("ListQuests", { character: Character.Id })
/** Shows each with how far it is; of what is to be brought, what is carried now. */
export const listQuestsView = ListQuests.view({
  emits: [QuestsListed],
  view: ({ character }, { content, projection }) => {
    const taken = projection.get(Feats, character)?.quests ?? []
    const carried = projection.by(Item, "holder", heldBy("character", character))
    const quests = taken.flatMap(({ count, done, quest: slug }) => {
      const quest = Quests.find(content, slug)
      if (quest === undefined) return []
      const of = Quests.goal(quest)
      const has = carried.filter(({ template }) => template === quest.brings?.item).length
      const soFar = done ? of : quest.brings === null ? count : Math.min(of, has)
      const giver = Lookup.mob(content, quest.giver).name
      const room = Lookup.homeOf(content, quest.giver)?.name ?? null
      return [{ title: quest.name, giver, room, count: soFar, of, done }]
    })
    return Result.succeed([QuestsListed.make({ character, quests })])
  }
})
