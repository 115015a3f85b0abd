/**
 * Templates by slug. Content may lose a template that live rows still name: they then read as a
 * plain thing of that name, instead of breaking every rule that meets them.
 */
import type { Content } from "@wr2/core"
import type { Item } from "../aggregates/Item.ts"
import type { Mob } from "../aggregates/Mob.ts"
import { words } from "../Names.ts"
import type { On } from "./Triggers.ts"
import { World } from "./World.ts"
import type { Archetype, ItemTemplate, MobTemplate, RoomTemplate, Skill, Spawner } from "./World.ts"

const own = <A>(record: Readonly<Record<string, A>>, slug: string): A | undefined =>
  Object.hasOwn(record, slug) ? record[slug] : undefined

/** The template of a room. */
export const room = (content: Content.Read, slug: string): RoomTemplate =>
  own(content(World).rooms, slug) ?? {
    place: content(World).settings.place,
    name: slug,
    description: slug,
    safe: true,
    details: [],
    secret: true,
    outdoors: false,
    flags: [],
    exits: {},
    items: [],
    onEnter: null,
    triggers: [],
    portal: null
  }

/** What can be looked at in a room that is no thing by itself: its parts, and where it leads away. */
export const details = (content: Content.Read, slug: string): RoomTemplate["details"] => {
  const { details: parts, portal } = room(content, slug)
  if (portal === null) return parts
  const description = `It leads away from here: enter ${portal.keywords[0] ?? portal.name}.`
  return [...parts, { keywords: portalWords(portal), description }]
}

/** All that a portal is called by. */
export const portalWords = ({
  keywords,
  name
}: NonNullable<RoomTemplate["portal"]>): ReadonlyArray<string> => [...keywords, ...words(name)]

/** The template of an item. */
export const item = (content: Content.Read, slug: string): ItemTemplate =>
  own(content(World).items, slug) ?? {
    name: slug,
    keywords: [slug],
    description: slug,
    takeable: true,
    container: false,
    contains: [],
    capacity: 20,
    gold: 0,
    damage: null,
    strikes: "crush",
    slot: null,
    armour: 0,
    use: null,
    worth: 0
  }

/** The template of a mob. */
export const mob = (content: Content.Read, slug: string): MobTemplate =>
  own(content(World).mobs, slug) ?? {
    name: slug,
    keywords: [slug],
    description: slug,
    hp: 1,
    hit: 0,
    damage: { low: 0, high: 0 },
    strikes: "crush",
    critical: 0,
    level: 1,
    dodge: 0,
    armour: 0,
    resists: {},
    exp: 0,
    gold: { low: 0, high: 0 },
    loot: [],
    aggressive: false,
    faction: null,
    guards: false,
    assists: false,
    flees: 0,
    roams: 0,
    thinks: 0,
    friendly: false,
    shop: null,
    auctions: null,
    triggers: []
  }

/** A spawner; undefined when there is none of this slug (any more). */
export const spawner = (content: Content.Read, slug: string): Spawner | undefined =>
  own(content(World).spawners, slug)

/** The room that a kind of mob comes from. */
export const homeOf = (content: Content.Read, mob: string): RoomTemplate | undefined => {
  const home = Object.values(content(World).spawners).find((spawner) => spawner.mob === mob)
  return home === undefined ? undefined : room(content, home.room)
}

const answering = new WeakMap<object, ReadonlyMap<On, ReadonlySet<string>>>()

/** The mobs of which a trigger answers to something. Found once for each content: rooms are full of mobs. */
export const mobsOn = (content: Content.Read, on: On): ReadonlySet<string> => {
  const world = content(World)
  let found = answering.get(world)
  if (found === undefined) {
    const asked = Object.entries(world.mobs).flatMap(([slug, { triggers }]) =>
      triggers.map((trigger) => [trigger.on, slug] as const)
    )
    const grouped = Map.groupBy(asked, ([on]) => on)
    found = new Map([...grouped].map(([on, of]) => [on, new Set(of.map(([, slug]) => slug))]))
    answering.set(world, found)
  }
  return found.get(on) ?? nobody
}
const nobody: ReadonlySet<string> = new Set()

/** An archetype; undefined when there is none of this slug (any more). */
export const archetype = (content: Content.Read, slug: string | null): Archetype | undefined =>
  slug === null ? undefined : own(content(World).archetypes, slug)
/** A skill. */
export const skill = (content: Content.Read, slug: string): Skill | undefined =>
  own(content(World).skills, slug)

/** Whether one faction attacks another at sight. */
export const hates = (content: Content.Read, one: string | null, other: string | null): boolean =>
  one !== null && other !== null && (own(content(World).factions, one)?.hates ?? []).includes(other)

/** The zone of a room; null when it is in none. */
export const zone = (content: Content.Read, room: string): string | null =>
  Object.entries(content(World).zones).find(([, { rooms }]) => rooms.includes(room))?.[0] ?? null

/** The name of an item: its own, or its template's. */
export const itemName = (content: Content.Read, row: Item): string =>
  row.rolled.name ?? item(content, row.template).name
/** The name of a mob. */
export const mobName = (content: Content.Read, row: Mob): string => mob(content, row.template).name
