/** Who strikes whom, and how it ends. */
import type { DamageType } from "../DamageType.ts"
import type { AttackMissed } from "../events/AttackMissed.ts"
import type { CharacterDied } from "../events/CharacterDied.ts"
import type { DamageDealt } from "../events/DamageDealt.ts"
import type { FightBegan } from "../events/FightBegan.ts"
import type { FightTurned } from "../events/FightTurned.ts"
import type { LevelGained } from "../events/LevelGained.ts"
import type { StanceTaken } from "../events/StanceTaken.ts"
import type { MobDied } from "../events/MobDied.ts"
import { capital, coins, does, isMe, list, object, subject, You, you } from "./Words.ts"
import type { View } from "./Words.ts"

/** An attack. */
export const fightBegan: View<typeof FightBegan> = (e, who) => [
  e.by === "character"
    ? `${You(e.character, e.name, who)} ${does(e.character, who, "attack", "attacks")} ${e.mobName}!`
    : `${capital(e.mobName)} attacks ${you(e.character, e.name, who)}!`
]
/** Somebody strikes back. */
export const fightTurned: View<typeof FightTurned> = (e, who) => [
  e.who === "character"
    ? `${You(e.character, e.name, who)} ${does(e.character, who, "turn", "turns")} on ${e.mobName}.`
    : `${capital(e.mobName)} turns on ${you(e.character, e.name, who)}.`
]
/** What blows do, and what those do that hit best. */
const verbs: {
  readonly [T in DamageType]: readonly [yours: string, theirs: string, critically: string]
} = {
  cut: ["cut", "cuts", "to the bone"],
  crush: ["hit", "hits", "with a crack"],
  burn: ["burn", "burns", "white-hot"],
  chill: ["freeze", "freezes", "to the marrow"],
  blight: ["wither", "withers", "to the root"]
}
/** A hit; who is hit is told how it is. */
export const damageDealt: View<typeof DamageDealt> = (e, who) => {
  const [yours, theirs, critically] = verbs[e.type]
  const whom = `${object(e.target, who)}${e.critical ? ` ${critically}` : ""}`
  const held = e.absorbed + e.shielded
  const armour = held === 0 ? "" : ` (${held} held off)`
  const left = isMe(e.target, who) ? ` [${e.left} hp]` : ""
  return [
    `${subject(e.attacker, who)} ${isMe(e.attacker, who) ? yours : theirs} ${whom} for ${e.amount}${armour}.${left}`
  ]
}
/** A miss. */
export const attackMissed: View<typeof AttackMissed> = (e, who) => [
  e.dodged
    ? `${subject(e.target, who)} ${isMe(e.target, who) ? "step" : "steps"} aside from ${object(e.attacker, who)}.`
    : `${subject(e.attacker, who)} ${isMe(e.attacker, who) ? "miss" : "misses"} ${object(e.target, who)}.`
]
/** The end of a mob. */
export const mobDied: View<typeof MobDied> = (e, who) => [
  `${capital(e.mobName)} is dead.`,
  ...(e.killer === who.character ? [`You gain ${e.exp} experience.`] : [])
]
/** A further level, and what comes with it. */
export const levelGained: View<typeof LevelGained> = (e, who) =>
  e.character === who.character
    ? [
        `You have reached level ${e.level}: ${e.maxHp} hp.`,
        ...(e.learned.length === 0 ? [] : [`You have learned to ${list(e.learned)}.`])
      ]
    : [`${e.name} has reached level ${e.level}.`]
/** Down to rest, and up again. */
export const stanceTaken: View<typeof StanceTaken> = (e, who) => [
  e.stance === "resting"
    ? `${You(e.character, e.name, who)} ${does(e.character, who, "sit", "sits")} down to rest.`
    : `${You(e.character, e.name, who)} ${does(e.character, who, "get", "gets")} up.`
]
/** The end of a character, and its waking. */
export const characterDied: View<typeof CharacterDied> = (e, who) => {
  if (e.character !== who.character) {
    return [
      who.room === e.room
        ? `${e.name} is dead! ${capital(e.killerName)} has won.`
        : `${e.name} is washed up here, pale and dripping.`
    ]
  }
  const lost =
    e.corpse === null
      ? []
      : [
          `You have lost ${coins(e.corpse.gold)}.`,
          "What you lost lies with your corpse, where you fell. Fetch it before it crumbles."
        ]
  return [
    `${capital(e.killerName)} kills you.`,
    ...lost,
    "You wake, whole again, where you came into this part of the world."
  ]
}
