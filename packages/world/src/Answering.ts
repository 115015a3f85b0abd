/** Which triggers of a room, and of the mobs in it, answer to something; and what they play. */
import type { Content, Projection } from "@wr2/core"
import { RunScript } from "./actions/RunScript.ts"
import type { Character } from "./aggregates/Character.ts"
import { Mob } from "./aggregates/Mob.ts"
import { Room } from "./aggregates/Room.ts"
import * as Lookup from "./content/Lookup.ts"
import type { On, Trigger } from "./content/Triggers.ts"

/** What may set triggers off. */
export interface Cause {
  readonly on: On
  readonly room: Room["id"]
  /** Whose doing it is. */
  readonly character: Character["id"]
  /** What was said or typed; or the item that was taken, by template. */
  readonly what: string | null
}

/** A RunScript for each trigger that answers, the room's first. */
export const scripts = (
  { character, on, room, what }: Cause,
  { content, projection }: { readonly content: Content.Read; readonly projection: Projection }
) => {
  const here = projection.get(Room, room)
  const run = (trigger: Trigger, mob: Mob["id"] | null, speaker: string | null) =>
    on === trigger.on && answers(trigger, what)
      ? [RunScript.make({ room, mob, speaker, character, steps: trigger.script })]
      : []
  const ofRoom = here === undefined ? [] : Lookup.room(content, here.template).triggers
  return [
    ...ofRoom.flatMap((trigger) => run(trigger, null, trigger.speaker)),
    ...projection.by(Mob, "room", room).flatMap((mob) => {
      const { name, triggers } = Lookup.mob(content, mob.template)
      return triggers.flatMap((trigger) => run(trigger, mob.id, name))
    })
  ]
}

/** Words with one space around each. */
const plain = (text: string): string =>
  ` ${text
    .toLowerCase()
    .split(/[^\p{L}\p{N}'-]+/u)
    .filter((word) => word !== "")
    .join(" ")} `

/** Whether it is of what a trigger is about. */
const answers = ({ item, on, words }: Trigger, what: string | null): boolean => {
  if (on === "get") return item === null || item === what
  if (on === "type") return words.some((word) => plain(word) === plain(what ?? ""))
  if (on !== "say" || words.length === 0) return true
  return words.some((word) => plain(what ?? "").includes(plain(word)))
}
