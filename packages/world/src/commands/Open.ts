/** `open north`, `open gate`: a door of the room, by its direction or its name. */
import { Command } from "@wr2/core"
import { Result, Schema } from "effect"
import { SetDoor } from "../actions/SetDoor.ts"
import { find } from "../Doors.ts"
import { DoorAlready, NotHere } from "../Failures.ts"
import { me } from "../Me.ts"

/** Plans SetDoor. */
export const open = Command.define("open", {
  grammar: "open <door...>",
  fields: { door: Schema.String },
  rejects: [NotHere, DoorAlready],
  from: ["Character"],
  help: "Open a door, by its direction or its name.",
  plan: ({ door }, planning) =>
    Result.gen(function* () {
      const { id: character, room } = yield* me(planning)
      const { isOpen, name, way } = yield* find(door, room, planning)
      if (isOpen === true) return yield* Result.fail(new DoorAlready({ door: name, open: true }))
      return [SetDoor.make({ character, room, way, open: true })]
    })
})
