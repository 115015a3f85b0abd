/** The doors of a room, as players name them: by direction or by a word of their name. */
import { Result } from "effect"
import { Room } from "./aggregates/Room.ts"
import { NotHere } from "./Failures.ts"
import type { Look } from "./Things.ts"
import * as Ways from "./Ways.ts"

/** A door, on this side. */
export interface Door {
  readonly way: Ways.Way
  readonly name: string
  readonly isOpen: boolean
}

/** The door that a text names. */
export const find = (
  text: string,
  room: Room["id"],
  { content, projection }: Look
): Result.Result<Door, NotHere> => {
  const here = projection.get(Room, room)
  const words = text.toLowerCase().split(/\s+/)
  const way =
    here &&
    Ways.from(here, projection, content).find(({ direction, door }) => {
      const names = door === null ? [] : [direction, ...door.toLowerCase().split(/\s+/)]
      return words.every(
        (word) =>
          names.includes(word) || (word.length === 1 && door !== null && direction.startsWith(word))
      )
    })
  return here === undefined || way === undefined || way.door === null
    ? Result.fail(new NotHere({ what: text }))
    : Result.succeed({ way, name: way.door, isOpen: Ways.isOpen(here, way.direction) })
}
