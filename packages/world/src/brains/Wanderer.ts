/**
 * Attacks who it bears a grudge, or anybody if it is aggressive; else sometimes moves on, rather not to
 * where it came from. It keeps out of safe rooms, and stays in its zone.
 */
import { go } from "../commands/Go.ts"
import * as Lookup from "../content/Lookup.ts"
import * as Direction from "../Direction.ts"
import * as Ways from "../Ways.ts"
import { attack } from "./Situation.ts"
import type { Situation, Wish } from "./Situation.ts"

/** What it wants to do, if anything. */
export const think = (situation: Situation): Wish => {
  const { dice, memory, mob, persons, template } = situation
  if (mob.fighting !== null) return undefined
  const foe =
    persons.find(({ id }) => id === memory.grudge) ??
    (template.aggressive ? dice.pick(persons) : undefined)
  if (foe !== undefined) return attack(foe)
  if (!dice.chance(template.roams)) return undefined
  const ways = open(situation)
  const onward = ways.filter((direction) => direction !== memory.back)
  const direction = dice.pick(onward.length === 0 ? ways : onward)
  return direction === undefined ? undefined : go.make({ direction })
}

const open = ({ content, room }: Situation): ReadonlyArray<Direction.Direction> => {
  const { exits } = Lookup.room(content, room.template)
  const here = Lookup.zone(content, room.template)
  return Direction.all.filter((direction) => {
    const exit = exits[direction]
    return (
      exit !== undefined &&
      Ways.isOpen(room, direction, content) &&
      !Lookup.room(content, exit.to).safe &&
      Lookup.zone(content, exit.to) === here
    )
  })
}
