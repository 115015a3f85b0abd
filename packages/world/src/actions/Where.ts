/** A character asks where it is, and where the others are. Read-only. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"
import * as Lookup from "../content/Lookup.ts"
import { World } from "../content/World.ts"
import { NotHere } from "../Failures.ts"
import { WhereShown } from "../events/WhereShown.ts"

/** So many are listed by name. */
const listed = 100

export const Where = Action.make("Where", { character: Character.Id })
/** Shows everybody who is inside with the room that they are in. */
export const whereView = Where.view({
  emits: [WhereShown],
  fails: [NotHere],
  view: ({ character }, { content, projection }) => {
    const roomOf = (id: Room["id"]) => {
      const row = projection.get(Room, id)
      return row === undefined ? undefined : Lookup.room(content, row.template)
    }
    const me = projection.get(Character, character)
    const here = me && roomOf(me.room)
    if (here === undefined) return Result.fail(new NotHere({ what: "you" }))
    const { places } = content(World)
    const others = projection.active(Character).filter((id) => id !== character)
    const persons = others.slice(0, listed).flatMap((id) => {
      const row = projection.get(Character, id)
      const room = row && roomOf(row.room)
      return row === undefined || room === undefined ? [] : [{ name: row.name, room: room.name }]
    })
    const shown = WhereShown.make({
      character,
      room: here.name,
      place: Object.hasOwn(places, here.place) ? places[here.place]!.name : here.place,
      persons,
      more: Math.max(0, others.length - listed)
    })
    return Result.succeed([shown])
  }
})
