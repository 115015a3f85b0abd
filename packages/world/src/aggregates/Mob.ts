/** A live mob. Alive as long as its row is there; its runtime row is its memory. */
import { Aggregate } from "@wr2/core"
import { Schema } from "effect"
import { Direction } from "../Direction.ts"
import { Lasting } from "../Lasting.ts"
import { Character } from "./Character.ts"
import { Room } from "./Room.ts"

/** What a mob remembers. Forgettable: it only wanders back, or spares who once struck it. */
export const MobMemory = Schema.Struct({
  /** The way back to where it came from. */
  back: Schema.NullOr(Direction),
  /** Who attacked it last. */
  grudge: Schema.NullOr(Character.Id)
})
export type MobMemory = typeof MobMemory.Type

/** The memory of one that has met nobody. */
export const blank: MobMemory = { back: null, grudge: null }

export const Mob = Aggregate.define("Mob", {
  rank: 3,
  table: "mob_instance",
  fields: {
    /** Slug of its template. */
    template: Schema.String,
    /** Slug of the spawner that counts it. */
    spawner: Schema.NullOr(Schema.String),
    room: Room.Id,
    /** Health as of `hpAt`; it heals with time, see Health. */
    hp: Schema.Int,
    hpAt: Schema.Int,
    gold: Schema.Int,
    /** The character it strikes at, and the number of that fight. */
    fighting: Schema.NullOr(Character.Id),
    fight: Schema.NullOr(Schema.Int),
    /** What lasts on it. */
    lasting: Schema.Array(Lasting)
  },
  indexes: {
    room: (mob) => mob.room,
    spawner: (mob) => mob.spawner,
    fighting: (mob) => mob.fighting
  },
  runtime: { schema: MobMemory, version: 1, build: () => blank, table: "mob_runtime" }
})
/** A row of its table. */
export type Mob = Aggregate.Row<typeof Mob>
