/** Which streams a character's subscriber hears: its own, its room's, and the one of the whole instance. */
import type { Event } from "@wr2/core"
import { Character } from "./aggregates/Character.ts"
import { Room } from "./aggregates/Room.ts"

type Id = Character["id"]
type RoomId = Room["id"]

/** What all who are inside hear, wherever they are. */
export const everywhere = "everywhere"

/** The streams of a character and of the room it is in: for what concerns these. */
export const of = (character: Id, room: RoomId): ReadonlyArray<string> => [
  Character.stream(character),
  Room.stream(room)
]
/** All that a character hears who is in a room. */
export const heard = (character: Id, room: RoomId): ReadonlyArray<string> => [
  ...of(character, room),
  everywhere
]
/** Begins to hear. */
export const comesIn = (character: Id, room: RoomId): ReadonlyArray<Event.Follow> => [
  { subscriber: Character.stream(character), leave: [], join: heard(character, room) }
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
  { subscriber: Character.stream(character), leave: heard(character, room), join: [] }
]
