/** What comes of a death: who wakes sees where. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { ShowRoom } from "../actions/ShowRoom.ts"
import { Character } from "../aggregates/Character.ts"
import * as Sight from "../Sight.ts"

/** Plans what is to be seen there. */
export const comeTo = Command.define("come to", {
  fields: { character: Character.Id },
  from: ["system"],
  plan: ({ character: id }, { content, projection }) => {
    const character = projection.get(Character, id)
    return Result.succeed(
      character === undefined
        ? []
        : [ShowRoom.make({ character: id, sight: Sight.room(character, { projection, content }) })]
    )
  }
})
