/** What belongs to a place as it is authored: its rooms with their doors, and its spawners. In one order, always. */
import type { Room } from "./aggregates/Room.ts"
import type { Authored, RoomTemplate, Spawner } from "./content/World.ts"

/** Content read back from a database has its keys in another order: the same birth needs the same order. */
export const sorted = <A>(record: Readonly<Record<string, A>>): ReadonlyArray<[string, A]> =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))

/** Whether there is such a room. */
export const has = ({ rooms }: Authored, slug: string): boolean => Object.hasOwn(rooms, slug)

/** The rooms of a place. */
export const rooms = (
  authored: Authored,
  place: string
): ReadonlyArray<readonly [string, RoomTemplate]> =>
  sorted(authored.rooms).filter(([, room]) => room.place === place)

/** The spawners whose room is in a place. */
export const spawners = (
  authored: Authored,
  place: string
): ReadonlyArray<readonly [string, Spawner]> =>
  sorted(authored.spawners).filter(([, { room }]) => authored.rooms[room]?.place === place)

/** A room as it is at the beginning: how its doors stand, and what it is marked with. */
export const room = (template: string, { exits, flags }: RoomTemplate): Omit<Room, "id"> => ({
  template,
  doors: Object.fromEntries(
    Object.entries(exits).flatMap(([direction, { door, starts }]) =>
      door === null ? [] : [[direction, starts]]
    )
  ),
  flags
})
