/**
 * The wire contract between clients and the gateway: calls and one stream over a websocket.
 *
 *     Hello -> Register | Login | Resume -> ListCharacters, CreateCharacter -> Enter -> Feed
 *                                                                                ...  Submit, Submit
 *
 * A connection logs in once and plays one character at a time. What is typed per game (Events,
 * reasons, snapshots, Commands) crosses the wire as JSON text: encoded once by the engine for the
 * log and for all who hear it, decoded by the client's Codec. The contract is the same for every game.
 */
import { Rejected } from "@wr2/core"
import { Schema } from "effect"
import { Rpc, RpcGroup } from "effect/rpc"
import * as Errors from "./Errors.ts"

/** Raised by every change that an older client or server would misunderstand. */
export const version = 1

/** What the gateway tells about itself, and the bounds that a client should respect. */
export const Welcome = Schema.Struct({
  protocol: Schema.Int,
  game: Schema.String,
  /** Hash of the content the server runs with. */
  content: Schema.String,
  /** Intents in one Submit. */
  intentsPerFrame: Schema.Int,
  /** Characters in a line of text. */
  textMax: Schema.Int
})
export type Welcome = typeof Welcome.Type

/** A login session. Keep the token secret; it is shown once. */
export const LoggedIn = Schema.Struct({
  account: Schema.String,
  token: Schema.RedactedFromValue(Schema.String)
})
export type LoggedIn = typeof LoggedIn.Type

/** A character of an account. */
export const CharacterInfo = Schema.Struct({ id: Schema.Int, name: Schema.String })
export type CharacterInfo = typeof CharacterInfo.Type

/**
 * Where a client is in an instance's Events. `seq`: it has everything up to there. `token`: what it
 * hears, sealed by the gateway; kept as it is and handed back.
 */
export const Cursor = Schema.Struct({
  instance: Schema.Int,
  lineage: Schema.String,
  seq: Schema.Int,
  token: Schema.String
})
export type Cursor = typeof Cursor.Type

/** The state to begin with, and where its feed goes on. */
const beginning = {
  cursor: Cursor,
  /** The n of the next Command. */
  nextN: Schema.Int,
  /** JSON text of the game's snapshot, as of the cursor's seq. */
  snapshot: Schema.String
}

/** The answer to Enter. */
export const Entered = Schema.Struct({
  ...beginning,
  /**
   * True: the session of the given cursor never left; numbering goes on, resend what is unanswered.
   * False: it had ended, and this is a new one; without a cursor always. Either way the feed goes on
   * from the old cursor: it tells all that was missed.
   */
  resumed: Schema.Boolean
})
export type Entered = typeof Entered.Type

/**
 * A Command. `n` rises by one for the life of the character; `settled` is the n up to which the
 * client holds an answer to everything. `text` as typed by a player, or `command`: JSON text of a
 * typed one.
 */
export const Intent = Schema.Struct({
  n: Schema.Int,
  settled: Schema.Int,
  text: Schema.NullOr(Schema.String),
  command: Schema.NullOr(Schema.String)
})
export type Intent = typeof Intent.Type

/** The Event of a read-only Action; `payload` is JSON text. */
export const Answer = Schema.Struct({ type: Schema.String, payload: Schema.String })
export type Answer = typeof Answer.Type

/** The reply to one intent. */
export const Reply = Schema.Union([
  /** Committed. Complete, answers included, once the feed of `instance` has reached `asOf`. */
  Schema.TaggedStruct("Accepted", {
    n: Schema.Int,
    instance: Schema.Int,
    asOf: Schema.Int,
    answers: Schema.Array(Answer)
  }),
  /** Turned down: `reason` is the JSON text of a tagged reason, the engine's or the game's. */
  Schema.TaggedStruct("Rejected", { n: Schema.Int, reason: Schema.String })
])
export type Reply = typeof Reply.Type

/** An Event as a client gets it. `commandId` is set for what its own Commands caused. */
export const FeedEvent = Schema.Struct({
  seq: Schema.Int,
  type: Schema.String,
  payload: Schema.String,
  at: Schema.Int,
  commandId: Schema.NullOr(Schema.String)
})
export type FeedEvent = typeof FeedEvent.Type

/** What a feed consists of. */
export const FeedFrame = Schema.Union([
  /**
   * Events in order. The client has everything that it may perceive up to `upTo`, and its cursor is
   * there; `token`, when given, replaces the cursor's.
   */
  Schema.TaggedStruct("Events", {
    events: Schema.Array(FeedEvent),
    upTo: Schema.Int,
    token: Schema.NullOr(Schema.String)
  }),
  /**
   * The character came to another instance: what follows is from there, from its arrival on.
   * `snapshot` is as of seq `asOf`, to be shown when the feed has come to it. Null: it has left there
   * again, and the next Arrived follows.
   */
  Schema.TaggedStruct("Arrived", {
    cursor: Cursor,
    snapshot: Schema.NullOr(Schema.String),
    asOf: Schema.Int
  })
])
export type FeedFrame = typeof FeedFrame.Type

const password = Schema.RedactedFromValue(Schema.String)
const credentials = { name: Schema.String, password }

/** Who speaks what. First of all; a mismatch is final. */
export const Hello = Rpc.make("Hello", {
  payload: { protocol: Schema.Int, game: Schema.NullOr(Schema.String), client: Schema.String },
  success: Welcome,
  error: Schema.Union([...Errors.Busy, Errors.VersionMismatch])
})
/** Makes an account and logs in. */
export const Register = Rpc.make("Register", {
  payload: credentials,
  success: LoggedIn,
  error: Schema.Union([...Errors.Busy, Errors.NameTaken, Errors.BadName, Errors.BadPassword])
})
/** Opens a login session. */
export const Login = Rpc.make("Login", {
  payload: credentials,
  success: LoggedIn,
  error: Schema.Union([...Errors.Busy, Errors.BadCredentials])
})
/** Goes on with a login session, on any gateway. */
export const Resume = Rpc.make("Resume", {
  payload: { token: Schema.RedactedFromValue(Schema.String) },
  success: Schema.Struct({ account: Schema.String }),
  error: Schema.Union([...Errors.Busy, Errors.NotLoggedIn])
})
/** The account's own characters. */
export const ListCharacters = Rpc.make("ListCharacters", {
  success: Schema.Array(CharacterInfo),
  error: Schema.Union([...Errors.Busy, Errors.NotLoggedIn])
})
/** `fresh`: JSON text of what the game makes a character of. */
export const CreateCharacter = Rpc.make("CreateCharacter", {
  payload: { name: Schema.String, fresh: Schema.String },
  success: CharacterInfo,
  error: Schema.Union([
    ...Errors.Busy,
    Errors.NotLoggedIn,
    Errors.NameTaken,
    Errors.BadName,
    Errors.BadCharacter,
    Errors.CreationRefused
  ])
})
/**
 * Plays a character of one's own. Without a cursor: takes it over from whoever plays it now. With
 * the cursor of an earlier connection: goes on, and fails TakenOver when another session has taken
 * over meanwhile.
 */
export const Enter = Rpc.make("Enter", {
  payload: { character: Schema.Int, cursor: Schema.NullOr(Cursor) },
  success: Entered,
  error: Schema.Union([
    ...Errors.Busy,
    Errors.NotLoggedIn,
    Errors.NoSuchCharacter,
    Errors.EntryRefused,
    Rejected.TakenOver
  ])
})
/** Commands, several at once: replies in the same order. */
export const Submit = Rpc.make("Submit", {
  payload: { intents: Schema.Array(Intent) },
  success: Schema.Array(Reply),
  error: Schema.Union([...Errors.Busy, Errors.NotInside])
})
/** What the character perceives from the cursor on. Another Feed of this connection ends the one before. */
export const Feed = Rpc.make("Feed", {
  payload: { cursor: Cursor },
  success: FeedFrame,
  error: Errors.FeedEnd,
  stream: true
})
/** Leaves the world in order. Safe to repeat. */
export const Leave = Rpc.make("Leave", { error: Schema.Union(Errors.Busy) })
/** Leaves, and ends the login session. */
export const Logout = Rpc.make("Logout", { error: Schema.Union(Errors.Busy) })
/** Answers; for measuring the way. */
export const Ping = Rpc.make("Ping", { error: Schema.Union(Errors.Busy) })

export class GatewayRpcs extends RpcGroup.make(
  Hello,
  Register,
  Login,
  Resume,
  ListCharacters,
  CreateCharacter,
  Enter,
  Submit,
  Feed,
  Leave,
  Logout,
  Ping
) {}
