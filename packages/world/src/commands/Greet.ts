/** What a room's trigger wants: to greet who came in. Once in a while for each. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { GreetCharacter } from "../actions/GreetCharacter.ts"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"
import * as Lookup from "../content/Lookup.ts"

/** Plans GreetCharacter, unless the room remembers the greeting. */
export const greet = Command.define("greet", {
  fields: { room: Room.Id, character: Character.Id },
  from: ["system"],
  plan: ({ character, room }, { content, projection }) => {
    const here = projection.get(Room, room)
    if (here === undefined || Lookup.room(content, here.template).onEnter === null) {
      return Result.succeed([])
    }
    const greeted = projection.runtime(Room, room)?.greeted ?? []
    return Result.succeed(
      greeted.includes(character) ? [] : [GreetCharacter.make({ room, character })]
    )
  }
})
