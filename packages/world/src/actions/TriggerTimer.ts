/** The time of a room's or mob's trigger has come, and comes again. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import * as Lookup from "../content/Lookup.ts"
import { unlessGone } from "../Found.ts"
import { RunScript } from "./RunScript.ts"

/** Wakes nobody: nothing is played to an empty house. */
export const TriggerTimer = Action.make(
  "TriggerTimer",
  {
    /** Where its owner began. */
    room: Room.Id,
    /** Null: the room's own. */
    mob: Schema.NullOr(Mob.Id),
    /** Which of the triggers it is. */
    trigger: Schema.Int
  },
  { wakes: false }
)
/** Locks whose trigger it is. */
export const triggerTimerRule = TriggerTimer.rule({
  emits: [],
  locks: (a) => [a.mob === null ? Room.ref(a.room) : Mob.ref(a.mob)],
  decide: (a, { content, the }) =>
    Result.gen(function* () {
      const owner =
        a.mob === null ? yield* unlessGone(the(Room, a.room)) : yield* unlessGone(the(Mob, a.mob))
      if (owner === undefined) return {}
      const template = (a.mob === null ? Lookup.room : Lookup.mob)(content, owner.template)
      const trigger = template.triggers[a.trigger]
      if (trigger?.on !== "timer") return {}
      const { mob, room } = a
      const speaker = mob === null ? trigger.speaker : template.name
      return {
        next: [
          RunScript.make({ room, mob, speaker, character: null, steps: trigger.script }),
          TriggerTimer.make(a, { every: trigger.every * 1_000 })
        ]
      }
    })
})
