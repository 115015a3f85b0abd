/** How players enter and leave this game, and what a client gets on entering. */
import type { Players } from "@wr2/core"
import { Schema } from "effect"
import { Create } from "./actions/Create.ts"
import { Enter } from "./actions/Enter.ts"
import { Leave } from "./actions/Leave.ts"
import { Character } from "./aggregates/Character.ts"
import * as Sight from "./Sight.ts"
import * as Streams from "./Streams.ts"

/** What a new character is made of: how others see it. */
export const Fresh = Schema.Struct({
  description: Schema.String.check(Schema.isMaxLength(200))
})
export type Fresh = typeof Fresh.Type

/** What a client gets on entering: itself, the room it is in, and its words for lines of its own. */
export const Snapshot = Schema.Struct({
  self: Sight.SelfSight,
  room: Sight.RoomSight,
  aliases: Character.fields.aliases
})
export type Snapshot = typeof Snapshot.Type

const id = Character.Id.make

/** Create, enter, leave and disconnect as Actions; streams and snapshot. */
export const players: Players<Snapshot, Fresh> = {
  aggregate: Character,
  fresh: Fresh,
  session: (projection, character) => projection.runtime(Character, character)?.session ?? null,
  exists: (projection, character) => projection.get(Character, character) !== undefined,
  create: ({ account, fresh, id: character, name }) =>
    Create.make({ character: id(character), name, account, description: fresh.description }),
  enter: ({ id: character, session }) => Enter.make({ character: id(character), session }),
  leave: ({ id: character, session }) =>
    Leave.make({ character: id(character), session, how: "left" }),
  disconnect: ({ id: character, session }) =>
    Leave.make({ character: id(character), session, how: "lost" }),
  streams: (projection, character) => {
    const row = projection.get(Character, character)
    return row === undefined ? [Character.stream(character)] : Streams.heard(row.id, row.room)
  },
  snapshot: {
    schema: Snapshot,
    view: (character, { content, now, projection }) => {
      const row = projection.get(Character, character)!
      const look = { projection, content }
      const { aliases } = row
      return { self: Sight.self(row, look, now), room: Sight.room(row, look), aliases }
    }
  }
}
