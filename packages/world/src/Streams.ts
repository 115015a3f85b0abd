/** Which streams a character's subscriber hears: its own and its room's. */
import type { Event } from "@wr2/core"
import { Character } from "./aggregates/Character.ts"
import { Room } from "./aggregates/Room.ts"

type Id = Character["id"]
type RoomId = Room["id"]

/** The streams of a character who is in a room. */
export const of = (character: Id, room: RoomId): ReadonlyArray<string> => [
  Character.stream(character),
  Room.stream(room)
]
/** Begins to hear. */
export const comesIn = (character: Id, room: RoomId): ReadonlyArray<Event.Follow> => [
  { subscriber: Character.stream(character), leave: [], join: of(character, room) }
]
/** Hears another room. */
export const moves = (character: Id, from: RoomId, to: RoomId): ReadonlyArray<Event.Follow> =>
  from === to
    ? []
    : [
        {
          subscriber: Character.stream(character),
          leave: [Room.stream(from)],
          join: [Room.stream(to)]
        }
      ]
/** Hears nothing more. */
export const goesOut = (character: Id, room: RoomId): ReadonlyArray<Event.Follow> => [
  { subscriber: Character.stream(character), leave: of(character, room), join: [] }
]
