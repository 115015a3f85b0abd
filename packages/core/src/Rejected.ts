/**
 * The engine's reasons for turning a Command down. Nothing was written for any of them. A game adds
 * its own by `rejects`; the client meets the union of both.
 */
import { Schema } from "effect"

/** No verb begins like this. */
export class UnknownVerb extends Schema.TaggedError<UnknownVerb>()("UnknownVerb", {
  verb: Schema.String,
  suggestions: Schema.Array(Schema.String)
}) {}
/** Several verbs or things fit: say which. */
export class Ambiguous extends Schema.TaggedError<Ambiguous>()("Ambiguous", {
  word: Schema.String,
  candidates: Schema.Array(Schema.String)
}) {}
/** The verb is known, the rest is not: `usage` shows how. */
export class Malformed extends Schema.TaggedError<Malformed>()("Malformed", {
  verb: Schema.String,
  usage: Schema.Array(Schema.String)
}) {}
/** This actor may not submit this Command. */
export class NotAllowed extends Schema.TaggedError<NotAllowed>()("NotAllowed", {
  command: Schema.String
}) {}
/** The Plan held no Action. */
export class NothingToDo extends Schema.TaggedError<NothingToDo>()("NothingToDo", {}) {}
/** A bound is reached. Send it again later, no sooner than told (milliseconds); 0: waiting does not help. */
export class Overloaded extends Schema.TaggedError<Overloaded>()("Overloaded", {
  bound: Schema.String,
  retryAfter: Schema.Int
}) {}
/** The instance cannot answer now (starting, database away). Send the same n again. */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", {
  reason: Schema.String,
  retryAfter: Schema.Int
}) {}
/** n was answered before and the answer is no longer kept. Do not send it again. */
export class AlreadyAnswered extends Schema.TaggedError<AlreadyAnswered>()("AlreadyAnswered", {
  n: Schema.Int
}) {}
/** An earlier n is missing. Send again from `expected`. */
export class OutOfOrder extends Schema.TaggedError<OutOfOrder>()("OutOfOrder", {
  expected: Schema.Int
}) {}
/** The instance was moved to another runner. The gateway sends the same n again. */
export class Moved extends Schema.TaggedError<Moved>()("Moved", {}) {}
/** The actor is on the way to another instance. Send the same n there. */
export class Travelling extends Schema.TaggedError<Travelling>()("Travelling", {
  target: Schema.Int
}) {}
/** Another session plays this character now. */
export class TakenOver extends Schema.TaggedError<TakenOver>()("TakenOver", {}) {}
/** The plan itself broke: a bug on our side. Nothing was written; tell an operator the reference. */
export class Broken extends Schema.TaggedError<Broken>()("Broken", { reference: Schema.String }) {}
/** Longer than allowed, in characters. */
export class TooLong extends Schema.TaggedError<TooLong>()("TooLong", { max: Schema.Int }) {}

/** All reasons of the engine. */
export const schemas = [
  UnknownVerb,
  Ambiguous,
  Malformed,
  NotAllowed,
  NothingToDo,
  Overloaded,
  Unavailable,
  AlreadyAnswered,
  OutOfOrder,
  Moved,
  Travelling,
  TakenOver,
  Broken,
  TooLong
] as const
/** A reason of the engine. */
export const Rejected = Schema.Union(schemas)
export type Rejected = typeof Rejected.Type
