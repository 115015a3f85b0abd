/**
 * Who hears what: the pure fold behind both the live feed and the resume, so that they cannot
 * differ. A subscriber hears the Events of the streams it follows, and what it follows changes only
 * by Events that say so (`follows`).
 *
 * An Event that makes a subscriber join or leave a stream is heard if one of its streams is followed
 * before it or after it: who walks out hears the door it closes, who walks in the one it opens.
 */
import { Actor, EngineEvents } from "@wr2/core"
import type { Aggregate, Event, Game } from "@wr2/core"
import type { Messages } from "@wr2/engine"
import { Result, Schema } from "effect"

/** What one subscriber hears after `seq`. */
export interface Hearing {
  /** Its own stream, by which `follows` names it. */
  readonly subscriber: Aggregate.StreamKey
  /** Its actor's key, by which a message names the traveller. */
  readonly actor: string
  readonly streams: ReadonlySet<Aggregate.StreamKey>
  /** Everything up to here is in this value. */
  readonly seq: number
  /** The instance to which it has departed; from then on nothing is heard here. */
  readonly departed: number | undefined
}

/** What an Event does to subscribers, besides being heard. */
export interface Turns {
  readonly follows: ReadonlyArray<Event.Follow>
  /** The actor that leaves the instance with a message, and where to. */
  readonly departure: { readonly actor: string; readonly target: number } | undefined
}

/** The payload of an Event of this type could not be read. */
export interface Undecodable {
  readonly type: string
  readonly seq: number
}

/** Reads what Events do to subscribers: only types that declare `follows` or `sends` are decoded. */
export type TurnsOf = (event: Messages.FeedEvent) => Result.Result<Turns, Undecodable>

const none: Turns = { follows: [], departure: undefined }
const nothing = Result.succeed(none)

/** The reader of a game's Events. */
export const turnsOf = (game: Pick<Game.Any, "events">): TurnsOf => {
  const declared = new Map(
    [...game.events, ...EngineEvents.all]
      .filter((event: Event.Any) => event.follows !== undefined || event.sends !== undefined)
      .map((event: Event.Any) => [
        event._tag,
        {
          event,
          decode: Schema.decodeUnknownResult(
            Schema.fromJsonString(event.schema as unknown as Schema.Codec<any, unknown>)
          )
        }
      ])
  )
  return ({ payload, seq, type }) => {
    const entry = declared.get(type)
    if (entry === undefined) return nothing
    const decoded = entry.decode(payload)
    if (Result.isFailure(decoded)) return Result.fail({ type, seq })
    const message = entry.event.sends?.(decoded.success)
    return Result.succeed({
      follows: entry.event.follows?.(decoded.success) ?? [],
      departure:
        message?.traveller === undefined
          ? undefined
          : { actor: Actor.key(message.traveller), target: message.target }
    })
  }
}

/** One Event: what the subscriber hears from then on, and whether it heard this one. */
export const step = (
  before: Hearing,
  event: Pick<Messages.FeedEvent, "seq" | "streams">,
  turns: Turns
): { readonly hearing: Hearing; readonly heard: boolean } => {
  // What is in it already was folded before: Events may arrive twice.
  if (event.seq <= before.seq) return { hearing: before, heard: false }
  if (before.departed !== undefined) return { hearing: { ...before, seq: event.seq }, heard: false }
  const streams = turned(before, turns)
  const heard = event.streams.some((stream) => before.streams.has(stream) || streams.has(stream))
  const departed = turns.departure?.actor === before.actor ? turns.departure.target : undefined
  return { hearing: { ...before, streams, seq: event.seq, departed }, heard }
}

const turned = (before: Hearing, turns: Turns): ReadonlySet<Aggregate.StreamKey> => {
  const mine = turns.follows.filter(({ subscriber }) => subscriber === before.subscriber)
  if (mine.length === 0) return before.streams
  const streams = new Set(before.streams)
  for (const { join, leave } of mine) {
    for (const stream of leave) streams.delete(stream)
    for (const stream of join) streams.add(stream)
  }
  return streams
}

/** What became of a run of Events. */
export interface Perceived {
  readonly hearing: Hearing
  /** Heard, in order, above `above`. */
  readonly heard: ReadonlyArray<Messages.FeedEvent>
}

/**
 * Folds Events in order, up to a departure. `above`: those up to there the client has already; they
 * only turn what it hears.
 */
export const fold = (
  start: Hearing,
  events: ReadonlyArray<Messages.FeedEvent>,
  turnsOf: TurnsOf,
  above: number
): Result.Result<Perceived, Undecodable> => {
  let hearing = start
  const heard: Array<Messages.FeedEvent> = []
  for (const event of events) {
    const turns = turnsOf(event)
    if (Result.isFailure(turns)) return Result.fail(turns.failure)
    const stepped = step(hearing, event, turns.success)
    hearing = stepped.hearing
    if (stepped.heard && event.seq > above) heard.push(event)
    if (hearing.departed !== undefined) break
  }
  return Result.succeed({ hearing, heard })
}
