/** Who did it has gone to another instance: the deed goes after it. Heard by nobody. */
import { Event } from "@wr2/core"
import type { Command } from "@wr2/core"
import { Schema } from "effect"
import { Deed } from "../Achievements.ts"
import { Character } from "../aggregates/Character.ts"
import type { credit } from "../commands/Credit.ts"

export const DeedPassedOn = Event.define("DeedPassedOn", {
  fields: {
    character: Character.Id,
    deed: Deed,
    /** Null: it is nowhere, and the deed is forgotten. */
    target: Schema.NullOr(Schema.Int)
  },
  heardBy: () => [],
  sends: ({ character, deed, target }) =>
    target === null
      ? undefined
      : {
          target,
          command: { _tag: "credit", character, deed } satisfies Command.Value<typeof credit>
        }
})
