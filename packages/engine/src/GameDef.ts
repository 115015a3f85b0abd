/** The game that an engine runs, with the look-ups that every service needs. */
import type { Action, Aggregate, Command, Event, Game } from "@wr2/core"
import { Content, EngineEvents } from "@wr2/core"
import { Context, Layer, Schema } from "effect"

/** A rule with its payload decoder. */
export interface RuleEntry {
  readonly rule: Action.AnyRule
  readonly fits: (payload: unknown) => boolean
}

/** An Event definition with its check. */
export interface EventEntry {
  readonly event: Event.Any
  readonly fits: (value: unknown) => boolean
}

/** A game, prepared. */
export interface Definition {
  readonly game: Game.Any
  readonly content: Content.Read
  readonly rules: ReadonlyMap<string, RuleEntry>
  readonly events: ReadonlyMap<string, EventEntry>
  readonly commands: ReadonlyMap<string, Command.Any>
  readonly aggregates: ReadonlyMap<string, Aggregate.Any>
}

/** Prepares a game's look-ups. */
export const prepare = (game: Game.Any): Definition => ({
  game,
  content: Content.reader(game.content),
  rules: new Map(
    game.actions.map((rule) => [
      rule._tag,
      { rule, fits: Schema.is(rule.action.payload as Schema.Schema<unknown>) }
    ])
  ),
  events: new Map(
    [...game.events, ...EngineEvents.all].map((event: Event.Any) => [
      event._tag,
      { event, fits: Schema.is(event.schema as unknown as Schema.Schema<unknown>) }
    ])
  ),
  commands: new Map(game.commands.map((command) => [command._tag, command])),
  aggregates: new Map(game.aggregates.map((aggregate) => [aggregate._tag, aggregate]))
})

/** One erased service: types return at constructors and at the client. */
export class GameDef extends Context.Service<GameDef, Definition>()("wr2/engine/GameDef") {
  static readonly layer = (game: Game.Game<any, any, any, any>): Layer.Layer<GameDef> =>
    Layer.sync(GameDef, () => prepare(game as Game.Any))
}
