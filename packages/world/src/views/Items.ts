/** What becomes of items and coins. */
import type { CorpseDecayed } from "../events/CorpseDecayed.ts"
import type { GoldDropped } from "../events/GoldDropped.ts"
import type { GoldGiven } from "../events/GoldGiven.ts"
import type { GoldTaken } from "../events/GoldTaken.ts"
import type { ItemDropped } from "../events/ItemDropped.ts"
import type { ItemGiven } from "../events/ItemGiven.ts"
import type { ItemsAppeared } from "../events/ItemsAppeared.ts"
import type { ItemMade } from "../events/ItemMade.ts"
import type { ItemPut } from "../events/ItemPut.ts"
import type { ItemTaken } from "../events/ItemTaken.ts"
import type { ItemTakenOff } from "../events/ItemTakenOff.ts"
import type { ItemUsed } from "../events/ItemUsed.ts"
import type { ItemWielded } from "../events/ItemWielded.ts"
import type { ItemWorn } from "../events/ItemWorn.ts"
import type { Perceiver } from "./Perceiver.ts"
import { capital, coins, counted, does, list, You, you } from "./Words.ts"
import type { View } from "./Words.ts"

const from = (container: string | null) => (container === null ? "" : ` from ${container}`)
const gives = (
  e: {
    readonly from: number
    readonly fromName: string
    readonly to: number
    readonly toName: string
  },
  what: string,
  who: Perceiver
) =>
  `${You(e.from, e.fromName, who)} ${does(e.from, who, "give", "gives")} ${what} to ${you(e.to, e.toName, who)}.`

/** Taken. */
export const itemTaken: View<typeof ItemTaken> = (e, who) => [
  `${You(e.character, e.name, who)} ${does(e.character, who, "take", "takes")} ${e.itemName}${from(e.from)}.`
]
/** Put down. */
export const itemDropped: View<typeof ItemDropped> = (e, who) => [
  `${You(e.character, e.name, who)} ${does(e.character, who, "put", "puts")} down ${e.itemName}.`
]
/** Put away. */
export const itemPut: View<typeof ItemPut> = (e, who) => [
  `${You(e.character, e.name, who)} ${does(e.character, who, "put", "puts")} ${e.itemName} into ${e.containerName}.`
]
/** Given. */
export const itemGiven: View<typeof ItemGiven> = (e, who) => [gives(e, e.itemName, who)]
/** In hand. */
export const itemWielded: View<typeof ItemWielded> = (e, who) => [
  `${You(e.character, e.name, who)} ${does(e.character, who, "wield", "wields")} ${e.itemName}.`
]
/** On. */
export const itemWorn: View<typeof ItemWorn> = (e, who) => [
  `${You(e.character, e.name, who)} ${does(e.character, who, "put", "puts")} on ${e.itemName}.`
]
/** Off, or out of hand. */
export const itemTakenOff: View<typeof ItemTakenOff> = (e, who) => [
  e.wielded
    ? `${You(e.character, e.name, who)} ${does(e.character, who, "put", "puts")} ${e.itemName} away.`
    : `${You(e.character, e.name, who)} ${does(e.character, who, "take", "takes")} off ${e.itemName}.`
]
/** Eaten, drunk or used. */
export const itemUsed: View<typeof ItemUsed> = (e, who) => [
  `${You(e.character, e.name, who)} ${does(e.character, who, e.how, `${e.how}s`)} ${e.itemName}.`,
  ...(e.says === null ? [] : [e.says]),
  ...(e.hp === null || e.character !== who.character ? [] : [`You feel better. [${e.hp} hp]`])
]
/** A gift of the world, seen by who got it. */
export const itemMade: View<typeof ItemMade> = (e) => [
  `${capital(e.giver)} gives you ${e.itemName}.`
]
/** Coins taken. */
export const goldTaken: View<typeof GoldTaken> = (e, who) => [
  `${You(e.character, e.name, who)} ${does(e.character, who, "take", "takes")} ${coins(e.amount)}${from(e.from)}.`
]
/** Coins put down. */
export const goldDropped: View<typeof GoldDropped> = (e, who) => [
  `${You(e.character, e.name, who)} ${does(e.character, who, "put", "puts")} down ${coins(e.amount)}.`
]
/** Coins given. */
export const goldGiven: View<typeof GoldGiven> = (e, who) => [gives(e, coins(e.amount), who)]
/** Gone with the wind. */
export const corpseDecayed: View<typeof CorpseDecayed> = (e) => [
  `${capital(e.corpseName)} crumbles to dust.`
]
/** Where it lies. */
export const itemsAppeared: View<typeof ItemsAppeared> = (e) => [
  `You notice ${list(counted(Array.from({ length: e.count }, () => e.itemName)))}.`
]
