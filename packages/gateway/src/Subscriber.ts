/** One client's place in an instance's stream: what it hears, and the bounded buffer of what waits for it. */
import type { Messages } from "@wr2/engine"
import { Errors } from "@wr2/protocol"
import type { GatewayRpcs } from "@wr2/protocol"
import { Cause, Queue } from "effect"
import type { Hearing } from "./Perceive.ts"

/** A frame of Events. */
export type EventsFrame = Extract<GatewayRpcs.FeedFrame, { readonly _tag: "Events" }>

/** What waits for a client: frames, and last of all that its character went elsewhere. */
export type Item =
  | EventsFrame
  | { readonly _tag: "Departed"; readonly seq: number; readonly target: number }

/** How frames are cut and sealed for one subscriber. */
export interface Framing {
  readonly frameEvents: number
  readonly tokenEvery: number
  /** Seals what is heard after `seq`. */
  readonly seal: (hearing: Hearing, seq: number) => string
}

/**
 * An Event as this client gets it. Whose Command caused it is told to that one alone: it would give
 * away who acts unseen.
 */
export const wire = (event: Messages.FeedEvent, actor: string): GatewayRpcs.FeedEvent => ({
  seq: event.seq,
  type: event.type,
  payload: event.payload,
  at: event.at,
  commandId: event.commandId?.startsWith(`${actor}#`) === true ? event.commandId : null
})

/**
 * Events as frames, the last of them up to `upTo`. A token is due after a turn and every
 * `tokenEvery` Events; `sealedAt` is the seq of the one that the client holds.
 */
export const frames = (
  framing: Framing,
  hearing: Hearing,
  events: ReadonlyArray<Messages.FeedEvent>,
  upTo: number,
  sealedAt: number | undefined
): ReadonlyArray<EventsFrame> => {
  const cut: Array<EventsFrame> = []
  const own = events.map((event) => wire(event, hearing.actor))
  for (let at = 0; at + framing.frameEvents < own.length; at += framing.frameEvents) {
    const some = own.slice(at, at + framing.frameEvents)
    cut.push({ _tag: "Events", events: some, upTo: some[some.length - 1]!.seq, token: null })
  }
  const due = sealedAt === undefined || upTo - sealedAt >= framing.tokenEvery
  cut.push({
    _tag: "Events",
    events: own.slice(cut.length * framing.frameEvents),
    upTo,
    token: due ? framing.seal(hearing, upTo) : null
  })
  return cut
}

export class Subscriber {
  readonly framing: Framing
  /** Events that may wait; then the client is cut. */
  readonly bufferMax: number
  readonly queue: Queue.Queue<Item, Errors.FeedEnd | Cause.Done>
  hearing: Hearing
  /** The client has everything up to here from before. */
  readonly above: number
  /** The client was told that it has everything up to here. */
  told: number
  /** It waits to be told at least this: an answer of its holds as of it. */
  wanted = 0
  /** The seq of the token that it holds; undefined: a new one is due. */
  sealedAt: number | undefined
  waiting = 0

  constructor(options: {
    readonly framing: Framing
    readonly bufferMax: number
    readonly queue: Subscriber["queue"]
    readonly hearing: Hearing
    readonly above: number
    readonly sealedAt: number | undefined
  }) {
    this.framing = options.framing
    this.bufferMax = options.bufferMax
    this.queue = options.queue
    this.hearing = options.hearing
    this.above = options.above
    this.told = options.hearing.seq
    this.sealedAt = options.sealedAt
  }

  /** Puts Events into the buffer. False: there is no room, and the client is cut. */
  tell(events: ReadonlyArray<Messages.FeedEvent>, upTo: number): boolean {
    this.told = upTo
    for (const frame of frames(this.framing, this.hearing, events, upTo, this.sealedAt)) {
      this.waiting += weight(frame)
      if (this.waiting > this.bufferMax) {
        this.end(new Errors.SlowClient({ waiting: this.waiting }))
        return false
      }
      if (frame.token !== null) this.sealedAt = frame.upTo
      Queue.offerUnsafe(this.queue, frame)
    }
    return true
  }

  /** Its character has gone to another instance: the last that it hears from here. */
  depart(seq: number, target: number): void {
    Queue.offerUnsafe(this.queue, { _tag: "Departed", seq, target })
  }

  end(why: Errors.FeedEnd): void {
    Queue.failCauseUnsafe(this.queue, Cause.fail(why))
  }

  /** Ends in order, after what waits. */
  done(): void {
    Queue.endUnsafe(this.queue)
  }

  /** What was taken out no longer waits. */
  took(items: ReadonlyArray<Item>): void {
    for (const item of items) this.waiting -= weight(item)
  }
}

/** A frame without Events takes room too. */
const weight = (item: Item): number =>
  item._tag === "Events" ? Math.max(1, item.events.length) : 0
