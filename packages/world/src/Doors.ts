/** The doors of a room, as players name them: by direction or by a word of their name. */
import type { Command } from "@wr2/core"
import { Result } from "effect"
import { SetDoor } from "./actions/SetDoor.ts"
import { Room } from "./aggregates/Room.ts"
import { DoorAlready, NotHere } from "./Failures.ts"
import { me } from "./Me.ts"
import type { Look } from "./Things.ts"
import * as Ways from "./Ways.ts"

/** A door, on this side. */
interface Door {
  readonly way: Ways.Way
  readonly name: string
  readonly isOpen: boolean
}

/** The door that a text names. */
const find = (
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

/** Plans that the door which a text names is opened, or closed. */
export const set = (text: string, open: boolean, planning: Command.Planning) =>
  Result.gen(function* () {
    const { id: character, room } = yield* me(planning)
    const { isOpen, name, way } = yield* find(text, room, planning)
    if (isOpen === open) return yield* Result.fail(new DoorAlready({ door: name, open }))
    return [SetDoor.make({ character, room, way, open })]
  })
