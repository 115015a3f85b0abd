/** `open north`, `open gate`: a door of the room, by its direction or its name. */
import { Command } from "@wr2/core"
import { Schema } from "effect"
import * as Doors from "../Doors.ts"
import { DoorAlready, Locked, NoDoor, NotHere } from "../Failures.ts"

/** Plans SetDoor. */
export const open = Command.define("open", {
  grammar: "open <door...>",
  fields: { door: Schema.String },
  rejects: [NotHere, NoDoor, DoorAlready, Locked],
  from: ["Character"],
  help: "Open a door, by its direction or its name.",
  plan: ({ door }, planning) => Doors.set(door, true, planning)
})
