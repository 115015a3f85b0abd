/**
 * From a Game to what its client speaks: typed unions of Events, rejections and refusals, decoded
 * from the JSON text on the wire. What a newer server says and this client does not know is passed
 * on as Unknown, never an error: the client shows the rest.
 */
import { EngineEvents, Rejected } from "@wr2/core"
import type { Action, Event, Game } from "@wr2/core"
import { Result, Schema } from "effect"

/** An Event that this client does not know (or not in this form). */
export interface UnknownEvent {
  readonly _tag: "Unknown"
  readonly type: string
  /** JSON text. */
  readonly payload: string
}

/** A reason that this client does not know (or not in this form). */
export interface UnknownReason {
  readonly _tag: "Unknown"
  /** JSON text. */
  readonly reason: string
}

/** What a client needs of a game at run time: schemas, and no rules. */
export interface Words {
  readonly name: string
  readonly events: ReadonlyArray<Pick<Event.Any, "_tag" | "schema">>
  readonly rejections: ReadonlyArray<Action.FailureClass>
  readonly refusals: ReadonlyArray<Action.FailureClass>
  readonly snapshot: Schema.Codec<any, any> | undefined
}

/** The game's Events, the engine's among them. */
export type EventOf<G> = Game.EventOf<G> | UnknownEvent
/** Why a Command was turned down. */
export type RejectionOf<G> = Game.RejectionOf<G> | Rejected.Rejected | UnknownReason
/** Why an accepted Action was refused: the `reason` of an ActionRefused Event. */
export type RefusalOf<G> = Game.RefusalOf<G> | EngineEvents.Busy | UnknownReason

export interface Codec<G> {
  readonly game: string
  /** An Event of the feed, or the answer of a read-only Action. */
  readonly event: (type: string, payload: string) => EventOf<G>
  /** The reason of a rejected Command, from JSON text. */
  readonly rejection: (reason: string) => RejectionOf<G>
  /** The reason that an ActionRefused Event holds. */
  readonly refusal: (reason: unknown) => RefusalOf<G>
  /** The state to begin with; fails when this client cannot read it. */
  readonly snapshot: (text: string) => Result.Result<Game.SnapshotOf<G>, Schema.SchemaError>
  /** A typed Command as JSON text. */
  readonly command: (command: Game.CommandOf<G>) => string
}

/** The words of a game. (A browser client that must not carry rules puts them together itself.) */
export const words = (game: Game.Any): Words => ({
  name: game.name,
  events: game.events,
  rejections: game.commands.flatMap(
    (command) => command.rejects as ReadonlyArray<Action.FailureClass>
  ),
  refusals: game.actions.flatMap((rule) => rule.fails),
  snapshot: game.players?.snapshot.schema
})

/** The codec of a game. */
export const of = <G extends Game.Game<any, any, any, any>>(game: G): Codec<G> =>
  make<G>(words(game))

/** The codec of a game by its words alone; the types come from the game's type. */
export const make = <G>(given: Words): Codec<G> => {
  const events = new Map(
    [...given.events, ...EngineEvents.all].map((event) => [
      event._tag,
      decoder(event.schema as unknown as Schema.Codec<Game.EventOf<G>, unknown>)
    ])
  )
  const rejection = union<RejectionOf<G>>([...Rejected.schemas, ...given.rejections])
  const refusal = union<RefusalOf<G>>([EngineEvents.Busy, ...given.refusals])
  const snapshot = Schema.decodeUnknownResult(
    Schema.fromJsonString(
      (given.snapshot ?? Schema.Unknown) as Schema.Codec<Game.SnapshotOf<G>, unknown>
    )
  )
  return {
    game: given.name,
    event: (type, payload) => {
      const decoded = events.get(type)?.(payload)
      return decoded !== undefined && Result.isSuccess(decoded)
        ? decoded.success
        : { _tag: "Unknown", type, payload }
    },
    rejection: (text) => {
      const decoded = json(text)
      const known = Result.isSuccess(decoded) ? rejection(decoded.success) : undefined
      return known ?? { _tag: "Unknown", reason: text }
    },
    refusal: (reason) =>
      refusal(reason) ?? { _tag: "Unknown", reason: JSON.stringify(reason) ?? "" },
    snapshot,
    command: (command) => JSON.stringify(command)
  }
}

const json = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Unknown))

/** From JSON text to a value of the schema. */
const decoder = <A>(schema: Schema.Codec<A, unknown>) =>
  Schema.decodeUnknownResult(Schema.fromJsonString(schema))

/** One of several classes of reasons, undefined when it is none of them. */
const union = <A>(
  classes: ReadonlyArray<Action.FailureClass>
): ((value: unknown) => A | undefined) => {
  const decode = Schema.decodeUnknownResult(
    Schema.Union([...new Set(classes)]) as unknown as Schema.Codec<A, unknown>
  )
  return (value) => {
    const decoded = decode(value)
    return Result.isSuccess(decoded) ? decoded.success : undefined
  }
}
