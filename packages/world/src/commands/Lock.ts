/** `lock north`, `lock hatch`: a door of the room, with the key that one carries. */
import { Command, Rejected } from "@wr2/core"
import { Schema } from "effect"
import * as Doors from "../Doors.ts"
import { DoorOpen, LockAlready, NoKey, NoLock, NotHere } from "../Failures.ts"

/** Plans LockDoor. */
export const lock = Command.define("lock", {
  grammar: ["lock <door...> with <key...>", "lock <door...>"],
  fields: { door: Schema.String, key: Schema.NullOr(Schema.String) },
  rejects: [NotHere, NoLock, NoKey, DoorOpen, LockAlready, Rejected.Ambiguous],
  from: ["Character"],
  help: "Lock a door whose key you carry.",
  plan: (c, planning) => Doors.lock(c, true, planning)
})
