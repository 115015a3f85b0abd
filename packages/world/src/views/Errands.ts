/** Quests, given and done. */
import type { QuestAdvanced } from "../events/QuestAdvanced.ts"
import type { QuestDone } from "../events/QuestDone.ts"
import type { QuestsListed } from "../events/QuestsListed.ts"
import type { QuestTaken } from "../events/QuestTaken.ts"
import { capital, coins, list, you } from "./Words.ts"
import type { View } from "./Words.ts"

/** Given; whom it was given to is told what it is called. */
export const questTaken: View<typeof QuestTaken> = (e, who) => [
  `${capital(e.mobName)} says to ${you(e.character, e.name, who)}: ${e.text}`,
  ...(e.character === who.character ? [`A new quest: ${e.title}.`] : [])
]
/** Further than before. */
export const questAdvanced: View<typeof QuestAdvanced> = (e) => [
  `${e.title}: ${e.count} of ${e.of}.`
]
/** Rewarded. */
export const questDone: View<typeof QuestDone> = (e, who) => {
  const said = `${capital(e.mobName)} says to ${you(e.character, e.name, who)}: ${e.text}`
  if (e.character !== who.character) return [said]
  const reward = [
    ...(e.gold === 0 ? [] : [coins(e.gold)]),
    ...(e.exp === 0 ? [] : [`${e.exp} experience`]),
    ...(e.itemName === null ? [] : [e.itemName])
  ]
  return [
    said,
    `Quest done: ${e.title}.`,
    ...(reward.length === 0 ? [] : [`You get ${list(reward)}.`])
  ]
}
/** To `quests`. */
export const questsListed: View<typeof QuestsListed> = (e) =>
  e.quests.length === 0
    ? ["Nobody has asked anything of you yet."]
    : e.quests.map(({ count, done, giver, of, room, title }) =>
        done
          ? `${title}: done.`
          : `${title}: ${count} of ${of}. Asked by ${giver}${room === null ? "" : `, ${room}`}.`
      )
