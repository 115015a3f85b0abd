/** What characters become, and what they do by it. */
import type { ArchetypeChosen } from "../events/ArchetypeChosen.ts"
import type { ArchetypesShown } from "../events/ArchetypesShown.ts"
import type { Healed } from "../events/Healed.ts"
import type { LastingBegan } from "../events/LastingBegan.ts"
import type { LastingEnded } from "../events/LastingEnded.ts"
import type { LastingTicked } from "../events/LastingTicked.ts"
import type { SkillsShown } from "../events/SkillsShown.ts"
import type { SkillUsed } from "../events/SkillUsed.ts"
import type { Does } from "../Lasting.ts"
import { capital, does, isMe, list, object, subject, You } from "./Words.ts"
import type { View } from "./Words.ts"

/** A choice for life. */
export const archetypeChosen: View<typeof ArchetypeChosen> = (e, who) => [
  `${You(e.character, e.name, who)} ${does(e.character, who, "are", "is")} ${e.title} from now on.`
]
/** To `become`. */
export const archetypesShown: View<typeof ArchetypesShown> = (e) =>
  e.archetypes.length === 0
    ? ["There is nothing to become here."]
    : e.archetypes.flatMap(({ description, name, skills }) => [
        `${capital(name)}: ${list(skills)}.`,
        `    ${description}`
      ])
/** To `skills`. */
export const skillsShown: View<typeof SkillsShown> = (e) =>
  e.archetype === null
    ? ["You have not become anything yet. Try: become."]
    : [
        `You are ${e.archetype}, with ${e.energy} of ${e.max} ${e.resource}.`,
        ...e.skills.flatMap(({ cost, description, level, name, verb, wait }) => [
          `${capital(name)} (${verb}), from level ${level}: ${cost} ${e.resource}${
            wait === 0 ? "" : `, ready in ${wait} s`
          }.`,
          `    ${description}`
        ])
      ]
/** What is seen of it. */
export const skillUsed: View<typeof SkillUsed> = (e, who) => {
  const whom = e.target === null ? "" : ` ${object(e.target, who)}`
  const what = does(e.character, who, e.yours, e.theirs)
  const itself = e.target?.kind === "character" && e.target.id === e.character
  const self = does(e.character, who, " yourself", " themselves")
  return [`${You(e.character, e.name, who)} ${what}${itself ? self : whom}.`]
}
/** Better at once. */
export const healed: View<typeof Healed> = (e, who) => [
  `${subject(e.target, who)} ${isMe(e.target, who) ? "mend" : "mends"} by ${e.amount}.${
    isMe(e.target, who) ? ` [${e.left} hp]` : ""
  }`
]
const begins: { readonly [D in Does]: string } = {
  damage: "takes hold of",
  healing: "settles on",
  stun: "stuns",
  shield: "closes around"
}
/** It begins. */
export const lastingBegan: View<typeof LastingBegan> = (e, who) => [
  `${capital(e.lasting.name)} ${begins[e.lasting.does]} ${object(e.target, who)}.`
]
/** It goes on. */
export const lastingTicked: View<typeof LastingTicked> = (e, who) => [
  `${capital(e.what)} ${e.does === "damage" ? "eats at" : "mends"} ${object(e.target, who)}: ${e.amount}.${
    isMe(e.target, who) ? ` [${e.left} hp]` : ""
  }`
]
/** It is over. */
export const lastingEnded: View<typeof LastingEnded> = (e, who) => [
  `${capital(e.what)} leaves ${object(e.target, who)}.`
]
