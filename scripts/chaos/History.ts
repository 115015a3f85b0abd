/** What a client and the tables say afterwards: plain values, and all that the rules are given. */

/** The last word on a Command. */
export type Outcome =
  | { readonly _tag: "Accepted"; readonly instance: number; readonly asOf: number }
  | { readonly _tag: "Rejected"; readonly reason: string }

/** What a client was told, in order. */
export type Seen =
  /**
   * A snapshot to begin with: everything up to `seq` is in it. `streams`: what the gateway says it
   * hears from there on. `because`: it is not the first, as the feed could not go on (ResyncRequired).
   */
  | {
      readonly _tag: "Began"
      readonly instance: number
      readonly seq: number
      readonly streams: ReadonlyArray<string>
      readonly because?: string
    }
  /** The character came to an instance: the feed goes on there after `seq`. */
  | {
      readonly _tag: "Arrived"
      readonly instance: number
      readonly seq: number
      readonly streams: ReadonlyArray<string>
    }
  /** It was shown the state of its instance as of `seq`. */
  | {
      readonly _tag: "State"
      readonly why: "entered" | "arrived"
      readonly instance: number
      readonly seq: number
    }
  | {
      readonly _tag: "Event"
      readonly seq: number
      readonly type: string
      /** JSON text. */
      readonly payload: string
      /** The own Command that it came from. */
      readonly n: number | null
    }

/** One client's memory. */
export interface History {
  readonly name: string
  readonly character: number
  /** Every text that left the client, by n; more than one would be the client's fault. */
  readonly sent: ReadonlyMap<number, ReadonlyArray<string>>
  readonly answers: ReadonlyMap<number, Outcome>
  readonly seen: ReadonlyArray<Seen>
}

/** A row of event_log. */
export interface Logged {
  readonly seq: number
  readonly type: string
  readonly payload: { readonly _tag: string }
  readonly streams: ReadonlyArray<string>
  readonly at: number
  readonly actionNo: number | null
  readonly commandId: string | null
}

/** A row of action_log, action_queue or dead_letter. */
export interface Acted {
  readonly no: number
  readonly type: string
  readonly payload: unknown
  readonly commandId: string | null
  readonly cause: number | null
  readonly key: string
  /** The first Event that it made. */
  readonly firstSeq: number | null
  /** Its time has come. */
  readonly due: boolean
}

/** An aggregate's row, and what is kept beside it. */
export interface Row {
  readonly aggregate: string
  readonly row: { readonly id: number; readonly [field: string]: unknown }
  readonly runtime?: unknown
}

/** A row of instance_outbox. */
export interface Posted {
  readonly n: number
  readonly target: number
  readonly command: unknown
}

/** One instance, as its tables have it. */
export interface Instance {
  readonly id: number
  readonly birth: ReadonlyArray<Row>
  readonly rows: ReadonlyArray<Row>
  readonly events: ReadonlyArray<Logged>
  readonly log: ReadonlyArray<Acted>
  readonly queue: ReadonlyArray<Acted>
  readonly dead: ReadonlyArray<Acted & { readonly error: string }>
  readonly outbox: ReadonlyArray<Posted>
  /** Last n accepted, by actor. */
  readonly cursors: ReadonlyMap<string, number>
}

/** All there is to judge. */
export interface Evidence {
  readonly histories: ReadonlyArray<History>
  readonly instances: ReadonlyArray<Instance>
  /** Characters that were created, by the directory. */
  readonly characters: ReadonlyArray<number>
}

/** Something that must not be. */
export interface Violation {
  readonly rule: string
  readonly what: string
}

/** A rule: what is wrong, one line each. */
export type Rule = (evidence: Evidence) => ReadonlyArray<string>

/** Actions that Commands became, not those that followed. */
export const rootsOf = (rows: ReadonlyArray<Acted>): ReadonlyArray<Acted> =>
  rows.filter(({ cause, commandId }) => cause === null && commandId !== null)
/** The actor, and the stream, of a character. */
export const actorOf = (character: number): string => `character:${character}`
/** What the tables call a Command. */
export const commandId = (character: number, n: number): string => `${actorOf(character)}#${n}`
