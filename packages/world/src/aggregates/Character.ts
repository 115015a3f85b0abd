/** A player's character. Its runtime row is there while a session plays it, and names that session. */
import { Aggregate } from "@wr2/core"
import { Schema } from "effect"
import { Room } from "./Room.ts"

/** The session of a runtime row that had to be rebuilt: no gateway claims it, so its player enters again. */
export const forgotten = "forgotten"

/** Who plays the character, and since when (milliseconds). */
export const Session = Schema.Struct({ session: Schema.String, since: Schema.Int })
export type Session = typeof Session.Type

export const Character = Aggregate.define("Character", {
  rank: 2,
  fields: {
    name: Schema.String,
    account: Schema.Int,
    description: Schema.String,
    room: Room.Id,
    /** Where it wakes after death. */
    home: Room.Id,
    /** Whether it is played now: only then is it seen, and can it be attacked. As its runtime row is there. */
    inside: Schema.Boolean,
    /** Health as of `hpAt`; it heals with time, see Health. */
    hp: Schema.Int,
    hpAt: Schema.Int,
    exp: Schema.Int,
    gold: Schema.Int,
    /** The item it strikes with. */
    wielding: Schema.NullOr(Schema.Int),
    /** The mob it strikes at. */
    fighting: Schema.NullOr(Schema.Int),
    /** Number of that fight: tells its rounds from those of an earlier one. */
    fight: Schema.NullOr(Schema.Int),
    /** Items it wears, by where it wears them. */
    worn: Schema.Record(Schema.String, Schema.Int),
    /** Who told it something last. */
    replyTo: Schema.NullOr(Schema.Int),
    /** Lines of its own making, by the word that it types for them. */
    aliases: Schema.Record(Schema.String, Schema.String)
  },
  indexes: {
    /** Those who are inside, by room. */
    here: (character) => (character.inside ? character.room : null),
    fighting: (character) => character.fighting
  },
  runtime: {
    schema: Session,
    version: 1,
    build: (_, now) => ({ session: forgotten, since: now })
  }
})
/** What nobody has who has only just begun. */
export const bare = { worn: {}, replyTo: null, aliases: {} } as const

/** A row of its table. */
export type Character = Aggregate.Row<typeof Character>
