/**
 * An Action: a validated, explicit unit of work. Two exports in one file of a game: the message
 * (what is stored and sent) and its rule (what it locks and decides), so that an Action can
 * schedule itself.
 */
import type { Result } from "effect"
import { Schema } from "effect"
import type { Actor } from "./Actor.ts"
import type * as Aggregate from "./Aggregate.ts"
import type { Issued } from "./Command.ts"
import type * as Content from "./Content.ts"
import type { Dice } from "./Dice.ts"
import type * as Event from "./Event.ts"
import * as Plain from "./Plain.ts"
import type { Projection } from "./Projection.ts"

/** What was to be acted on is no more. Every rule may fail with it. */
export class Gone extends Schema.TaggedError<Gone>()("Gone", {
  aggregate: Schema.String,
  id: Schema.Int
}) {}
/** A row that the Action needs does not decode; it is quarantined until an operator mends it. */
export class Corrupt extends Schema.TaggedError<Corrupt>()("Corrupt", {
  aggregate: Schema.String,
  id: Schema.Int
}) {}

/** When and how urgently. Times in milliseconds. */
export interface Timing {
  /** Runs this long after now. */
  readonly after?: number
  /** Runs this long after the time its parent was planned for: recurrence without drift. */
  readonly every?: number
  /** Between actors, higher first; ageing lets none starve. From -100 to 100, 0 unless given. */
  readonly priority?: number
}

/** An Action as planned: its message and timing, before it is accepted. */
export interface Planned extends Timing {
  readonly _tag: string
  readonly payload: unknown
}

/** What `decide` may use, and all of it. */
export interface Deciding {
  /** The locked row, or the typed failure Gone. Reading what was not locked is a defect. */
  readonly the: <A extends Aggregate.Any>(
    aggregate: A,
    id: number
  ) => Result.Result<Aggregate.Row<A>, Gone | Corrupt>
  /**
   * The rows that an index has under this key, in order of id. It is no filter of the lock set: when one of them is not
   * locked, asking is a defect, like reading it.
   */
  readonly every: <A extends Aggregate.Any, Ix extends keyof A["indexes"] & string>(
    aggregate: A,
    index: Ix,
    key: string | number
  ) => ReadonlyArray<Aggregate.Row<A>>
  /** Runtime data of a locked aggregate; Gone while its owner is not active. Fresh: rebuilt when old. */
  readonly runtime: <A extends Aggregate.Any>(
    aggregate: A,
    id: number
  ) => Result.Result<Aggregate.RuntimeOf<A>, Gone | Corrupt>
  readonly content: Content.Read
  /** The database's time of this cycle, in milliseconds since 1970. */
  readonly now: number
  /** Dice of the Action's own seed. */
  readonly dice: Dice
  /** New ids: global, for life. */
  readonly ids: { readonly next: <A extends Aggregate.Any>(aggregate: A) => A["Id"]["Type"] }
  readonly actor: Actor | null
  /** The instance in which it runs. */
  readonly instance: number
}

/** What `decide` returns. */
export interface Outcome<Ev> {
  readonly events?: ReadonlyArray<Ev>
  /** Follow-up Actions: those due now run right after their parent's siblings. */
  readonly next?: ReadonlyArray<Planned>
  /** Commands issued for other actors (mobs, triggers), planned at once on what this Action left. */
  readonly issue?: ReadonlyArray<Issued>
}

/** What a view may look at. */
export interface Viewing {
  readonly projection: Projection
  readonly content: Content.Read
  readonly now: number
  readonly actor: Actor | null
  readonly instance: number
}

/** A class of typed failures. */
export type FailureClass = Schema.Top & { readonly Type: { readonly _tag: string } }

/** How an Action is executed: under locks (`decide`) or read-only (`view`). */
export interface Rule<Tag extends string, Ev, Fails> {
  readonly _tag: Tag
  /** Logged with every run: replay compares what ran only with a rule of the same version. */
  readonly version: number
  readonly action: Any
  readonly emits: ReadonlyArray<Event.Any>
  readonly fails: ReadonlyArray<FailureClass>
  readonly locks: (
    payload: any,
    look: { readonly projection: Projection }
  ) => ReadonlyArray<Aggregate.Ref>
  readonly decide:
    | ((payload: any, deciding: Deciding) => Result.Result<Outcome<Ev>, Fails>)
    | undefined
  readonly view:
    | ((payload: any, viewing: Viewing) => Result.Result<ReadonlyArray<Ev>, Fails>)
    | undefined
}
/** Any rule, its types erased. */
export type AnyRule = Rule<any, any, any>

/** What holds for every Action of a type. */
export interface Options {
  readonly version?: number
  readonly priority?: number
  /** Accept in a transaction of its own first, execute in the next. */
  readonly queueFirst?: boolean
  /** Whether a pending one wakes its instance; false: parked while nobody is there. True unless given. */
  readonly wakes?: boolean
  /** A recurring one whose times were missed: one run, or one for each. `skip` unless given. */
  readonly missed?: "skip" | "run"
}

export interface Action<Tag extends string, F extends Aggregate.Fields> {
  readonly _tag: Tag
  readonly version: number
  readonly options: Required<Options>
  readonly payload: Schema.Struct<F>
  readonly make: (fields: Aggregate.Made<F>, timing?: Timing) => Planned
  /**
   * The rule: what it locks (`locks` may look around in the projection), and `decide`, pure, from
   * locked rows to Events or a declared failure. `version`, 1 unless given, rises when the same rows
   * may come to other Events than before: what was logged under another is not comparable any more.
   */
  readonly rule: <
    const Es extends ReadonlyArray<Event.Any>,
    const Fs extends ReadonlyArray<FailureClass> = readonly []
  >(options: {
    readonly version?: number
    readonly emits: Es
    readonly fails?: Fs
    readonly locks: (
      payload: Aggregate.Of<F>,
      look: { readonly projection: Projection }
    ) => ReadonlyArray<Aggregate.Ref>
    readonly decide: (
      payload: Aggregate.Of<F>,
      deciding: Deciding
    ) => Result.Result<Outcome<Event.Value<Es[number]>>, Fs[number]["Type"] | Gone | Corrupt>
  }) => Rule<Tag, Event.Value<Es[number]>, Fs[number]["Type"] | Gone | Corrupt>
  /** A read-only Action: no lock, no write; its Events are the answer to its Command. */
  readonly view: <
    const Es extends ReadonlyArray<Event.Any>,
    const Fs extends ReadonlyArray<FailureClass> = readonly []
  >(options: {
    readonly emits: Es
    readonly fails?: Fs
    readonly view: (
      payload: Aggregate.Of<F>,
      viewing: Viewing
    ) => Result.Result<ReadonlyArray<Event.Value<Es[number]>>, Fs[number]["Type"] | Gone>
  }) => Rule<Tag, Event.Value<Es[number]>, Fs[number]["Type"] | Gone>
}
/** Any Action definition, its types erased. */
export type Any = Action<any, any>

/** Declares an Action's message. @example const Pay = Action.make("Pay", { to: Purse.Id, gold: Schema.Int }) */
export const make = <const Tag extends string, const F extends Aggregate.Fields>(
  tag: Tag,
  fields: F,
  options: Options = {}
): Action<Tag, F> => {
  for (const [field, schema] of Object.entries(fields)) {
    Plain.check((schema as Schema.Top).ast, `${tag}.${field}`, 0)
  }
  const payload = Schema.Struct(fields)
  const only = Plain.only(Object.keys(fields))
  const self: any = {
    _tag: tag,
    version: options.version ?? 1,
    options: {
      version: options.version ?? 1,
      priority: options.priority ?? 0,
      queueFirst: options.queueFirst ?? false,
      wakes: options.wakes ?? true,
      missed: options.missed ?? "skip"
    },
    payload,
    make: (fields: any, timing?: Timing): Planned => ({
      ...timing,
      _tag: tag,
      payload: only(fields)
    }),
    rule: (rule: any): AnyRule => ({
      _tag: tag,
      version: rule.version ?? 1,
      action: self,
      emits: rule.emits,
      fails: [...(rule.fails ?? []), Gone, Corrupt],
      locks: rule.locks,
      decide: rule.decide,
      view: undefined
    }),
    view: (rule: any): AnyRule => ({
      _tag: tag,
      version: 1,
      action: self,
      emits: rule.emits,
      fails: [...(rule.fails ?? []), Gone],
      locks: () => [],
      decide: undefined,
      view: rule.view
    })
  }
  return self
}
