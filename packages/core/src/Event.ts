/**
 * An Event: an immutable fact. Its definition says what it is, what it changes (`evolve`, the only
 * writer of rows) and who hears it.
 */
import { Schema } from "effect"
import type { Actor } from "./Actor.ts"
import type * as Aggregate from "./Aggregate.ts"
import type { Issued } from "./Command.ts"
import * as Plain from "./Plain.ts"

/** A value with its tag. */
export type Tagged<Tag extends string, F extends Aggregate.Fields> = {
  readonly _tag: Tag
} & Aggregate.Of<F>

/** A message to another instance: one Command, delivered once (architecture: instance_outbox). */
export interface Message {
  /** The instance it goes to. */
  readonly target: number
  readonly command: Issued["command"]
  /**
   * The actor who travels with it, if one does: the engine adds its cursor (last n, recent replies),
   * which the arriving transaction writes in the target, so that its Commands count on there.
   */
  readonly traveller?: Actor
}

/** A change of what a subscriber hears: who, which streams it leaves and joins. */
export interface Follow {
  readonly subscriber: Aggregate.StreamKey
  readonly leave: ReadonlyArray<Aggregate.StreamKey>
  readonly join: ReadonlyArray<Aggregate.StreamKey>
}

export interface Event<Tag extends string, F extends Aggregate.Fields> {
  readonly _tag: Tag
  readonly version: number
  readonly fields: F
  readonly schema: Schema.TaggedStruct<Tag, F>
  readonly evolve: (event: Aggregate.Of<F>) => ReadonlyArray<Aggregate.Change>
  readonly heardBy: (event: Aggregate.Of<F>) => ReadonlyArray<Aggregate.StreamKey>
  readonly follows: ((event: Aggregate.Of<F>) => ReadonlyArray<Follow>) | undefined
  readonly sends: ((event: Aggregate.Of<F>) => Message | undefined) | undefined
  readonly make: (fields: Aggregate.Made<F>) => Tagged<Tag, F>
}
/** Any Event definition, its types erased. */
export type Any = Event<any, any>
/** The value of an Event definition. */
export type Value<E> = E extends Event<infer T, infer F> ? Tagged<T, F> : never
/** An Event value, its type erased. */
export interface AnyValue {
  readonly _tag: string
}

/**
 * Declares an Event.
 *
 * - `evolve`: the rows it inserts, updates, removes; pure, from its own fields alone.
 * - `heardBy`: the streams that hear it. Payloads carry the names to show: a hearer has no rows.
 * - `follows`: what its subscribers hear from then on (a mover leaves one room's stream, joins another).
 * - `sends`: at most one message to another instance, written by the same transaction.
 */
export const define = <const Tag extends string, const F extends Aggregate.Fields>(
  tag: Tag,
  options: {
    readonly fields: F
    readonly version?: number
    readonly evolve?: (event: Aggregate.Of<F>) => ReadonlyArray<Aggregate.Change>
    readonly heardBy: (event: Aggregate.Of<F>) => ReadonlyArray<Aggregate.StreamKey>
    readonly follows?: (event: Aggregate.Of<F>) => ReadonlyArray<Follow>
    readonly sends?: (event: Aggregate.Of<F>) => Message | undefined
  }
): Event<Tag, F> => {
  for (const [field, schema] of Object.entries(options.fields)) {
    Plain.check((schema as Schema.Top).ast, `${tag}.${field}`, 0)
  }
  if ("_tag" in options.fields) throw new Error(`${tag}._tag: the name is taken`)
  const only = Plain.only(Object.keys(options.fields))
  return {
    _tag: tag,
    version: options.version ?? 1,
    fields: options.fields,
    schema: Schema.TaggedStruct(tag, options.fields),
    evolve: options.evolve ?? (() => []),
    heardBy: options.heardBy,
    follows: options.follows,
    sends: options.sends,
    make: (fields: any) => ({ _tag: tag, ...only(fields) }) as any
  }
}
