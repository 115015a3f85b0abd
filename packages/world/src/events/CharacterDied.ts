/** A character died. Some of its gold stays with its corpse; it wakes, whole, where it is at home. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import { disengaged } from "../Changes.ts"
import * as Streams from "../Streams.ts"

export const CharacterDied = Event.define("CharacterDied", {
  fields: {
    character: Character.Id,
    name: Schema.String,
    killerName: Schema.String,
    room: Room.Id,
    home: Room.Id,
    hp: Schema.Int,
    at: Schema.Int,
    /** The corpse, with the lost gold in it; none when there was nothing to lose. */
    corpse: Schema.NullOr(Item.Row),
    /** Mobs that fought it. */
    freed: Schema.Array(Mob.Id)
  },
  evolve: (e) => [
    Character.update(e.character, (c) => ({
      ...c,
      room: e.home,
      hp: e.hp,
      hpAt: e.at,
      gold: c.gold - (e.corpse?.gold ?? 0),
      fighting: null,
      fight: null,
      lasting: []
    })),
    ...disengaged(e.freed),
    ...(e.corpse === null ? [] : [Item.insert(e.corpse)])
  ],
  heardBy: (e) => [...Streams.of(e.character, e.room), Room.stream(e.home)],
  follows: (e) => Streams.moves(e.character, e.room, e.home)
})
