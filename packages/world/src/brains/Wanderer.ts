/**
 * The mind of a wandering mob: attack who it bears a grudge, or anybody if it is aggressive; else
 * sometimes move on, rather not to where it came from. It keeps out of safe rooms.
 */
import type { Command, Content, Dice } from "@wr2/core"
import type { Character } from "../aggregates/Character.ts"
import type { Mob, MobMemory } from "../aggregates/Mob.ts"
import type { Room } from "../aggregates/Room.ts"
import { go } from "../commands/Go.ts"
import { kill } from "../commands/Kill.ts"
import * as Lookup from "../content/Lookup.ts"
import type { MobTemplate } from "../content/World.ts"
import * as Direction from "../Direction.ts"
import * as Ways from "../Ways.ts"

/** All that it goes by. */
export interface Situation {
  readonly mob: Mob
  readonly template: MobTemplate
  readonly memory: MobMemory
  readonly room: Room
  /** Who is in the room. */
  readonly persons: ReadonlyArray<Character>
  readonly content: Content.Read
  readonly dice: Dice.Dice
}

/** What it wants to do, if anything. */
export const think = (situation: Situation): Command.Issued["command"] | undefined => {
  const { dice, memory, mob, persons, template } = situation
  if (mob.fighting !== null) return undefined
  const foe =
    persons.find(({ id }) => id === memory.grudge) ??
    (template.aggressive ? dice.pick(persons) : undefined)
  if (foe !== undefined) return kill.make({ target: `character.${foe.id}` })
  if (!dice.chance(template.roams)) return undefined
  const ways = open(situation)
  const onward = ways.filter((direction) => direction !== memory.back)
  const direction = dice.pick(onward.length === 0 ? ways : onward)
  return direction === undefined ? undefined : go.make({ direction })
}

const open = ({ content, room }: Situation): ReadonlyArray<Direction.Direction> => {
  const { exits } = Lookup.room(content, room.template)
  return Direction.all.filter((direction) => {
    const exit = exits[direction]
    return exit !== undefined && Ways.isOpen(room, direction) && !Lookup.room(content, exit.to).safe
  })
}
