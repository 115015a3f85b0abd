/** What authored words refer to: every slug exists, doors have two sides, places hold together. */
import * as Copies from "../Copies.ts"
import { DamageType } from "../DamageType.ts"
import * as Direction from "../Direction.ts"
import * as CheckQuests from "./CheckQuests.ts"
import * as CheckTriggers from "./CheckTriggers.ts"
import { Schema } from "effect"
import { nearest } from "./Problem.ts"
import type { Problem } from "./Problem.ts"
import * as Minds from "./CheckMinds.ts"
import * as Skilled from "./CheckSkills.ts"
import type { Trigger } from "./Triggers.ts"
import type { Authored, Exit, Section } from "./World.ts"

const isDamageType = Schema.is(DamageType)

type Path = ReadonlyArray<PropertyKey>
/** Where a part of an entry is written. */
export type At = (
  section: string,
  slug: string | null,
  path: Path
) => { readonly file: string; readonly line: number }

/** All that does not hold, in content whose entries have their shape. */
export const check = (world: Authored, at: At): ReadonlyArray<Problem> => {
  const problems: Array<Problem> = []
  const wrong = (
    section: string,
    slug: string | null,
    path: Path,
    reason: string,
    suggestion: string | null = null
  ) => {
    const name = [section, ...(slug === null ? [] : [slug]), ...path.map(String)].join(".")
    problems.push({ ...at(section, slug, path), reason: `${name}: ${reason}`, suggestion })
  }
  /** Whether an entry names one that exists; tells when it does not. */
  const names = (
    section: string,
    slug: string | null,
    path: Path,
    target: Section,
    named: string
  ): boolean => {
    if (Object.hasOwn(world[target], named)) return true
    const reason = `there is no ${target.slice(0, -1)} "${named}"`
    wrong(section, slug, path, reason, nearest(named, Object.keys(world[target])))
    return false
  }

  const { settings } = world
  names("settings", null, ["place"], "places", settings.place)
  names("settings", null, ["coins"], "items", settings.coins)
  if (names("settings", null, ["corpse"], "items", settings.corpse)) {
    const { container, takeable } = world.items[settings.corpse]!
    if (!container)
      wrong("items", settings.corpse, ["container"], "a corpse is a container: say true")
    if (takeable)
      wrong("items", settings.corpse, ["takeable"], "a corpse stays where it is: say false")
  }

  const numbers = new Map<number, string>()
  for (const [slug, place] of Object.entries(world.places)) {
    const other = numbers.get(place.number)
    if (other !== undefined) wrong("places", slug, ["number"], `${other} has this number`)
    numbers.set(place.number, slug)
    if (place.copies && place.number > Copies.placeMax) {
      wrong("places", slug, ["number"], `of a place with copies it is ${Copies.placeMax} at most`)
    }
    if (place.copies && slug === settings.place) {
      wrong("places", slug, ["copies"], "where all begin is there for all")
    }
    if (names("places", slug, ["start"], "rooms", place.start)) {
      const start = world.rooms[place.start]!
      if (start.place !== slug) wrong("places", slug, ["start"], `this room is in ${start.place}`)
    }
  }

  for (const [slug, room] of Object.entries(world.rooms)) {
    names("rooms", slug, ["place"], "places", room.place)
    room.items.forEach((item, i) => names("rooms", slug, ["items", i], "items", item))
    for (const [direction, exit] of Object.entries(room.exits)) {
      const path = ["exits", direction]
      if (!Direction.is(direction)) {
        wrong("rooms", slug, path, "is no direction", nearest(direction, Direction.all))
      } else if (names("rooms", slug, [...path, "to"], "rooms", exit.to)) {
        const beyond = world.rooms[exit.to]!
        const back = beyond.exits[Direction.opposite(direction)]
        if (beyond.place !== room.place) {
          wrong("rooms", slug, [...path, "to"], `leads into ${beyond.place}: use a portal`)
        }
        if (exit.door !== null && !isOtherSide(exit, back, slug)) {
          const side = `rooms.${exit.to}.exits.${Direction.opposite(direction)}`
          wrong(
            "rooms",
            slug,
            [...path, "door"],
            `a door has two sides: ${side} has not the same one`
          )
        }
        if (exit.key !== null) names("rooms", slug, [...path, "key"], "items", exit.key)
        const odd = oddDoor(exit)
        if (odd !== undefined) wrong("rooms", slug, [...path, odd.field], odd.reason)
      }
    }
    if (room.onEnter !== null && room.onEnter.gives !== null) {
      names("rooms", slug, ["onEnter", "gives"], "items", room.onEnter.gives)
    }
    if (room.portal !== null) {
      const { place, room: target } = room.portal
      const known = names("rooms", slug, ["portal", "place"], "places", place)
      if (names("rooms", slug, ["portal", "room"], "rooms", target) && known) {
        const there = world.rooms[target]!.place
        if (there !== place) wrong("rooms", slug, ["portal", "room"], `this room is in ${there}`)
        if (place === room.place) wrong("rooms", slug, ["portal", "place"], "is where it begins")
      }
    }
  }

  const marks = new Set([
    ...Object.values(world.rooms).flatMap(({ flags }) => flags),
    ...[...Object.values(world.rooms), ...Object.values(world.mobs)].flatMap(({ triggers }) =>
      triggers.flatMap((trigger) => CheckTriggers.flags(trigger).given)
    )
  ])
  for (const section of ["rooms", "mobs"] as const) {
    const those: Readonly<Record<string, { readonly triggers: ReadonlyArray<Trigger> }>> =
      world[section]
    for (const [slug, { triggers }] of Object.entries(those)) {
      triggers.forEach((trigger, i) => {
        const path = ["triggers", i]
        const odd = CheckTriggers.misfit(section, trigger)
        if (odd !== undefined) wrong(section, slug, [...path, odd.field], odd.reason)
        for (const [named, target, at] of CheckTriggers.names(trigger)) {
          names(section, slug, [...path, ...at], target, named)
        }
        for (const [flag, at] of CheckTriggers.flags(trigger).asked) {
          if (marks.has(flag)) continue
          const near = nearest(flag, [...marks])
          wrong(section, slug, [...path, ...at], `no room is ever marked "${flag}"`, near)
        }
      })
    }
  }

  for (const [slug, item] of Object.entries(world.items)) {
    item.contains.forEach((inner, i) => names("items", slug, ["contains", i], "items", inner))
    if (!item.container && item.contains.length > 0) {
      wrong("items", slug, ["contains"], "only a container contains: say `container: true`")
    }
    if (item.use?.spends === true && (item.container || item.gold > 0)) {
      wrong("items", slug, ["use", "spends"], "what is in it would be gone: say false")
    }
    if (item.slot === null && item.armour > 0) {
      wrong("items", slug, ["armour"], "it is not worn: say in which `slot`")
    }
    if (item.contains.length > item.capacity) {
      wrong("items", slug, ["contains"], `its capacity is ${item.capacity}`)
    }
    if (holdsItself(world, slug, slug, new Set()))
      wrong("items", slug, ["contains"], "contains itself")
    if (item.damage !== null) span(item.damage, ["damage"], "items", slug)
  }
  for (const [slug, mob] of Object.entries(world.mobs)) {
    mob.loot.forEach(({ item }, i) => names("mobs", slug, ["loot", i, "item"], "items", item))
    span(mob.damage, ["damage"], "mobs", slug)
    span(mob.gold, ["gold"], "mobs", slug)
    for (const type of Object.keys(mob.resists)) {
      if (!isDamageType(type)) {
        const near = nearest(type, DamageType.literals)
        wrong("mobs", slug, ["resists", type], "is no type of damage", near)
      }
    }
    if (mob.shop !== null) {
      mob.shop.stock.forEach(({ item }, i) =>
        names("mobs", slug, ["shop", "stock", i, "item"], "items", item)
      )
      if (!mob.friendly) wrong("mobs", slug, ["shop"], "keepers are friendly: say `friendly: true`")
      if (mob.shop.pays > mob.shop.markup) {
        wrong("mobs", slug, ["shop", "pays"], "a shop that pays more than it asks is soon empty")
      }
    }
    if (mob.auctions !== null && !mob.friendly) {
      wrong("mobs", slug, ["auctions"], "auctioneers are friendly: say `friendly: true`")
    }
    if (mob.friendly && mob.aggressive) {
      wrong("mobs", slug, ["aggressive"], "who is friendly attacks nobody")
    }
    if (mob.thinks === 0 && (mob.aggressive || mob.roams > 0)) {
      wrong("mobs", slug, ["thinks"], "it never thinks, so it neither roams nor attacks")
    }
  }
  problems.push(...Skilled.check(world, at), ...Minds.check(world, at))
  for (const [slug, spawner] of Object.entries(world.spawners)) {
    const { item, mob } = spawner
    if ((mob === null) === (item === null)) wrong("spawners", slug, [], "say one of mob and item")
    if (mob !== null) names("spawners", slug, ["mob"], "mobs", mob)
    if (item !== null) names("spawners", slug, ["item"], "items", item)
    names("spawners", slug, ["room"], "rooms", spawner.room)
    const place = world.places[world.rooms[spawner.room]?.place ?? ""]
    if (place?.copies === true && (world.mobs[mob ?? ""]?.auctions ?? null) !== null) {
      wrong("spawners", slug, ["room"], "what is up for auction would be gone with its copy")
    }
  }
  for (const [slug, quest] of Object.entries(world.quests)) {
    const wants = [quest.kills, quest.brings, quest.sees].filter((each) => each !== null)
    if (wants.length !== 1) wrong("quests", slug, [], "say one of kills, brings and sees")
    for (const [named, target, path] of CheckQuests.names(quest)) {
      names("quests", slug, path, target, named)
    }
    if (world.mobs[quest.giver]?.friendly === false) {
      wrong("quests", slug, ["giver"], "who is killed gives no quests: say `friendly: true` of it")
    }
  }
  return problems

  function span(
    { low, high }: { low: number; high: number },
    path: Path,
    section: Section,
    slug: string
  ) {
    if (low > high) wrong(section, slug, path, `low ${low} is above high ${high}`)
  }
}

/** Whether an exit is the other side of this door: it leads back, by the same door, as it stands here. */
const isOtherSide = (here: Exit, back: Exit | undefined, slug: string): boolean =>
  back?.to === slug &&
  back.door === here.door &&
  back.key === here.key &&
  back.starts === here.starts

/** What an exit says of a door that it has not, or of a lock. */
const oddDoor = ({ door, key, starts }: Exit) => {
  if (door === null && key !== null) return { field: "key", reason: "there is no door to lock" }
  if (door === null && starts !== "closed") {
    return { field: "starts", reason: "there is no door that could stand so" }
  }
  return starts === "locked" && key === null
    ? { field: "starts", reason: "nobody could ever unlock it: say which item is its `key`" }
    : undefined
}

const holdsItself = (world: Authored, slug: string, whole: string, seen: Set<string>): boolean =>
  (world.items[slug]?.contains ?? []).some((inner) => {
    if (inner === whole) return true
    if (seen.has(inner)) return false
    seen.add(inner)
    return holdsItself(world, inner, whole, seen)
  })
