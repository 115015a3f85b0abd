/** The answer to `look sword`: an item, a mob or a person, closely. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Seen, WornSight } from "../Sight.ts"
import { Slot } from "../Slot.ts"

export const ThingViewed = Event.define("ThingViewed", {
  fields: {
    character: Character.Id,
    kind: Schema.Literals(["item", "mob", "character"]),
    id: Schema.Int,
    name: Schema.String,
    description: Schema.String,
    /** How well a mob or person is, of a hundred. */
    health: Schema.NullOr(Schema.Int),
    /** What a weapon adds to a blow. */
    damage: Schema.NullOr(Schema.Int),
    /** What a container holds. */
    contents: Schema.NullOr(Schema.Array(Seen)),
    gold: Schema.Int,
    /** Where it is worn, and its armour. */
    fits: Schema.NullOr(Schema.Struct({ slot: Slot, armour: Schema.Int })),
    /** What a person wears and wields. */
    wears: Schema.Array(WornSight)
  },
  heardBy: (e) => [Character.stream(e.character)]
})
