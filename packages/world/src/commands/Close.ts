/** `close north`, `close gate`: a door of the room, by its direction or its name. */
import { Command } from "@wr2/core"
import { Schema } from "effect"
import * as Doors from "../Doors.ts"
import { DoorAlready, Locked, NoDoor, NotHere } from "../Failures.ts"

/** Plans SetDoor. */
export const close = Command.define("close", {
  grammar: "close <door...>",
  fields: { door: Schema.String },
  rejects: [NotHere, NoDoor, DoorAlready, Locked],
  from: ["Character"],
  help: "Close a door, by its direction or its name.",
  plan: ({ door }, planning) => Doors.set(door, false, planning)
})
