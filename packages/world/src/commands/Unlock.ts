/** `unlock north`, `unlock hatch`: a door of the room, with the key that one carries. */
import { Command } from "@wr2/core"
import { Schema } from "effect"
import * as Doors from "../Doors.ts"
import { DoorOpen, LockAlready, NoKey, NoLock, NotHere } from "../Failures.ts"

/** Plans LockDoor. */
export const unlock = Command.define("unlock", {
  grammar: "unlock <door...>",
  fields: { door: Schema.String },
  rejects: [NotHere, NoLock, NoKey, DoorOpen, LockAlready],
  precedence: 5,
  from: ["Character"],
  help: "Unlock a door whose key you carry.",
  plan: ({ door }, planning) => Doors.lock(door, false, planning)
})
