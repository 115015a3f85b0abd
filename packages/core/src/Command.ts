/**
 * A Command: an actor's intent, as text (by its grammar) or typed. `plan` turns it into Actions or
 * a typed rejection; it changes nothing and does no I/O.
 */
import { Schema } from "effect"
import type { Result } from "effect"
import type * as Action from "./Action.ts"
import type { Actor } from "./Actor.ts"
import type * as Aggregate from "./Aggregate.ts"
import type * as Content from "./Content.ts"
import type { Tagged } from "./Event.ts"
import * as Grammar from "./Grammar.ts"
import * as Plain from "./Plain.ts"
import type { Projection } from "./Projection.ts"

/** What `plan` may look at. */
export interface Planning {
  /** The actor's id within its type. */
  readonly actor: number
  readonly actorType: string
  readonly projection: Projection
  readonly content: Content.Read
  readonly instance: number
  /**
   * The instance to which an actor departed from this one; null while it is here or was never. Of one
   * who is just arriving the Command is planned again when it is here.
   */
  readonly departed: (actor: Actor) => number | null
}

/** A Command issued by a rule for some actor: a mob that thinks, a trigger that fires. */
export interface Issued {
  readonly actor: Actor
  readonly command: { readonly _tag: string }
}

/** A text pattern, alone or with field values that it implies: `["n", { direction: "north" }]`. */
export type Pattern =
  | string
  | readonly [pattern: string, fields: Readonly<Record<string, Plain.Plain>>]

export interface Command<
  Tag extends string,
  F extends Aggregate.Fields,
  Rs extends ReadonlyArray<Action.FailureClass>
> {
  readonly _tag: Tag
  readonly schema: Schema.TaggedStruct<Tag, F>
  readonly patterns: ReadonlyArray<Grammar.Compiled>
  readonly precedence: number
  readonly rejects: Rs
  /** Actor types that may submit it; undefined: all. */
  readonly from: ReadonlyArray<string> | undefined
  /** One line for `help`. */
  readonly help: string | undefined
  readonly plan: (
    command: Aggregate.Of<F>,
    planning: Planning
  ) => Result.Result<ReadonlyArray<Action.Planned>, Rs[number]["Type"]>
  readonly make: (fields: Aggregate.Made<F>) => Tagged<Tag, F>
}
/** Any Command definition, its types erased. */
export type Any = Command<any, any, any>
/** The value of a Command definition. */
export type Value<C> = C extends Command<infer T, infer F, any> ? Tagged<T, F> : never
/** What a Command definition may be rejected with. */
export type Rejection<C> = C extends Command<any, any, infer Rs> ? Rs[number]["Type"] : never

/**
 * Declares a Command.
 *
 * - `grammar`: text patterns (see Grammar); leave out for Commands that no player types.
 * - `rejects`: the typed reasons for which `plan` may turn it down.
 * - `precedence`: which verb an abbreviation means, higher first. Equal ones are Ambiguous.
 */
export const define = <
  const Tag extends string,
  const F extends Aggregate.Fields,
  const Rs extends ReadonlyArray<Action.FailureClass> = readonly []
>(
  tag: Tag,
  options: {
    readonly grammar?: Pattern | ReadonlyArray<Pattern>
    readonly fields: F
    readonly rejects?: Rs
    readonly precedence?: number
    readonly from?: ReadonlyArray<string>
    readonly help?: string
    readonly plan: (
      command: Aggregate.Of<F>,
      planning: Planning
    ) => Result.Result<ReadonlyArray<Action.Planned>, Rs[number]["Type"]>
  }
): Command<Tag, F, Rs> => {
  for (const [field, schema] of Object.entries(options.fields)) {
    Plain.check((schema as Schema.Top).ast, `${tag}.${field}`, 0)
  }
  if ("_tag" in options.fields) throw new Error(`${tag}._tag: the name is taken`)
  const only = Plain.only(Object.keys(options.fields))
  const given = options.grammar ?? []
  const single =
    typeof given === "string" ||
    (given.length === 2 &&
      typeof given[0] === "string" &&
      typeof given[1] === "object" &&
      !Array.isArray(given[1]))
  const patterns = (single ? [given as Pattern] : (given as ReadonlyArray<Pattern>)).map(
    (pattern) =>
      typeof pattern === "string"
        ? Grammar.compile(pattern, Object.keys(options.fields), {})
        : Grammar.compile(pattern[0], Object.keys(options.fields), pattern[1])
  )
  for (const { source, implied, parts } of patterns) {
    // Such a pattern could never be read: better said now than as Malformed to every player.
    const values = [
      ...Object.entries(implied),
      ...parts.flatMap((part) =>
        part.kind === "field" && part.optional ? [[part.field, null] as const] : []
      )
    ]
    for (const [field, value] of values) {
      if (Schema.is(options.fields[field] as unknown as Schema.Schema<unknown>)(value)) continue
      const why =
        value === null
          ? "may be left out: make it Schema.NullOr"
          : "does not take the implied value"
      throw new Error(`${tag}: grammar "${source}": ${field} ${why}`)
    }
  }
  return {
    _tag: tag,
    schema: Schema.TaggedStruct(tag, options.fields),
    patterns,
    precedence: options.precedence ?? 0,
    rejects: (options.rejects ?? []) as unknown as Rs,
    from: options.from,
    help: options.help,
    plan: options.plan,
    make: (fields: any) => ({ _tag: tag, ...only(fields) }) as any
  }
}
