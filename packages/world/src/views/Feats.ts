/** What one gains by what one does. */
import type { AchievementGained } from "../events/AchievementGained.ts"
import { does, You } from "./Words.ts"
import type { View } from "./Words.ts"

/** Told once, to who gained it and to who is there. */
export const achievementGained: View<typeof AchievementGained> = (e, who) => [
  `${You(e.character, e.name, who)} ${does(e.character, who, "have", "has")} gained an achievement: ${e.title}.`
]
