/** What a client is told, in the order in which it is to be shown. */
import type { Game } from "@wr2/core"
import type { Codec, GatewayRpcs } from "@wr2/protocol"
import { Schema } from "effect"

/** The play, or the client, has ended and does not go on by itself. */
export class Closed extends Schema.TaggedError<Closed>()("Closed", {
  why: Schema.Literals([
    /** Another session plays the character, or it left the world. */
    "TakenOver",
    /** The login session has expired. */
    "NotLoggedIn",
    "NoSuchCharacter",
    /** The game does not let the character in again. */
    "EntryRefused",
    /** Client and server do not fit. */
    "VersionMismatch",
    /** By this client's own wish. */
    "Left"
  ])
}) {}

/** A Command that was accepted: its Events have been told, and here are its answers. */
export interface Accepted<G> {
  readonly n: number
  readonly instance: number
  readonly asOf: number
  /** Events of its read-only Actions. */
  readonly answers: ReadonlyArray<Codec.EventOf<G>>
}

/** Why a Command was not accepted. */
export type SubmitError<G> = Codec.RejectionOf<G> | Closed

/** Whether there is a connection. */
export type Status =
  | { readonly _tag: "Connecting" }
  | { readonly _tag: "Online" }
  | { readonly _tag: "Waiting"; readonly forMillis: number }
  | { readonly _tag: "Closed"; readonly why: Closed["why"] }

export type Told<G> =
  /** Something perceived. `n`: what it came from is one's own Command. */
  | {
      readonly _tag: "Event"
      readonly event: Codec.EventOf<G>
      readonly seq: number
      readonly at: number
      readonly n: number | null
    }
  /** The answer to a read-only Command. */
  | { readonly _tag: "Answer"; readonly n: number; readonly event: Codec.EventOf<G> }
  | { readonly _tag: "Rejected"; readonly n: number; readonly reason: SubmitError<G> }
  /** The character came to another instance: what is told from here on is from there. */
  | { readonly _tag: "Arrived"; readonly cursor: GatewayRpcs.Cursor }
  /** A state to begin with; undefined when this client cannot read it. */
  | {
      readonly _tag: "Snapshot"
      readonly snapshot: Game.SnapshotOf<G> | undefined
      readonly why: "entered" | "arrived" | "resync"
    }
  | { readonly _tag: "Status"; readonly status: Status }
