/** What a blow does. Armour is in the way of what cuts or crushes; each kind has a resistance of its own. */
import { Schema } from "effect"

export const DamageType = Schema.Literals(["cut", "crush", "burn", "chill", "blight"])
export type DamageType = typeof DamageType.Type

/** Whether armour helps. */
export const meetsArmour = (type: DamageType): boolean => type === "cut" || type === "crush"
