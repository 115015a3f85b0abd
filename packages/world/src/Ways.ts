/** The ways out of a live room, found from its template's exits, its doors and the rooms beyond. */
import type { Content, Projection } from "@wr2/core"
import { Schema } from "effect"
import { Mob } from "./aggregates/Mob.ts"
import { Room } from "./aggregates/Room.ts"
import type { Standing } from "./aggregates/Room.ts"
import * as Lookup from "./content/Lookup.ts"
import type { On } from "./content/Triggers.ts"
import * as Direction from "./Direction.ts"

/** One way, as explicit as an Action needs it. */
export const Way = Schema.Struct({
  direction: Direction.Direction,
  to: Room.Id,
  /** The name of its door, if it has one. */
  door: Schema.NullOr(Schema.String),
  /** Whether something may happen to who goes there. */
  trigger: Schema.Boolean
})
export type Way = typeof Way.Type

/** How a door in this direction stands: one that came later, as authored. Where there is none, the way is open. */
export const standing = (
  room: Room,
  direction: Direction.Direction,
  content: Content.Read
): Standing => {
  const exit = Lookup.room(content, room.template).exits[direction]
  if (exit === undefined || exit.door === null) return "open"
  return room.doors[direction] ?? exit.starts
}

/** Whether one gets through in this direction. */
export const isOpen = (
  room: Room,
  direction: Direction.Direction,
  content: Content.Read
): boolean => standing(room, direction, content) === "open"

/** The way out of a room in a direction; undefined: there is none. */
export const to = (
  direction: Direction.Direction,
  room: Room,
  projection: Projection,
  content: Content.Read
): Way | undefined => {
  const exit = Lookup.room(content, room.template).exits[direction]
  const beyond = exit && projection.by(Room, "template", exit.to)[0]
  if (exit === undefined || beyond === undefined) return undefined
  const trigger =
    Lookup.room(content, beyond.template).onEnter !== null ||
    triggers(beyond, "enter", projection, content) ||
    triggers(room, "leave", projection, content)
  return { direction, to: beyond.id, door: exit.door, trigger }
}

/** All ways out of a room, in the order of directions. */
export const from = (
  room: Room,
  projection: Projection,
  content: Content.Read
): ReadonlyArray<Way> =>
  Direction.all.flatMap((direction) => to(direction, room, projection, content) ?? [])

/** Whether anything in a room answers to somebody who enters or leaves. */
const triggers = (
  { id, template }: Room,
  on: On,
  projection: Projection,
  content: Content.Read
): boolean => {
  const mobs = Lookup.mobsOn(content, on)
  return (
    Lookup.room(content, template).triggers.some((trigger) => trigger.on === on) ||
    (mobs.size > 0 && projection.by(Mob, "room", id).some((mob) => mobs.has(mob.template)))
  )
}
