/** The Events that the engine itself emits, in every game. */
import { Schema } from "effect"
import { Actor, key } from "./Actor.ts"
import * as Event from "./Event.ts"

const toActor = (event: { readonly actor: Actor | null }) =>
  event.actor === null ? [] : [key(event.actor)]

/** `decide` turned an accepted Action down, typed. Final; told to the actor alone. */
export const ActionRefused = Event.define("ActionRefused", {
  fields: {
    actor: Schema.NullOr(Actor),
    action: Schema.String,
    /** The failure with its `_tag`, as declared by the rule (or Busy, Gone, Corrupt). */
    reason: Schema.Unknown
  },
  heardBy: toActor
})

/** An accepted Action broke: a bug on our side. It is a dead letter; the reference finds it. */
export const ActionFailed = Event.define("ActionFailed", {
  fields: { actor: Schema.NullOr(Actor), action: Schema.String, reference: Schema.String },
  heardBy: toActor
})

/** Runtime data was old or dirty and has been built anew. Replay takes `data` as given. */
export const RuntimeRebuilt = Event.define("RuntimeRebuilt", {
  fields: { aggregate: Schema.String, id: Schema.Int, data: Schema.Unknown },
  heardBy: () => []
})

/** All of them: what every game can emit besides its own. */
export const all = [ActionRefused, ActionFailed, RuntimeRebuilt] as const

/** Locks could not be had in `lockSkipsMax` tries: somebody else holds a row. */
export class Busy extends Schema.TaggedError<Busy>()("Busy", {}) {}
