/** A way into a new copy of a place is open. Heard by nobody: who goes through is seen going. */
import { Event } from "@wr2/core"
import { Passage } from "../aggregates/Passage.ts"

export const PassageOpened = Event.define("PassageOpened", {
  fields: { passage: Passage.Row },
  evolve: (e) => [Passage.insert(e.passage)],
  heardBy: () => []
})
