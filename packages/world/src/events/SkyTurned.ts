/** The day went on, or the weather changed, as all outdoors saw. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Room } from "../aggregates/Room.ts"
import { Sky } from "../aggregates/Sky.ts"
import { Part } from "../Hours.ts"
import { Weather } from "../Weather.ts"

export const SkyTurned = Event.define("SkyTurned", {
  fields: {
    sky: Sky.Row,
    /** There was none before. */
    first: Schema.Boolean,
    /** What is new of it; null: as before. */
    part: Schema.NullOr(Part),
    weather: Schema.NullOr(Weather),
    /** The rooms outdoors. */
    rooms: Schema.Array(Room.Id)
  },
  evolve: ({ first, sky }) => [first ? Sky.insert(sky) : Sky.update(sky.id, () => sky)],
  heardBy: (e) => e.rooms.map((room) => Room.stream(room))
})
