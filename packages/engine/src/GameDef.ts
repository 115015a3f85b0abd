/** The game that an engine runs, with the look-ups that every service needs. */
import type { Action, Aggregate, Command, Event, Game } from "@wr2/core"
import { Content, EngineEvents } from "@wr2/core"
import { Context, Layer } from "effect"
import * as Misfit from "./Misfit.ts"

/** A rule with the check of its payload. */
export interface RuleEntry {
  readonly rule: Action.AnyRule
  readonly misfit: Misfit.Misfit
}

/** An Event definition with its check. */
export interface EventEntry {
  readonly event: Event.Any
  readonly misfit: Misfit.Misfit
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
    game.actions.map((rule) => [rule._tag, { rule, misfit: Misfit.of(rule.action.payload) }])
  ),
  events: new Map(
    [...game.events, ...EngineEvents.all].map((event: Event.Any) => [
      event._tag,
      { event, misfit: Misfit.of(event.schema) }
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
