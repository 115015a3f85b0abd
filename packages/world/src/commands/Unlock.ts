/** `unlock north`, `unlock hatch`: a door of the room, with the key that one carries. */
import { Command, Rejected } from "@wr2/core"
import { Schema } from "effect"
import * as Doors from "../Doors.ts"
import { DoorOpen, LockAlready, NoKey, NoLock, NotHere } from "../Failures.ts"

/** Plans LockDoor. */
export const unlock = Command.define("unlock", {
  grammar: ["unlock <door...> with <key...>", "unlock <door...>"],
  fields: { door: Schema.String, key: Schema.NullOr(Schema.String) },
  rejects: [NotHere, NoLock, NoKey, DoorOpen, LockAlready, Rejected.Ambiguous],
  precedence: 5,
  from: ["Character"],
  help: "Unlock a door whose key you carry.",
  plan: (c, planning) => Doors.lock(c, false, planning)
})
