/**
 * Who sees: the same Event reads differently to who did it, to whom it was done, and to who stands
 * by. A client begins with the snapshot and folds every Event that it shows.
 */
import type { WorldEvent } from "../Events.ts"
import type { Snapshot } from "../Players.ts"

/** A character and the room it is in. */
export interface Perceiver {
  readonly character: number
  /** Null while on the way between instances. */
  readonly room: number | null
}

/** Who entered with this snapshot. */
export const start = (snapshot: Snapshot): Perceiver => ({
  character: snapshot.self.id,
  room: snapshot.room.room
})

/** The perceiver once this has happened. Show the Event first, to who was there; then fold it. */
export const after = (who: Perceiver, event: WorldEvent): Perceiver => {
  switch (event._tag) {
    case "CharacterMoved":
    case "CharacterFled":
      return event.character === who.character ? { ...who, room: event.to } : who
    case "CharacterDied":
      return event.character === who.character ? { ...who, room: event.home } : who
    case "CharacterEntered":
    case "CharacterArrived":
      return event.character === who.character ? { ...who, room: event.room } : who
    case "InstanceReshaped":
      return event.strays.some(({ character }) => character === who.character)
        ? { ...who, room: event.start }
        : who
    case "CharacterDeparted":
      return event.character === who.character ? { ...who, room: null } : who
    default:
      return who
  }
}
