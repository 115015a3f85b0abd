/** A live room of one instance. Name, text and exits are its template's; doors and flags are its own. */
import { Aggregate } from "@wr2/core"
import { Schema } from "effect"

/** Whom the room's trigger has greeted lately. Forgettable: it greets again. */
export const RoomMemory = Schema.Struct({ greeted: Schema.Array(Schema.Int) })
export type RoomMemory = typeof RoomMemory.Type

/** How a door stands. What is locked is closed as well. */
export const Standing = Schema.Literals(["open", "closed", "locked"])
export type Standing = typeof Standing.Type

export const Room = Aggregate.define("Room", {
  rank: 1,
  table: "room_instance",
  fields: {
    /** Slug of the authored room. */
    template: Schema.String,
    /** This side of its doors, by direction; the other side is in the room beyond. */
    doors: Schema.Record(Schema.String, Standing),
    /** What scripts have marked it with; at first what it is authored with. */
    flags: Schema.Array(Schema.String)
  },
  indexes: {
    /** All that there are, under one key. */
    all: () => 0,
    template: (room) => room.template
  },
  runtime: {
    schema: RoomMemory,
    version: 1,
    build: () => ({ greeted: [] }),
    table: "room_runtime"
  }
})
/** A row of its table. */
export type Room = Aggregate.Row<typeof Room>
