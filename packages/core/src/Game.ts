/** A game: its registered Aggregates, Events, rules and Commands, and the types a client needs of them. */
import type * as Action from "./Action.ts"
import type * as Aggregate from "./Aggregate.ts"
import type * as Audit from "./Audit.ts"
import type * as Command from "./Command.ts"
import type * as Consumer from "./Consumer.ts"
import * as Content from "./Content.ts"
import * as EngineEvents from "./EngineEvents.ts"
import type * as Event from "./Event.ts"
import type { Supply } from "./Ids.ts"
import type { Players } from "./Players.ts"

/** Of each rule on its own: inferred from the whole list at once, only lists of one would do. */
type Emitted<R> = R extends Action.Rule<any, infer Ev, any> ? Ev : never
type Tag<T> = T extends { readonly _tag: infer Name } ? Name : never
type Unregistered<
  As extends ReadonlyArray<Action.AnyRule>,
  Es extends ReadonlyArray<Event.Any>
> = Exclude<Tag<Emitted<As[number]>>, Es[number]["_tag"]>

/** What an instance is born with: rows at seq 0 and the Actions that start it. */
export interface Birth {
  readonly rows: ReadonlyArray<Aggregate.Given>
  readonly actions: ReadonlyArray<Action.Planned>
}

export interface Game<
  Cs extends ReadonlyArray<Command.Any> = any,
  Es extends ReadonlyArray<Event.Any> = any,
  As extends ReadonlyArray<Action.AnyRule> = any,
  P = any
> {
  readonly name: string
  readonly aggregates: ReadonlyArray<Aggregate.Any>
  readonly events: Es
  readonly actions: As
  readonly commands: Cs
  readonly players: P
  readonly content: Content.Value
  /** What `wr2 audit` holds its rows to, beside what holds in any game. */
  readonly audit: Audit.Rules | undefined
  readonly consumers: ReadonlyArray<Consumer.Any>
  /** The first state of an instance; pure, ids from the supply. */
  readonly birth: (input: {
    readonly instance: number
    readonly ids: Supply
    readonly content: Content.Read
  }) => Birth
  /** Whether an instance that is not there is made as soon as anybody asks for it. */
  readonly onDemand: (instance: number) => boolean
  /**
   * A line as the game means it where it is typed, before any verb is looked for, whole or shortened:
   * what content makes of words in a place. undefined: as the grammar of Commands says.
   */
  readonly reads: (
    text: string,
    planning: Command.Planning
  ) => { readonly _tag: string } | undefined
}
/** Any game, its types erased. */
export type Any = Game<
  ReadonlyArray<Command.Any>,
  ReadonlyArray<Event.Any>,
  ReadonlyArray<Action.AnyRule>,
  Players | undefined
>

/** The union of a game's Events, the engine's included. */
export type EventOf<G> =
  G extends Game<any, infer Es, any, any>
    ? Event.Value<Es[number]> | Event.Value<(typeof EngineEvents.all)[number]>
    : never
/** The union of a game's Commands. */
export type CommandOf<G> =
  G extends Game<infer Cs, any, any, any> ? Command.Value<Cs[number]> : never
/** The union of what a game's Commands may be rejected with (without the engine's own reasons). */
export type RejectionOf<G> =
  G extends Game<infer Cs, any, any, any> ? Command.Rejection<Cs[number]> : never
/** The union of what a game's Actions may be refused with. */
export type RefusalOf<G> = G extends Game<any, any, infer As, any> ? Refused<As[number]> : never
type Refused<R> = R extends Action.Rule<any, any, infer F> ? F : never
/** What a client of the game gets on entering. */
export type SnapshotOf<G> = G extends Game<any, any, any, Players<infer S, any>> ? S : never

/**
 * Puts a game together. Does not compile when a rule emits an Event that is not registered; throws
 * when a name is used twice.
 */
export const make = <
  const Cs extends ReadonlyArray<Command.Any>,
  const Es extends ReadonlyArray<Event.Any>,
  const As extends ReadonlyArray<Action.AnyRule>,
  P extends Players | undefined = undefined
>(
  name: string,
  options: {
    readonly aggregates: ReadonlyArray<Aggregate.Any>
    readonly events: Es
    readonly actions: [Unregistered<As, Es>] extends [never]
      ? As
      : { readonly "these Events are emitted but not registered": Unregistered<As, Es> }
    readonly commands: Cs
    readonly players?: P
    readonly content?: Content.Value
    readonly audit?: Audit.Rules
    readonly consumers?: ReadonlyArray<Consumer.Any>
    readonly birth?: Game["birth"]
    readonly onDemand?: Game["onDemand"]
    readonly reads?: Game["reads"]
  }
): Game<Cs, Es, As, P> => {
  const actions = options.actions as unknown as As
  const once = (what: string, names: ReadonlyArray<string>) => {
    const double = names.find((tag, i) => names.indexOf(tag) !== i)
    if (double !== undefined) throw new Error(`${name}: ${what} ${double} is registered twice`)
  }
  once(
    "aggregate",
    options.aggregates.map((a) => a._tag)
  )
  once(
    "table",
    options.aggregates.flatMap((a) => (a.runtime ? [a.table, a.runtime.table] : [a.table]))
  )
  once(
    "Event",
    [...options.events, ...EngineEvents.all].map((e) => e._tag)
  )
  once(
    "Action",
    actions.map((a) => a._tag)
  )
  once(
    "Command",
    options.commands.map((c) => c._tag)
  )
  const consumers = options.consumers ?? []
  once(
    "consumer",
    consumers.map(({ name }) => name)
  )
  for (const { events, issues, name: who } of consumers) {
    const [event] = events.filter(
      (each) => ![...options.events, ...EngineEvents.all].includes(each as never)
    )
    if (event !== undefined)
      throw new Error(`${name}: ${who} hears ${event._tag}, which is not registered`)
    const [command] = issues.filter((each) => !options.commands.includes(each))
    if (command !== undefined)
      throw new Error(`${name}: ${who} issues ${command._tag}, which is not registered`)
  }
  for (const rule of actions) {
    // The types compare names; that it is the same definition only shows here.
    const foreign = rule.emits.find((event) => !options.events.includes(event))
    if (foreign !== undefined)
      throw new Error(`${name}: ${rule._tag} emits ${foreign._tag}, which is not registered`)
  }
  return {
    name,
    aggregates: options.aggregates,
    events: options.events,
    actions,
    commands: options.commands,
    players: options.players as P,
    content: options.content ?? Content.none,
    audit: options.audit,
    consumers,
    birth: options.birth ?? (() => ({ rows: [], actions: [] })),
    onDemand: options.onDemand ?? (() => false),
    reads: options.reads ?? (() => undefined)
  }
}
