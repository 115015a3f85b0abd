/**
 * A traveller's feats go ahead of it: messages to one instance arrive in order, so they are there when
 * it arrives. Heard by nobody.
 */
import { Event } from "@wr2/core"
import type { Command } from "@wr2/core"
import { Schema } from "effect"
import { Feats } from "../aggregates/Feats.ts"
import type { remember } from "../commands/Remember.ts"

export const FeatsSent = Event.define("FeatsSent", {
  fields: { feats: Feats.Row, target: Schema.Int },
  evolve: ({ feats }) => [Feats.remove(feats.id)],
  heardBy: () => [],
  sends: ({ feats, target }) => ({
    target,
    command: { _tag: "remember", feats } satisfies Command.Value<typeof remember>
  })
})
