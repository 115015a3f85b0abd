/** What is gained by what one does: deeds, and the achievements that come of them. */
import type { Content } from "@wr2/core"
import { Schema } from "effect"
import type { Feats } from "./aggregates/Feats.ts"
import * as Lookup from "./content/Lookup.ts"
import { World } from "./content/World.ts"
import * as Quests from "./Quests.ts"

/** Something done that may count; of a room seen, its slug. */
export const Deed = Schema.Struct({
  did: Schema.Literals(["killed", "crossed", "saw"]),
  room: Schema.NullOr(Schema.String),
  /** The name of what was killed. */
  mob: Schema.NullOr(Schema.String)
})
export type Deed = typeof Deed.Type

const titles: Readonly<Record<string, string>> = {
  "first-blood": "First Blood",
  "ten-kills": "Ten Lives Taken",
  wayfarer: "Wayfarer"
}
const explorer = "explorer:"

/** The name of an achievement. */
export const title = (content: Content.Read, achievement: string): string => {
  if (!achievement.startsWith(explorer)) return titles[achievement] ?? achievement
  const place = achievement.slice(explorer.length)
  const { places } = content(World)
  return `Explorer of ${Object.hasOwn(places, place) ? places[place]!.name : place}`
}

/** Who has done nothing yet. */
export const none = (id: Feats["id"]): Feats => ({ id, kills: 0, seen: [], gained: [], quests: [] })

/** The feats after a deed; the very same when it adds nothing. */
export const after = (before: Feats, deed: Deed, content: Content.Read): Feats => {
  const { did, room } = deed
  const feats = Quests.after(before, deed, content)
  switch (did) {
    case "killed": {
      const kills = feats.kills + 1
      const counted = { ...feats, kills }
      if (kills >= 10) return gains(gains(counted, "first-blood"), "ten-kills")
      return gains(counted, "first-blood")
    }
    case "crossed":
      return gains(feats, "wayfarer")
    case "saw":
      return room === null ? feats : sees(feats, room, content)
  }
}

const gains = (feats: Feats, achievement: string): Feats =>
  feats.gained.includes(achievement) ? feats : { ...feats, gained: [...feats.gained, achievement] }

const sees = (feats: Feats, slug: string, content: Content.Read): Feats => {
  const { place, secret } = Lookup.room(content, slug)
  if (secret) return feats
  const whole = `${explorer}${place}`
  if (feats.gained.includes(whole) || feats.seen.includes(slug)) return feats
  const seen = [...feats.seen, slug]
  const rooms = Object.entries(content(World).rooms).flatMap(([name, template]) =>
    template.place === place && !template.secret ? [name] : []
  )
  // All of it: what is remembered is the achievement, and its rooms no longer.
  return rooms.every((name) => seen.includes(name))
    ? gains({ ...feats, seen: seen.filter((name) => !rooms.includes(name)) }, whole)
    : { ...feats, seen }
}
