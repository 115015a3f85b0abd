/** Something happened that may set off triggers of a room, and of the mobs in it. */
import { Command } from "@wr2/core"
import { Result, Schema } from "effect"
import { RunScript } from "../actions/RunScript.ts"
import { Character } from "../aggregates/Character.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import * as Lookup from "../content/Lookup.ts"
import { On } from "../content/Triggers.ts"
import type { Trigger } from "../content/Triggers.ts"

/** Plans a RunScript for each trigger that answers, the room's first. */
export const fire = Command.define("fire", {
  fields: {
    on: On,
    room: Room.Id,
    /** Whose doing it is. */
    character: Character.Id,
    /** What was said; or the item that was taken, by template. */
    what: Schema.NullOr(Schema.String)
  },
  from: ["system"],
  plan: ({ character, on, room, what }, { content, projection }) => {
    const here = projection.get(Room, room)
    const run = (trigger: Trigger, mob: Mob["id"] | null, speaker: string | null) =>
      on === trigger.on && answers(trigger, what)
        ? [RunScript.make({ room, mob, speaker, character, steps: trigger.script })]
        : []
    const ofRoom = here === undefined ? [] : Lookup.room(content, here.template).triggers
    return Result.succeed([
      ...ofRoom.flatMap((trigger) => run(trigger, null, trigger.speaker)),
      ...projection.by(Mob, "room", room).flatMap((mob) => {
        const { name, triggers } = Lookup.mob(content, mob.template)
        return triggers.flatMap((trigger) => run(trigger, mob.id, name))
      })
    ])
  }
})

/** Whether it is of what a trigger is about. */
const answers = ({ item, on, words }: Trigger, what: string | null): boolean => {
  if (on === "get") return item === null || item === what
  if (on !== "say" || words.length === 0) return true
  const said = ` ${(what ?? "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}'-]+/u)
    .join(" ")} `
  return words.some((word) => said.includes(` ${word.toLowerCase()} `))
}
