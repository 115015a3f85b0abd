/** What comes of a step: who follows walks along, if they can. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { Move } from "../actions/Move.ts"
import { ShowRoom } from "../actions/ShowRoom.ts"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"
import { Direction } from "../Direction.ts"
import { NotHere } from "../Failures.ts"
import * as Sight from "../Sight.ts"
import * as Ways from "../Ways.ts"

/**
 * Plans the same step as the leader's, from where the leader went, and what is to be seen there. Every
 * step takes somebody out of that room, so that those who follow in a circle come to an end.
 */
export const tagAlong = Command.define("tag along", {
  fields: { character: Character.Id, from: Room.Id, direction: Direction },
  from: ["system"],
  rejects: [NotHere],
  plan: ({ character: id, direction, from }, { content, projection }) => {
    const character = projection.get(Character, id)
    const here = projection.get(Room, from)
    const way = here && Ways.to(direction, here, projection, content)
    if (character === undefined || way === undefined || character.room !== from) {
      return Result.fail(new NotHere({ what: "the way" }))
    }
    const sight = Sight.room({ ...character, room: way.to }, { projection, content })
    return Result.succeed([
      Move.make({ character: id, from, way }),
      ShowRoom.make({ character: id, sight })
    ])
  }
})
