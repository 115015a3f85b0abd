/** The answer to `equipment`: what a character wears and wields. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { WornSight } from "../Sight.ts"

export const EquipmentShown = Event.define("EquipmentShown", {
  fields: {
    character: Character.Id,
    worn: Schema.Array(WornSight),
    /** Of all of it. */
    armour: Schema.Int
  },
  heardBy: (e) => [Character.stream(e.character)]
})
