/** The last has left a copy: where it was entered from is asked to let nobody in. Heard by nobody. */
import { Event } from "@wr2/core"
import type { Command } from "@wr2/core"
import { Schema } from "effect"
import type { closePassage } from "../commands/ClosePassage.ts"

export const CopyLeft = Event.define("CopyLeft", {
  fields: { copy: Schema.Int, origin: Schema.Int },
  heardBy: () => [],
  sends: ({ copy, origin }) => ({
    target: origin,
    command: { _tag: "close passage", copy } satisfies Command.Value<typeof closePassage>
  })
})
