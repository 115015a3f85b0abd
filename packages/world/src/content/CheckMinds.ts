/** What factions, zones and minds refer to. */
import { nearest } from "./Problem.ts"
import type { Problem } from "./Problem.ts"
import type { Authored, Section } from "./World.ts"

type Path = ReadonlyArray<PropertyKey>
type At = (
  section: string,
  slug: string | null,
  path: Path
) => { readonly file: string; readonly line: number }

/** All that does not hold. */
export const check = (world: Authored, at: At): ReadonlyArray<Problem> => {
  const problems: Array<Problem> = []
  const wrong = (
    section: Section,
    slug: string,
    path: Path,
    reason: string,
    suggestion: string | null = null
  ) => {
    const name = [section, slug, ...path.map(String)].join(".")
    problems.push({ ...at(section, slug, path), reason: `${name}: ${reason}`, suggestion })
  }
  const names = (section: Section, slug: string, path: Path, target: Section, named: string) => {
    if (Object.hasOwn(world[target], named)) return
    const reason = `there is no ${target.slice(0, -1)} "${named}"`
    wrong(section, slug, path, reason, nearest(named, Object.keys(world[target])))
  }

  for (const [slug, { hates }] of Object.entries(world.factions)) {
    hates.forEach((hated, i) => names("factions", slug, ["hates", i], "factions", hated))
  }
  const zoned = new Map<string, string>()
  for (const [slug, { rooms }] of Object.entries(world.zones)) {
    for (const [i, room] of rooms.entries()) {
      names("zones", slug, ["rooms", i], "rooms", room)
      const other = zoned.get(room)
      if (other !== undefined) wrong("zones", slug, ["rooms", i], `${room} is in ${other}`)
      zoned.set(room, slug)
    }
  }
  for (const [slug, { faction }] of Object.entries(world.archetypes)) {
    if (faction !== null) names("archetypes", slug, ["faction"], "factions", faction)
  }
  for (const [slug, mob] of Object.entries(world.mobs)) {
    if (mob.faction !== null) names("mobs", slug, ["faction"], "factions", mob.faction)
    const minds = ["guards", "assists"] as const
    for (const field of minds) {
      if (mob[field] && mob.thinks === 0) wrong("mobs", slug, [field], "it never thinks")
    }
    if (mob.flees > 0 && mob.thinks === 0) wrong("mobs", slug, ["flees"], "it never thinks")
    if (mob.guards && mob.faction === null) wrong("mobs", slug, ["guards"], "it has no faction")
    if (mob.guards && mob.roams > 0) wrong("mobs", slug, ["roams"], "a guard stays where it is")
  }
  return problems
}
