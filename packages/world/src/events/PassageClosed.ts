/** Nobody goes into a copy any more, which is told so: after all that were sent into it before. Heard by nobody. */
import { Event } from "@wr2/core"
import type { Command } from "@wr2/core"
import { Schema } from "effect"
import { Passage } from "../aggregates/Passage.ts"
import type { tearDown } from "../commands/TearDown.ts"

export const PassageClosed = Event.define("PassageClosed", {
  fields: {
    copy: Schema.Int,
    /** The rows of it: none, when it was closed before. */
    passages: Schema.Array(Passage.Id)
  },
  evolve: (e) => e.passages.map((id) => Passage.remove(id)),
  heardBy: () => [],
  sends: ({ copy }) => ({
    target: copy,
    command: { _tag: "tear down" } satisfies Command.Value<typeof tearDown>
  })
})
