/** Who goes with whom. */
import type { ExperienceShared } from "../events/ExperienceShared.ts"
import type { Followed } from "../events/Followed.ts"
import type { FollowEnded } from "../events/FollowEnded.ts"
import type { GroupJoined } from "../events/GroupJoined.ts"
import type { GroupLeft } from "../events/GroupLeft.ts"
import type { GroupShown } from "../events/GroupShown.ts"
import type { GroupTold } from "../events/GroupTold.ts"
import { does, You, you } from "./Words.ts"
import type { View } from "./Words.ts"

/** After somebody. */
export const followed: View<typeof Followed> = (e, who) => [
  `${You(e.character, e.name, who)} ${does(e.character, who, "follow", "follows")} ${you(e.leader, e.leaderName, who)}.`
]
/** Alone again. */
export const followEnded: View<typeof FollowEnded> = (e, who) => [
  e.character === who.character ? "You follow nobody any more." : `${e.name} follows you no longer.`
]
/** Taken in. */
export const groupJoined: View<typeof GroupJoined> = (e, who) => [
  `${You(e.member, e.name, who)} ${does(e.member, who, "join", "joins")} ${
    e.leader === who.character ? "your group" : `the group of ${e.leaderName}`
  }.`
]
/** Gone, or all of them. */
export const groupLeft: View<typeof GroupLeft> = (e, who) => [
  `${You(e.member, e.name, who)} ${does(e.member, who, "leave", "leaves")} the group.`,
  ...(e.over ? ["The group is no more."] : [])
]
/** Among themselves. */
export const groupTold: View<typeof GroupTold> = (e, who) => [
  e.character === who.character
    ? `You tell your group: ${e.text}`
    : `${e.name} tells the group: ${e.text}`
]
/** To `group`. */
export const groupShown: View<typeof GroupShown> = (e) =>
  e.members.length === 0
    ? ["You are in no group. Who follows you can be taken in: group <name>."]
    : e.members.map(
        ({ hp, leads, level, maxHp, name }) =>
          `${name}, level ${level}: ${hp} of ${maxHp} hp${leads ? " (leads)" : ""}`
      )
/** One's part of what others did. */
export const experienceShared: View<typeof ExperienceShared> = (e) => [
  `You gain ${e.exp} experience by the death of ${e.mobName}.`
]
