/** An instance was made what the world is authored as now. Heard by those who stood where nothing is any more. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Instance } from "../aggregates/Instance.ts"
import { Item } from "../aggregates/Item.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import { disengaged } from "../Changes.ts"
import * as Streams from "../Streams.ts"

export const InstanceReshaped = Event.define("InstanceReshaped", {
  fields: {
    instance: Instance.Id,
    /** Where characters wake from now on. */
    start: Room.Id,
    startName: Schema.String,
    /** All that run from now on. */
    spawners: Schema.Array(Schema.String),
    /** New ones, and what lies in them. */
    rooms: Schema.Array(Room.Row),
    items: Schema.Array(Item.Row),
    /** Brought to the start. */
    strays: Schema.Array(Schema.Struct({ character: Character.Id, from: Room.Id })),
    /** Mobs that fought them. */
    freed: Schema.Array(Mob.Id)
  },
  evolve: (e) => [
    Instance.update(e.instance, (instance) => ({
      ...instance,
      start: e.start,
      spawners: e.spawners
    })),
    ...e.rooms.map((room) => Room.insert(room)),
    ...e.items.map((item) => Item.insert(item)),
    ...e.strays.map(({ character }) =>
      Character.update(character, (c) => ({ ...c, room: e.start, fighting: null, fight: null }))
    ),
    ...disengaged(e.freed)
  ],
  heardBy: (e) => e.strays.map(({ character }) => Character.stream(character)),
  follows: (e) => e.strays.flatMap(({ character, from }) => Streams.moves(character, from, e.start))
})
