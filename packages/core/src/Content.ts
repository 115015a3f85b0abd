/**
 * Authored templates: an immutable, hashed value given to plan, decide and view. A game declares
 * the shape once and reads it typed: `content(World).rooms`.
 */
import { Schema } from "effect"
import * as Hash from "./Hash.ts"
import * as Plain from "./Plain.ts"

export interface Content<Tag extends string, A> {
  readonly _tag: Tag
  readonly schema: Schema.Schema<A>
  /** Decodes and hashes a value; throws what does not fit (load files with your own messages first). */
  readonly make: (value: A) => Value
}
/** Any content, its type erased. */
export type Any = Content<any, any>

/** Content as the engine carries it. */
export interface Value {
  readonly _tag: string
  readonly value: unknown
  /** 32 hex digits: logged with every Action, so that replay knows what was decided on. */
  readonly hash: string
}

/** No content at all: games like the bank. */
export const none: Value = { _tag: "none", value: {}, hash: Hash.hex("{}") }

/** Content that may be exchanged while a game runs. Who reads it next reads the new one. */
export interface Live extends Value {
  /** Throws when it is of another shape's name. */
  readonly replace: (value: Value) => void
}

/** Content that begins as `first`; an Action is decided and logged on one version, whole. */
export const live = (first: Value): Live => {
  let now = first
  return {
    _tag: first._tag,
    get value() {
      return now.value
    },
    get hash() {
      return now.hash
    },
    replace: (value) => {
      if (value._tag !== first._tag) throw new Error(`content is ${first._tag}, not ${value._tag}`)
      now = value
    }
  }
}

/** How rules reach content. Asking for another content than the game runs with is a defect. */
export type Read = <A>(content: Content<string, A>) => A

/**
 * Declares the shape of a game's content.
 * @example const Bank = Content.define("Bank", Schema.Struct({ interest: Schema.Int }))
 */
export const define = <const Tag extends string, A>(
  tag: Tag,
  schema: Schema.Codec<A, any>
): Content<Tag, A> => {
  const fits = Schema.is(schema as unknown as Schema.Schema<A>)
  return {
    _tag: tag,
    schema: schema as unknown as Schema.Schema<A>,
    make: (value) => {
      if (!fits(value)) throw new Error(`content ${tag} does not fit its schema`)
      return { _tag: tag, value, hash: Hash.hex(Plain.canonical(value)) }
    }
  }
}

/** The reader of a value. */
export const reader =
  (value: Value): Read =>
  (content) => {
    if (content._tag !== value._tag)
      throw new Error(`content is ${value._tag}, not ${content._tag}`)
    return value.value as any
  }
