/**
 * Bouts of a character against a mob, in memory, by the rules of the game that are played everywhere:
 * one seed, one bout, the same each time. A ring of two rooms is all that there is of the world.
 */
import { Content } from "@wr2/core"
import { Play, ready, supply } from "@wr2/testkit/Play"
import { world } from "@wr2/world"
import { bare, Character } from "@wr2/world/aggregates/Character"
import { Instance } from "@wr2/world/aggregates/Instance"
import { Mob } from "@wr2/world/aggregates/Mob"
import * as Combat from "@wr2/world/Combat"
import * as Lookup from "../../packages/world/src/content/Lookup.ts"
import { World } from "../../packages/world/src/content/World.ts"
import type { Authored } from "../../packages/world/src/content/World.ts"

/** Who meets what. */
export interface Pairing {
  /** Slug; null: one who has become nothing. */
  readonly archetype: string | null
  readonly level: number
  /** Slug. */
  readonly mob: string
}

/** How a bout went. Whoever gets away, or is not done in time, has neither won nor lost. */
export interface Bout {
  readonly end: "won" | "lost" | "open"
  readonly seconds: number
}

/** Longer than this no bout lasts. */
const secondsMax = 300

/** The content, with a ring in it in which one mob stands, and nothing else. */
const ring = (content: Content.Value, mob: string) => {
  const authored = content.value as Authored
  const plain = Lookup.room(Content.reader(content), "ring")
  const room = { ...plain, place: "arena", name: "The Ring", description: "Sand.", safe: false }
  return World.make({
    ...authored,
    settings: { ...authored.settings, place: "arena" },
    places: { arena: { ...Object.values(authored.places)[0]!, number: 1, start: "ring" } },
    rooms: { ring: room },
    zones: {},
    spawners: { ring: { mob, item: null, room: "ring", count: 1, respawn: 1_000_000 } }
  })
}

/** The experience of who has just reached a level. */
export const expAt = (level: number): number => (level === 1 ? 0 : 25 * (level - 1) * level)

/** Bouts of a mob: give who meets it, and a seed. */
export const against = (content: Content.Value, mob: string) => {
  const played = ready(world(ring(content, mob)))
  return ({ archetype, level }: Omit<Pairing, "mob">, seed: number): Bout => {
    const ids = supply()
    // The number of an instance seeds all that happens in it.
    const play = new Play(1 + seed, ids, undefined, played)
    const { projection } = play
    const id = Character.Id.make(ids.next())
    const { start } = projection.all(Instance)[0]!
    const exp = expAt(level)
    const row: Character = {
      ...bare,
      id,
      name: "Champion",
      account: 1,
      description: "Here to win.",
      room: start,
      home: start,
      inside: true,
      hp: Combat.maxHp(exp),
      hpAt: play.now,
      exp,
      gold: 0,
      wielding: null,
      fighting: null,
      fight: null,
      craft: { ...bare.craft, archetype }
    }
    projection.apply({ op: "insert", ...Character.ref(id), row }, play.now)
    const session = { session: "arena", since: play.now }
    projection.apply({ op: "runtimeSet", ...Character.ref(id), data: session }, play.now)
    projection.commit(0)
    return bout(play, id, skillsOf(played.read, archetype))
  }
}

/** The verbs of an archetype, each with whether it is for a foe. */
const skillsOf = (read: Content.Read, archetype: string | null) =>
  (Lookup.archetype(read, archetype)?.skills ?? []).flatMap((slug) => {
    const skill = Lookup.skill(read, slug)
    return skill === undefined ? [] : [{ verb: skill.verb, foe: skill.target === "foe" }]
  })

/** Strikes, and uses each skill as soon as it can be used; heals and shields only in the fight. */
const bout = (play: Play, id: Character["id"], skills: ReturnType<typeof skillsOf>): Bout => {
  const actor = { type: Character._tag, id }
  const [mob] = play.projection.all(Mob)
  const began = play.now
  play.says(actor, `kill mob.${mob!.id}`)
  while (play.now - began < secondsMax * 1_000) {
    const ended = endOf(play)
    if (ended !== undefined) return { end: ended, seconds: (play.now - began) / 1_000 }
    for (const { foe, verb } of skills) {
      if (endOf(play) === undefined) play.says(actor, foe ? `${verb} mob.${mob!.id}` : verb)
    }
    play.waits(500)
  }
  return { end: "open", seconds: secondsMax }
}

const endOf = ({ came }: Play): Bout["end"] | undefined => {
  for (const { events } of came.slice(-40)) {
    for (const { _tag } of events) {
      if (_tag === "MobDied") return "won"
      if (_tag === "CharacterDied") return "lost"
    }
  }
  return undefined
}

/** What many bouts of a pairing come to. */
export interface Tally extends Pairing {
  readonly bouts: number
  /** Of a hundred. */
  readonly won: number
  readonly lost: number
  /** The median of those that were won, in seconds; null when none was. */
  readonly seconds: number | null
}

/** Counts bouts. */
export const tally = (pairing: Pairing, bouts: ReadonlyArray<Bout>): Tally => {
  const percent = (end: Bout["end"]) =>
    Math.round((100 * bouts.filter((each) => each.end === end).length) / bouts.length)
  const times = bouts
    .flatMap(({ end, seconds }) => (end === "won" ? [seconds] : []))
    .sort((x, y) => x - y)
  return {
    ...pairing,
    bouts: bouts.length,
    won: percent("won"),
    lost: percent("lost"),
    seconds: times.length === 0 ? null : times[Math.floor(times.length / 2)]!
  }
}
