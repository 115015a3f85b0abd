/** The message that carries a traveller between instances: always let in, in the room it names or where all begin. */
import { Command } from "@wr2/core"
import { Result, Schema } from "effect"
import { Admit } from "../actions/Admit.ts"
import { Character } from "../aggregates/Character.ts"
import { Instance } from "../aggregates/Instance.ts"
import { Item } from "../aggregates/Item.ts"
import { Room } from "../aggregates/Room.ts"

/** Never rejected: it plans Admit whatever it carries. */
export const arrive = Command.define("arrive", {
  fields: {
    character: Character.Row,
    items: Schema.Array(Item.Row),
    session: Schema.String,
    /** Slug of the room. */
    room: Schema.String
  },
  from: ["instance"],
  plan: (c, { instance, projection }) => {
    const home = projection.get(Instance, instance)?.start ?? projection.all(Room)[0]!.id
    const room = projection.by(Room, "template", c.room)[0]?.id ?? home
    const { items, session } = c
    // What lasted on it was timed where it came from.
    return Result.succeed([
      Admit.make({ character: { ...c.character, room, home, lasting: [] }, items, session })
    ])
  }
})
