/** A player's character. Its runtime row is there while a session plays it, and names that session. */
import { Aggregate } from "@wr2/core"
import { Schema } from "effect"
import { Lasting } from "../Lasting.ts"
import { Room } from "./Room.ts"

/** The session of a runtime row that had to be rebuilt: no gateway claims it, so its player enters again. */
export const forgotten = "forgotten"

/** Who plays the character, and since when (milliseconds). */
export const Session = Schema.Struct({ session: Schema.String, since: Schema.Int })
export type Session = typeof Session.Type

/** What it has made of itself, and what it has left to do it with. */
export const Craft = Schema.Struct({
  /** Slug of its archetype, once it has chosen. */
  archetype: Schema.NullOr(Schema.String),
  /** Strength for skills as of `energyAt`; it comes back with time, see Energy. */
  energy: Schema.Int,
  energyAt: Schema.Int,
  /** When skills that take time are ready again, by their slug. */
  ready: Schema.Record(Schema.String, Schema.Int)
})
export type Craft = typeof Craft.Type

/** How it holds itself: who rests heals faster, and does little else. */
export const Stance = Schema.Literals(["standing", "resting"])
export type Stance = typeof Stance.Type

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
    aliases: Schema.Record(Schema.String, Schema.String),
    craft: Craft,
    /** What lasts on it. */
    lasting: Schema.Array(Lasting),
    stance: Stance,
    /** The character after whom it walks. */
    following: Schema.NullOr(Schema.Int),
    /** The leader of its group, who is in it too. */
    party: Schema.NullOr(Schema.Int)
  },
  indexes: {
    /** All that there are, under one key. */
    all: () => 0,
    /** Those who are inside, by room. */
    here: (character) => (character.inside ? character.room : null),
    fighting: (character) => character.fighting,
    /** Those who are inside, by whom they follow. */
    following: (character) => (character.inside ? character.following : null),
    party: (character) => character.party
  },
  runtime: {
    schema: Session,
    version: 1,
    build: (_, now) => ({ session: forgotten, since: now })
  }
})
/** What nobody has who has only just begun. */
export const bare = {
  worn: {},
  replyTo: null,
  aliases: {},
  craft: { archetype: null, energy: 0, energyAt: 0, ready: {} },
  lasting: [],
  stance: "standing",
  following: null,
  party: null
} as const satisfies Partial<Character>

/** A row of its table. */
export type Character = Aggregate.Row<typeof Character>
