/** What sets triggers off: the Commands that rules issue, and which triggers answer to one. */
import type { Command, Content } from "@wr2/core"
import { Character } from "./aggregates/Character.ts"
import type { Room } from "./aggregates/Room.ts"
import * as Answering from "./Answering.ts"
import { act } from "./commands/Act.ts"
import { fire } from "./commands/Fire.ts"
import { greet } from "./commands/Greet.ts"
import type { On } from "./content/Triggers.ts"
import { World } from "./content/World.ts"
import * as System from "./System.ts"

type Issues = ReadonlyArray<Command.Issued>

/** Somebody went from one room to another, on a way where something may happen. */
export const passed = (character: Character["id"], from: Room["id"], to: Room["id"]): Issues => [
  bySystem(fire.make({ on: "leave", room: from, character, what: null })),
  ...arrived(character, to)
]

/** Somebody came into a room. */
export const arrived = (character: Character["id"], room: Room["id"]): Issues => [
  bySystem(greet.make({ room, character })),
  bySystem(fire.make({ on: "enter", room, character, what: null }))
]

const bySystem = (command: Command.Issued["command"]): Command.Issued => ({
  actor: System.actor,
  command
})

/** Something happened in a room; nothing is issued in a world where no trigger asks for the like. */
export const happened = (
  content: Content.Read,
  on: On,
  about: {
    readonly room: Room["id"]
    readonly character: Character["id"]
    readonly what: string
  }
): Issues => (asked(content).has(on) ? [bySystem(fire.make({ on, ...about }))] : [])

/** What an author made of a line where it is typed, if anything: it goes before every verb. */
export const reads = (
  text: string,
  planning: Command.Planning
): Command.Value<typeof act> | undefined => {
  const { actor, actorType, content, projection } = planning
  if (actorType !== Character._tag || !asked(content).has("type")) return undefined
  const who = projection.get(Character, actor)
  if (who === undefined) return undefined
  const cause = { on: "type", room: who.room, character: who.id, what: text } as const
  return Answering.scripts(cause, planning).length > 0 ? act.make({ text }) : undefined
}

const known = new WeakMap<object, ReadonlySet<On>>()

/** What any trigger of a world asks for: found once for each content. */
const asked = (content: Content.Read): ReadonlySet<On> => {
  const world = content(World)
  const before = known.get(world)
  if (before !== undefined) return before
  const all = [...Object.values(world.rooms), ...Object.values(world.mobs)]
  const found = new Set(all.flatMap(({ triggers }) => triggers.map(({ on }) => on)))
  known.set(world, found)
  return found
}
