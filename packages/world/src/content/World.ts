/**
 * The shape of authored content: plain records keyed by slug. What its words may refer to is checked
 * by Check; how authors write it is in Load. Rules read it as `content(World).rooms`.
 */
import { Content } from "@wr2/core"
import { Schema } from "effect"
import { Trigger } from "./Triggers.ts"
import { DamageType } from "../DamageType.ts"
import { Slot } from "../Slot.ts"
import { Standing } from "../aggregates/Room.ts"
import { Does } from "../Lasting.ts"

const Text = Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(2_000))
const Name = Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(60))
const Slug = Schema.String.check(Schema.isPattern(/^[a-z][a-z0-9-]*$/), Schema.isMaxLength(40))
const Keywords = Schema.Array(Schema.String.check(Schema.isPattern(/^[a-z0-9'-]+$/))).check(
  Schema.isMinLength(1)
)
const Count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))
const Positive = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))
const Percent = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100 }))
/** Of a hundred points of each type of damage. */
const Resists = Schema.Record(Schema.String, Percent)
const Span = Schema.Struct({ low: Count, high: Count })

/** A part of the world that is run as an instance of its own. */
export const Place = Schema.Struct({
  name: Name,
  /** The number of its instance. */
  number: Positive,
  /** Where characters wake. */
  start: Slug,
  /** Each group that comes in from another place has it to itself. */
  copies: Schema.Boolean
})
export type Place = typeof Place.Type

/** A way out of a room; with a name for its door if it has one. */
export const Exit = Schema.Struct({
  to: Slug,
  door: Schema.NullOr(Name),
  /** The item that locks and unlocks the door; null: it has no lock. */
  key: Schema.NullOr(Slug),
  /** How the door stands at the beginning. */
  starts: Standing
})
export type Exit = typeof Exit.Type

/** What happens when a character comes in. */
export const OnEnter = Schema.Struct({
  /** Who speaks, and what. */
  speaker: Name,
  says: Text,
  /** An item for who carries none of the kind. */
  gives: Schema.NullOr(Slug),
  /** The same character is greeted again after so many seconds. */
  again: Positive
})
export type OnEnter = typeof OnEnter.Type

/** A passage to another instance. */
export const Portal = Schema.Struct({ name: Name, keywords: Keywords, place: Slug, room: Slug })
export type Portal = typeof Portal.Type

/** A room. */
export const RoomTemplate = Schema.Struct({
  place: Slug,
  name: Name,
  description: Text,
  /** Nobody fights in it. */
  safe: Schema.Boolean,
  /** What can be looked at in it, beside what lies and stands there. */
  details: Schema.Array(Schema.Struct({ keywords: Keywords, description: Text })),
  /** Who has seen the whole place need not have seen it. */
  secret: Schema.Boolean,
  /** Under the sky: day, night and weather are seen from it. */
  outdoors: Schema.Boolean,
  /** What it is marked with at the beginning; scripts mark it, and ask. */
  flags: Schema.Array(Slug),
  /** By direction. */
  exits: Schema.Record(Schema.String, Exit),
  /** What lies in it at the beginning. */
  items: Schema.Array(Slug),
  onEnter: Schema.NullOr(OnEnter),
  triggers: Schema.Array(Trigger),
  portal: Schema.NullOr(Portal)
})
export type RoomTemplate = typeof RoomTemplate.Type

/** What becomes of an item that is used. */
export const Use = Schema.Struct({
  /** How one says it: to be eaten, drunk, or used in some other way. */
  how: Schema.Literals(["eat", "drink", "use"]),
  /** What is seen of it, if there is more to see. */
  says: Schema.NullOr(Text),
  /** Points of health. */
  heals: Count,
  /** It is gone then. */
  spends: Schema.Boolean
})
export type Use = typeof Use.Type

/** A kind of item. */
export const ItemTemplate = Schema.Struct({
  name: Name,
  keywords: Keywords,
  description: Text,
  takeable: Schema.Boolean,
  container: Schema.Boolean,
  /** What a container holds at the beginning. */
  contains: Schema.Array(Slug),
  /** So many things a container holds. */
  capacity: Positive,
  /** Coins in it at the beginning. */
  gold: Count,
  /** A weapon adds something of this span to a blow, rolled once for each. */
  damage: Schema.NullOr(Span),
  /** What a weapon does. */
  strikes: DamageType,
  /** Where it is worn; and how much it is in the way of blows then. */
  slot: Schema.NullOr(Slot),
  armour: Count,
  use: Schema.NullOr(Use),
  /** What shops reckon it by, in gold; 0: they want none. */
  worth: Count
})
export type ItemTemplate = typeof ItemTemplate.Type

/** What a mob sells, and how it trades. */
export const Shop = Schema.Struct({
  /** It has so many of each again after every restocking. */
  stock: Schema.Array(Schema.Struct({ item: Slug, count: Positive })),
  /** What it asks and pays, in hundredths of a thing's worth. */
  markup: Positive,
  pays: Percent,
  /** Seconds between restockings. */
  restock: Positive
})
export type Shop = typeof Shop.Type

/** A kind of mob. */
export const MobTemplate = Schema.Struct({
  name: Name,
  keywords: Keywords,
  description: Text,
  hp: Positive,
  /** Blows that hit, of a hundred; and their damage. */
  hit: Percent,
  damage: Span,
  /** What its blows do, and how many of a hundred that hit do half as much again. */
  strikes: DamageType,
  critical: Percent,
  /** How much it has learned: armour is worth less against it. */
  level: Positive,
  /** Of a hundred blows that would hit, it steps aside of so many. */
  dodge: Percent,
  armour: Count,
  resists: Resists,
  exp: Count,
  gold: Span,
  /** What it may carry, each with its chance of a hundred. */
  loot: Schema.Array(Schema.Struct({ item: Slug, chance: Percent })),
  /** Attacks characters it meets. */
  aggressive: Schema.Boolean,
  /** Whose side it is on; it attacks characters of those that its side hates. */
  faction: Schema.NullOr(Slug),
  /** Attacks who fights one of its faction before its eyes. It stays where it is. */
  guards: Schema.Boolean,
  /** Joins a fight of its kind. */
  assists: Schema.Boolean,
  /** With less than so much of a hundred of its health, it tries to get away. */
  flees: Percent,
  /** Of a hundred thoughts, so many make it move on. */
  roams: Percent,
  /** Seconds between thoughts; 0: it never thinks. */
  thinks: Count,
  /** Nobody fights it. */
  friendly: Schema.Boolean,
  shop: Schema.NullOr(Shop),
  /** It holds auctions, each for so many seconds. */
  auctions: Schema.NullOr(Positive),
  triggers: Schema.Array(Trigger)
})
export type MobTemplate = typeof MobTemplate.Type

/** What a character can do once it has learned it. */
export const Skill = Schema.Struct({
  name: Name,
  /** What is typed. */
  verb: Schema.String.check(Schema.isPattern(/^[a-z]+$/), Schema.isMaxLength(20)),
  description: Text,
  /** What others see: `You <yours> a rat`, `Ann <theirs> a rat`. */
  yours: Name,
  theirs: Name,
  /** From which level on. */
  level: Positive,
  cost: Count,
  /** Seconds until it can be done again. */
  cooldown: Count,
  /** Whom it is done to; a friend may be oneself. */
  target: Schema.Literals(["foe", "friend", "self"]),
  damage: Schema.NullOr(Schema.Struct({ low: Count, high: Count, type: DamageType })),
  heals: Schema.NullOr(Span),
  /** What stays for a while: by `amount` each `every` seconds, or as a shield of so much. */
  lasting: Schema.NullOr(
    Schema.Struct({
      name: Name,
      does: Does,
      amount: Count,
      type: DamageType,
      every: Positive,
      seconds: Positive
    })
  )
})
export type Skill = typeof Skill.Type

/** A side, and those whose sides it attacks at sight. */
export const Faction = Schema.Struct({ name: Name, hates: Schema.Array(Slug) })
export type Faction = typeof Faction.Type

/** Rooms that belong together: who wanders in one of them does not leave them. */
export const Zone = Schema.Struct({ name: Name, rooms: Schema.Array(Slug) })
export type Zone = typeof Zone.Type

/** What a character may become. */
export const Archetype = Schema.Struct({
  name: Name,
  description: Text,
  /** Whose side it is on. */
  faction: Schema.NullOr(Slug),
  /** What its skills cost. */
  energy: Name,
  /** What it has before it wears or has learned anything. */
  armour: Count,
  dodge: Percent,
  critical: Percent,
  skills: Schema.Array(Slug)
})
export type Archetype = typeof Archetype.Type

/** Keeps so many mobs of a kind alive, born in one room; or so many items of a kind lying there. */
export const Spawner = Schema.Struct({
  /** One of these. */
  mob: Schema.NullOr(Slug),
  item: Schema.NullOr(Slug),
  room: Slug,
  count: Positive,
  /** Seconds from when one is missing to when it comes back. */
  respawn: Positive
})
export type Spawner = typeof Spawner.Type

/** What a mob wants of those who ask it, and what it gives for that. */
export const Quest = Schema.Struct({
  name: Name,
  giver: Slug,
  /** What it says when it gives it, meanwhile, and when it is done. */
  asks: Text,
  reminds: Text,
  thanks: Text,
  /** What is to be done: one of these. */
  kills: Schema.NullOr(Schema.Struct({ mob: Slug, count: Positive })),
  brings: Schema.NullOr(Schema.Struct({ item: Slug, count: Positive })),
  sees: Schema.NullOr(Slug),
  /** The least level, and a quest that has to be done before. */
  level: Positive,
  after: Schema.NullOr(Slug),
  reward: Schema.Struct({ gold: Count, exp: Count, item: Schema.NullOr(Slug) })
})
export type Quest = typeof Quest.Type

/** What holds for the whole world. */
export const Settings = Schema.Struct({
  name: Name,
  /** The place of an instance whose number no place has. */
  place: Slug,
  /** What a new character owns. */
  gold: Count,
  /** How many things anybody carries. */
  carry: Positive,
  /** The item that the dead become, and the one that loose coins are. */
  corpse: Slug,
  coins: Slug,
  /** What `help` tells beside the Commands. */
  topics: Schema.Record(Schema.String, Text),
  /** Seconds that a day of the world lasts. */
  day: Positive,
  /** Seconds until a corpse and what is left in it are gone. */
  decay: Positive
})
export type Settings = typeof Settings.Type

/** The sections of content, by what they are called in files. */
export const sections = {
  places: Place,
  rooms: RoomTemplate,
  items: ItemTemplate,
  mobs: MobTemplate,
  spawners: Spawner,
  quests: Quest,
  archetypes: Archetype,
  skills: Skill,
  factions: Faction,
  zones: Zone
} as const
/** The name of a section. */
export type Section = keyof typeof sections

const Shape = Schema.Struct({
  settings: Settings,
  places: Schema.Record(Schema.String, Place),
  rooms: Schema.Record(Schema.String, RoomTemplate),
  items: Schema.Record(Schema.String, ItemTemplate),
  mobs: Schema.Record(Schema.String, MobTemplate),
  spawners: Schema.Record(Schema.String, Spawner),
  quests: Schema.Record(Schema.String, Quest),
  archetypes: Schema.Record(Schema.String, Archetype),
  skills: Schema.Record(Schema.String, Skill),
  factions: Schema.Record(Schema.String, Faction),
  zones: Schema.Record(Schema.String, Zone)
})
/** Authored content as a value. */
export type Authored = typeof Shape.Type

export const World = Content.define("world", Shape)
