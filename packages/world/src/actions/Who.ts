/** A character asks who else is inside. Read-only. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import * as Combat from "../Combat.ts"
import { PlayersListed } from "../events/PlayersListed.ts"

/** So many are listed by name. */
const listed = 100

export const Who = Action.make("Who", { character: Character.Id })
/** Lists those whose runtime row is there. */
export const whoView = Who.view({
  emits: [PlayersListed],
  view: (a, { projection }) => {
    const active = projection.active(Character)
    const players = active.slice(0, listed).flatMap((id) => {
      const character = projection.get(Character, id)
      return character === undefined
        ? []
        : [{ id: character.id, name: character.name, level: Combat.level(character.exp) }]
    })
    const more = Math.max(0, active.length - listed)
    return Result.succeed([PlayersListed.make({ character: a.character, players, more })])
  }
})
