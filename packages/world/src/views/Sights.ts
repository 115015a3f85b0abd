/** The answers to looking and asking. */
import type { AliasesShown } from "../events/AliasesShown.ts"
import type { AliasSet } from "../events/AliasSet.ts"
import type { Considered } from "../events/Considered.ts"
import type { DetailViewed } from "../events/DetailViewed.ts"
import type { EquipmentShown } from "../events/EquipmentShown.ts"
import type { ExitsShown } from "../events/ExitsShown.ts"
import type { HelpShown } from "../events/HelpShown.ts"
import type { InventoryShown } from "../events/InventoryShown.ts"
import type { PlayersListed } from "../events/PlayersListed.ts"
import type { RoomViewed } from "../events/RoomViewed.ts"
import type { ScoreShown } from "../events/ScoreShown.ts"
import type { ThingViewed } from "../events/ThingViewed.ts"
import type { WhereShown } from "../events/WhereShown.ts"
import type { RoomSight, SelfSight, WornSight } from "../Sight.ts"
import { sky } from "./Skies.ts"
import { capital, coins, counted, list } from "./Words.ts"
import type { View } from "./Words.ts"

/** A room. */
export const room = (sight: RoomSight): ReadonlyArray<string> => {
  const exits = sight.exits.map(({ direction, door, open }) =>
    door === null ? direction : `${direction} (${door}, ${open ? "open" : "closed"})`
  )
  const fighters = [...sight.mobs, ...sight.persons].map(({ fighting, name }) =>
    fighting === null ? name : `${name} (fighting ${fighting})`
  )
  return [
    sight.name,
    sight.description,
    ...(sight.sky === null ? [] : [sky(sight.sky)]),
    `Exits: ${exits.length === 0 ? "none" : exits.join(", ")}.`,
    ...(sight.portal === null ? [] : [`There is ${sight.portal} to enter.`]),
    ...counted(sight.items.map(({ name }) => name)).map((name) => `${capital(name)} lies here.`),
    ...counted(fighters).map((name) => `${capital(name)} is here.`)
  ]
}
/** How one is. */
export const self = (sight: SelfSight): ReadonlyArray<string> => [
  `${sight.name}, level ${sight.level}: ${sight.hp} of ${sight.maxHp} hp, ${sight.exp} experience, ${coins(sight.gold)}.`,
  ...(sight.craft === null
    ? []
    : [
        `You are ${sight.craft.archetype}, with ${sight.craft.energy} of ${sight.craft.max} ${sight.craft.resource}.`
      ]),
  ...(sight.lasting.length === 0 ? [] : [`Upon you: ${list(sight.lasting)}.`]),
  ...(sight.stance === "resting" ? ["You are resting."] : []),
  ...(sight.wielding === null ? [] : [`You wield ${sight.wielding}.`]),
  ...(sight.fighting === null ? [] : [`You are fighting ${sight.fighting}.`])
]
/** To `look`. */
export const roomViewed: View<typeof RoomViewed> = (e) => room(e.sight)
/** To `exits`. */
export const exitsShown: View<typeof ExitsShown> = (e) =>
  e.exits.length === 0
    ? ["There is no way out."]
    : e.exits.map(({ direction, door, leads }) =>
        leads === null
          ? `${capital(direction)}: the ${door} is closed.`
          : `${capital(direction)}: ${leads}${door === null ? "" : ` (through the ${door})`}.`
      )
/** To `look at`. */
export const thingViewed: View<typeof ThingViewed> = (e) => [
  capital(e.name),
  e.description,
  ...(e.health === null ? [] : [condition(e.health)]),
  ...(e.damage === null ? [] : [`A weapon: +${e.damage} to a blow.`]),
  ...(e.contents === null
    ? []
    : [
        e.contents.length === 0 && e.gold === 0
          ? "It is empty."
          : `It holds ${list([
              ...counted(e.contents.map(({ name }) => name)),
              ...(e.gold === 0 ? [] : [coins(e.gold)])
            ])}.`
      ]),
  ...(e.fits === null ? [] : [`${capital(place(e.fits.slot))}: armour ${e.fits.armour}.`]),
  ...e.wears.map(({ name, slot }) => `${capital(place(slot))}: ${name}.`),
  ...(e.contents === null && e.gold > 0 ? [`It is ${coins(e.gold)}.`] : [])
]
const place = (slot: WornSight["slot"]): string =>
  slot === null ? "in hand" : slot === "shield" ? "as a shield" : `on the ${slot}`
/** To `equipment`. */
export const equipmentShown: View<typeof EquipmentShown> = (e) => [
  ...(e.worn.length === 0 ? ["You wear nothing to speak of."] : []),
  ...e.worn.map(({ name, slot }) => `${capital(place(slot))}: ${name}.`),
  `Armour: ${e.armour}.`
]
const condition = (percent: number): string =>
  percent >= 100
    ? "Unhurt."
    : percent >= 70
      ? "Scratched."
      : percent >= 35
        ? "Hurt."
        : "Nearly dead."
/** To a look at a part of a room. */
export const detailViewed: View<typeof DetailViewed> = (e) => [e.description]
/** To `consider`. */
export const considered: View<typeof Considered> = (e) => [
  `${capital(e.mobName)}: ${
    e.odds >= 300
      ? "you would hardly notice."
      : e.odds >= 140
        ? "you should win."
        : e.odds >= 75
          ? "it could go either way."
          : e.odds >= 35
            ? "you would need luck."
            : "it would be the end of you."
  }`
]
/** To `where`. */
export const whereShown: View<typeof WhereShown> = (e) => [
  `You are in ${e.place}: ${e.room}.`,
  ...e.persons.map(({ name, room }) => `${name}: ${room}`),
  ...(e.more === 0 ? [] : [`... and ${e.more} more.`])
]
/** To `alias`. */
export const aliasesShown: View<typeof AliasesShown> = (e) =>
  e.aliases.length === 0
    ? ["You have no words of your own."]
    : e.aliases.map(({ line, word }) => `'${word}' is: ${line}`)
/** A word of one's own. */
export const aliasSet: View<typeof AliasSet> = (e) => [
  e.line === null
    ? `You say '${e.word}' no more.`
    : `You say '${e.word}' from now on for: ${e.line}`
]
/** To `who`. */
export const playersListed: View<typeof PlayersListed> = (e) => [
  ...e.players.map(({ level, name }) => `${name} (level ${level})`),
  e.more === 0 ? `${e.players.length} here.` : `... and ${e.more} more.`
]
/** To `score`. */
export const scoreShown: View<typeof ScoreShown> = (e) => [
  ...self(e.self),
  ...(e.achievements.length === 0 ? [] : [`Achievements: ${list(e.achievements)}.`])
]
/** To `inventory`. */
export const inventoryShown: View<typeof InventoryShown> = (e) => {
  const names = e.items.map(({ id, name }) => (id === e.wielding ? `${name} (in hand)` : name))
  return [
    names.length === 0 ? "You carry nothing." : `You carry ${list(counted(names))}.`,
    `You have ${e.gold === 0 ? "no gold" : coins(e.gold)}.`
  ]
}
/** To `help`. */
export const helpShown: View<typeof HelpShown> = (e) => [
  ...(e.index === null
    ? []
    : [
        `You can: ${e.index.verbs.join(", ")}.`,
        "Type help and one of these words for how it is used: help get.",
        ...(e.index.topics.length === 0 ? [] : [`Read also help ${e.index.topics.join(", ")}.`])
      ]),
  ...e.topics.flatMap(({ help, usage }) => [usage.join("; "), `    ${help}`])
]
