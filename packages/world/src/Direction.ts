/** The six directions. */
import { Schema } from "effect"

export const Direction = Schema.Literals(["north", "east", "south", "west", "up", "down"])
export type Direction = typeof Direction.Type

/** All six, in the order in which exits are listed. */
export const all: ReadonlyArray<Direction> = Direction.literals

const back: { readonly [D in Direction]: Direction } = {
  north: "south",
  east: "west",
  south: "north",
  west: "east",
  up: "down",
  down: "up"
}
/** The way back. */
export const opposite = (direction: Direction): Direction => back[direction]
/** The direction that a text names, in full or by its first letter. */
export const named = (text: string): Direction | undefined => {
  const said = text.toLowerCase()
  return all.find((direction) => direction === said || direction.charAt(0) === said)
}
/** Whether a text is the name of a direction. */
export const is = Schema.is(Direction)
