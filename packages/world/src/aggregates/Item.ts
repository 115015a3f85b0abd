/**
 * A live item, in exactly one place: a room, a character, a mob, another item, or a lot. Coins on the
 * ground are an item that is nothing but its gold; a container may hold gold beside its contents.
 */
import { Aggregate } from "@wr2/core"
import { Schema } from "effect"

/** What may hold an item. */
export const Holder = Schema.Literals(["room", "character", "mob", "item", "lot"])
export type Holder = typeof Holder.Type

export const Item = Aggregate.define("Item", {
  rank: 4,
  table: "item_instance",
  fields: {
    /** Slug of its template. */
    template: Schema.String,
    holder: Holder,
    holderId: Schema.Int,
    /** Coins in it. */
    gold: Schema.Int,
    /** What is its own and not its template's. */
    rolled: Schema.Struct({
      name: Schema.NullOr(Schema.String),
      /** Added to the damage of a blow with it. */
      damage: Schema.Int
    })
  },
  indexes: {
    holder: (item) => heldBy(item.holder, item.holderId),
    lying: (item) => (item.holder === "room" ? lyingIn(item.holderId, item.template) : null)
  }
})
/** A row of its table. */
export type Item = Aggregate.Row<typeof Item>

/** The key of index `holder`: `character:7`. */
export function heldBy(holder: Holder, id: number): string {
  return `${holder}:${id}`
}

/** The key of index `lying`: what lies in a room, of one kind. */
export function lyingIn(room: number, template: string): string {
  return `${room}:${template}`
}
