/**
 * How a game's players enter and leave, told to an engine that names no character. Create, Enter,
 * Leave and Disconnect are Actions of the game, made here from what the gateway asks.
 */
import type { Schema } from "effect"
import type * as Action from "./Action.ts"
import type { Viewing } from "./Action.ts"
import type * as Aggregate from "./Aggregate.ts"
import type { Projection } from "./Projection.ts"

export interface Players<Snapshot = any, New = any> {
  /** The class of which a player's character is one; its tag is the actor type. */
  readonly aggregate: Aggregate.Any
  /** What a new character is made of, besides id, name and account: decoded at the gateway. */
  readonly fresh: Schema.Codec<New, any>
  /** The session inside, null when nobody plays this character now. */
  readonly session: (projection: Projection, id: number) => string | null
  /** Whether this character's row is in this instance. */
  readonly exists: (projection: Projection, id: number) => boolean
  readonly create: (input: {
    readonly id: number
    readonly name: string
    readonly account: number
    readonly fresh: New
  }) => Action.Planned
  readonly enter: (input: { readonly id: number; readonly session: string }) => Action.Planned
  readonly leave: (input: { readonly id: number; readonly session: string }) => Action.Planned
  readonly disconnect: (input: { readonly id: number; readonly session: string }) => Action.Planned
  /** The streams this character hears now, its own included. */
  readonly streams: (projection: Projection, id: number) => ReadonlyArray<Aggregate.StreamKey>
  /** What a client gets on entering, and after a resync. */
  readonly snapshot: {
    readonly schema: Schema.Codec<Snapshot, any>
    readonly view: (id: number, viewing: Viewing) => Snapshot
  }
}
