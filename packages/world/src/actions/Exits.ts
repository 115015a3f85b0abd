/** A character looks for the ways out, or along one of them. Read-only. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"
import { Direction } from "../Direction.ts"
import { ExitsShown } from "../events/ExitsShown.ts"
import { NoExit, NotHere } from "../Failures.ts"
import * as Sight from "../Sight.ts"

export const Exits = Action.make("Exits", {
  character: Character.Id,
  /** Null: all of them. */
  direction: Schema.NullOr(Direction)
})
/** Shows where they lead, as far as one can see. */
export const exitsView = Exits.view({
  emits: [ExitsShown],
  fails: [NotHere, NoExit],
  view: ({ character, direction }, look) =>
    Result.gen(function* () {
      const room = look.projection.get(Character, character)?.room
      const here = room === undefined ? undefined : look.projection.get(Room, room)
      if (here === undefined) return yield* Result.fail(new NotHere({ what: "you" }))
      const exits = Sight.ways(here, look).filter(
        (way) => direction === null || way.direction === direction
      )
      if (direction !== null && exits.length === 0) {
        return yield* Result.fail(new NoExit({ direction }))
      }
      return [ExitsShown.make({ character, exits })]
    })
})
