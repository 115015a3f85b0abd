/**
 * What is asked of an instance's owner, and what it answers. Plain values with schemas: the same
 * whether the owner is in this process or behind the cluster.
 */
import { Actor, Plain } from "@wr2/core"
import { Schema } from "effect"

/** A Command from outside: text, or typed (`command` with its `_tag`). n and settled: docs/protocols.md 1. */
export const Intent = Schema.Struct({
  n: Schema.Int,
  settled: Schema.Int,
  text: Schema.NullOr(Schema.String),
  command: Schema.Unknown
})
export type Intent = typeof Intent.Type

/** Where the trace goes on: the gateway's span. */
export const Trace = Schema.Struct({
  traceId: Schema.String,
  spanId: Schema.String,
  sampled: Schema.Boolean
})
export type Trace = typeof Trace.Type

/** The Event of a read-only Action: an answer, not logged. `payload` is JSON text. */
export const Answer = Schema.Struct({ type: Schema.String, payload: Schema.String })
export type Answer = typeof Answer.Type

/** The reply to one Command. */
export const Reply = Schema.Union([
  /** Accepted and committed. `asOf`: the seq at which its Events and answers are complete. */
  Schema.TaggedStruct("Accepted", {
    n: Schema.Int,
    asOf: Schema.Int,
    answers: Schema.Array(Answer),
    /** Where it was done, of a reply that travelled: `asOf` is a seq of that instance. */
    instance: Schema.optionalKey(Schema.Int)
  }),
  /** Turned down; `reason` is the tagged reason, of the engine or of the game. */
  Schema.TaggedStruct("Rejected", { n: Schema.Int, reason: Schema.Unknown })
])
export type Reply = typeof Reply.Type

/** An Event on its way to subscribers. `payload` is the JSON text that was also logged. */
export const FeedEvent = Schema.Struct({
  seq: Schema.Int,
  type: Schema.String,
  payload: Schema.String,
  streams: Schema.Array(Schema.String),
  at: Schema.Int,
  commandId: Schema.NullOr(Schema.String)
})
export type FeedEvent = typeof FeedEvent.Type

/**
 * Events of an instance, in order, and the seq of its newest. Seqs have no gaps: a reader to whom one
 * is missing, before the first or up to `upTo`, reads it from the log.
 */
export const Chunk = Schema.Struct({
  lineage: Schema.String,
  upTo: Schema.Int,
  events: Schema.Array(FeedEvent)
})
export type Chunk = typeof Chunk.Type

/** A request to an instance's owner. */
export const Request = Schema.Union([
  /** Commands of one actor, in order. `session` is required of players. */
  Schema.TaggedStruct("Submit", {
    actor: Actor.Actor,
    session: Schema.NullOr(Schema.String),
    intents: Schema.Array(Intent),
    trace: Schema.NullOr(Trace)
  }),
  Schema.TaggedStruct("Create", {
    id: Schema.Int,
    name: Schema.String,
    account: Schema.Int,
    fresh: Schema.Unknown
  }),
  /**
   * Lets a session in; the same session again gets a fresh Snapshot and writes nothing. `takeOver`
   * false: while another session is inside it is Denied TakenOver, nothing written. So a client that
   * was away and comes back by itself does not throw out the one that its player uses now.
   *
   * `resumes`: the session that comes back. While it is inside, it goes on. When it has ended,
   * `session` begins, which has another name: so an Enter that is made again does not take its own
   * beginning for the session before.
   */
  Schema.TaggedStruct("Enter", {
    id: Schema.Int,
    session: Schema.String,
    takeOver: Schema.optionalKey(Schema.Boolean),
    resumes: Schema.optionalKey(Schema.String)
  }),
  Schema.TaggedStruct("Leave", { id: Schema.Int, session: Schema.String }),
  Schema.TaggedStruct("Disconnect", { id: Schema.Int, session: Schema.String }),
  /** A gateway still holds these sessions. */
  Schema.TaggedStruct("Claim", {
    sessions: Schema.Array(Schema.Struct({ id: Schema.Int, session: Schema.String }))
  }),
  /** A message of another instance: Command n of actor `instance:<source>`. */
  Schema.TaggedStruct("Deliver", {
    source: Schema.Int,
    n: Schema.Int,
    command: Schema.Unknown,
    traveller: Schema.NullOr(
      Schema.Struct({
        actor: Actor.Actor,
        lastN: Schema.Int,
        replies: Schema.Array(Schema.Struct({ n: Schema.Int, reply: Schema.Unknown }))
      })
    )
  }),
  /** A Command of a consumer, numbered by the Event that it came of (Consumer.numberOf). */
  Schema.TaggedStruct("Consume", {
    consumer: Schema.String,
    n: Schema.Int,
    command: Schema.Unknown
  }),
  /** Be awake. */
  Schema.TaggedStruct("Wake", {})
])
export type Request = typeof Request.Type

/** The answer of an instance's owner. */
export const Response = Schema.Union([
  /** To Submit, one for each intent, in order. */
  Schema.TaggedStruct("Replies", { replies: Schema.Array(Reply) }),
  /** To Enter. */
  Schema.TaggedStruct("Inside", {
    /** The next n that the client uses. */
    nextN: Schema.Int,
    lineage: Schema.String,
    /** The Snapshot is as of this seq; the feed goes on at seq + 1. */
    seq: Schema.Int,
    streams: Schema.Array(Schema.String),
    /** JSON text of the game's snapshot. */
    snapshot: Schema.String,
    /** The session that it `resumes` never left, on whatever journeys it was. */
    again: Schema.Boolean
  }),
  /** To Create, Leave, Disconnect, Deliver, Consume, Wake: done (Create, Deliver and Consume again: nothing more was done). */
  Schema.TaggedStruct("Done", {}),
  /** To Claim: ids whose session is not inside here, and that are on no journey from or to here. */
  Schema.TaggedStruct("Lost", { ids: Schema.Array(Schema.Int) }),
  /** To anything: turned down, nothing written. `reason`: Unavailable, Overloaded, Moved, Travelling, TakenOver, NoSuchCharacter ... or the typed failure of Create. */
  Schema.TaggedStruct("Denied", { reason: Schema.Unknown })
])
export type Response = typeof Response.Type

/** A failure as the plain record that is stored and sent. What is not plain in it is left out. */
export const plainReason = (failure: unknown): Record<string, unknown> => {
  if (typeof failure !== "object" || failure === null) return { _tag: "Error" }
  const _tag = (failure as { _tag?: string })._tag ?? "Error"
  const fields = Object.entries(failure).filter(([, value]) => Plain.problem(value) === undefined)
  return { _tag, ...Object.fromEntries(fields) }
}

/** The character is not (or no longer) in this instance. */
export class NoSuchCharacter extends Schema.TaggedError<NoSuchCharacter>()("NoSuchCharacter", {
  id: Schema.Int
}) {}
