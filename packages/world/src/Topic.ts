/** A line of help: how a Command is typed, and what it does. */
import { Schema } from "effect"

export const Topic = Schema.Struct({ usage: Schema.Array(Schema.String), help: Schema.String })
export type Topic = typeof Topic.Type

/** All that there is help on. */
export const Index = Schema.Struct({
  verbs: Schema.Array(Schema.String),
  topics: Schema.Array(Schema.String)
})
