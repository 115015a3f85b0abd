/**
 * What can go wrong between a client and the gateway, typed. The engine's reasons for turning a
 * Command down are in core (Rejected); those that a call can end with are used here as they are.
 */
import { Rejected } from "@wr2/core"
import { Schema } from "effect"

/** Client and server do not speak the same protocol, or the client is made for another game. */
export class VersionMismatch extends Schema.TaggedError<VersionMismatch>()("VersionMismatch", {
  what: Schema.Literals(["protocol", "game"]),
  server: Schema.String,
  client: Schema.String
}) {}

/** No login session, or it has expired: log in. */
export class NotLoggedIn extends Schema.TaggedError<NotLoggedIn>()("NotLoggedIn", {}) {}

/** Name or password is wrong; which of the two is not said. */
export class BadCredentials extends Schema.TaggedError<BadCredentials>()("BadCredentials", {}) {}

/** Somebody has this name already. */
export class NameTaken extends Schema.TaggedError<NameTaken>()("NameTaken", {
  name: Schema.String
}) {}

/** Not usable as a name; `rule` says what is. */
export class BadName extends Schema.TaggedError<BadName>()("BadName", { rule: Schema.String }) {}

/** Not usable as a password; `rule` says what is. */
export class BadPassword extends Schema.TaggedError<BadPassword>()("BadPassword", {
  rule: Schema.String
}) {}

/** What the new character should be made of does not fit the game. */
export class BadCharacter extends Schema.TaggedError<BadCharacter>()("BadCharacter", {
  issue: Schema.String
}) {}

/** The game turned the new character down; `reason` is the JSON text of its typed failure. */
export class CreationRefused extends Schema.TaggedError<CreationRefused>()("CreationRefused", {
  reason: Schema.String
}) {}

/** The game does not let the character in; `reason` is the JSON text of its typed failure. */
export class EntryRefused extends Schema.TaggedError<EntryRefused>()("EntryRefused", {
  reason: Schema.String
}) {}

/** This account has no such character. */
export class NoSuchCharacter extends Schema.TaggedError<NoSuchCharacter>()("NoSuchCharacter", {
  id: Schema.Int
}) {}

/** This connection plays no character: Enter first. */
export class NotInside extends Schema.TaggedError<NotInside>()("NotInside", {}) {}

/**
 * The feed cannot go on from this cursor. Enter again and go on from its Snapshot.
 *
 * - `behind`: too many Events to read again, or the oldest are no longer kept.
 * - `lineage`: the instance was restored or forked; its seqs mean something else now.
 * - `token`: the cursor's token was not sealed by this server, or not for this character.
 * - `broken`: what the subscriber hears could not be worked out; a bug on our side.
 */
export class ResyncRequired extends Schema.TaggedError<ResyncRequired>()("ResyncRequired", {
  why: Schema.Literals(["behind", "lineage", "token", "broken"])
}) {}

/** The client did not take its Events for too long. Ask for the feed again from the last cursor. */
export class SlowClient extends Schema.TaggedError<SlowClient>()("SlowClient", {
  waiting: Schema.Int
}) {}

/** Errors that every call can end with. */
export const Busy = [Rejected.Overloaded, Rejected.Unavailable] as const

/** Why a feed ended. */
export const FeedEnd = Schema.Union([
  ...Busy,
  NotInside,
  ResyncRequired,
  SlowClient,
  Rejected.TakenOver
])
export type FeedEnd = typeof FeedEnd.Type
