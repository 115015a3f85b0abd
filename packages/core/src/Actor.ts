/** Who has an intent: a character, a mob, a system, another instance. */
import { Schema } from "effect"

/** `type` is an Aggregate's tag, or `instance`, or `system`; `id` its id within the type. */
export const Actor = Schema.Struct({ type: Schema.String, id: Schema.Int })
export type Actor = typeof Actor.Type

/** The actor's key, which is also the stream that it alone hears: `character:7`. */
export const key = (actor: Actor): string =>
  `${actor.type.charAt(0).toLowerCase()}${actor.type.slice(1)}:${actor.id}`

/** The sender of a message from another instance. */
export const instance = (id: number): Actor => ({ type: "instance", id })

/** A consumer of the event log, in the instance whose Events it hears. */
export const consumer = (name: string): Actor => ({ type: `consumer:${name}`, id: 0 })

/**
 * Whether this type of actor is the world's own, and numbers what it sends by seqs: they rise, but
 * skip. Nobody waits for a reply to see it.
 */
export const isOwn = (type: string): boolean => type === "instance" || type.startsWith("consumer:")

/** The world itself: timers, births. */
export const system: Actor = { type: "system", id: 0 }
