/** Counts a deed of a character, and grants what it gains by it. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import * as Achievements from "../Achievements.ts"
import { Character } from "../aggregates/Character.ts"
import { Feats, featsOf } from "../aggregates/Feats.ts"
import { AchievementGained } from "../events/AchievementGained.ts"
import { DeedPassedOn } from "../events/DeedPassedOn.ts"
import { FeatsKept } from "../events/FeatsKept.ts"
import { QuestAdvanced } from "../events/QuestAdvanced.ts"
import { unlessGone } from "../Found.ts"
import * as Quests from "../Quests.ts"

export const GrantAchievement = Action.make("GrantAchievement", {
  character: Character.Id,
  deed: Achievements.Deed
})
/** Locks the character and its feats. A deed is never lost: of who left just now, it is asked again here. */
export const grantAchievementRule = GrantAchievement.rule({
  emits: [FeatsKept, QuestAdvanced, AchievementGained, DeedPassedOn],
  locks: (a) => [Character.ref(a.character), Feats.ref(a.character)],
  decide: (a, { content, instance, the }) =>
    Result.gen(function* () {
      const character = yield* unlessGone(the(Character, a.character))
      if (character === undefined) {
        return { events: [DeedPassedOn.make({ ...a, target: instance })] }
      }
      const before = yield* unlessGone(the(Feats, a.character))
      const feats = before ?? Achievements.none(featsOf(a.character))
      const after = Achievements.after(feats, a.deed, content)
      if (after === feats) return {}
      const { id, inside, name, room } = character
      const gained = after.gained.slice(feats.gained.length).map((achievement) =>
        AchievementGained.make({
          character: id,
          name,
          room: inside ? room : null,
          achievement,
          title: Achievements.title(content, achievement)
        })
      )
      const advanced = Quests.advanced(feats, after, content).map((progress) =>
        QuestAdvanced.make({ character: id, ...progress })
      )
      const kept = FeatsKept.make({ feats: after, first: before === undefined })
      return { events: [kept, ...advanced, ...gained] }
    })
})
