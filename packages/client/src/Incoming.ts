/**
 * What comes from the gateway, put in order: Events once each, and answers not before the feed has
 * reached what they are as of. Pure bookkeeping.
 */
import type { GatewayRpcs } from "@wr2/protocol"

/** Something that is due once the feed of an instance has reached a seq; at once without. */
export interface Due<A> {
  readonly when: { readonly instance: number; readonly asOf: number } | undefined
  readonly what: A
}

export class Incoming<A> {
  #cursor: GatewayRpcs.Cursor
  #due: Array<Due<A>> = []
  constructor(cursor: GatewayRpcs.Cursor) {
    this.#cursor = cursor
  }

  get cursor(): GatewayRpcs.Cursor {
    return this.#cursor
  }

  /** The Events of a frame that are new. */
  events(
    frame: Extract<GatewayRpcs.FeedFrame, { readonly _tag: "Events" }>
  ): ReadonlyArray<GatewayRpcs.FeedEvent> {
    const { seq } = this.#cursor
    const fresh = frame.events.filter((event) => event.seq > seq)
    this.#cursor = {
      ...this.#cursor,
      seq: Math.max(seq, frame.upTo),
      token: frame.token ?? this.#cursor.token
    }
    return fresh
  }

  /** This feed is over if the next one is of another instance or history: all there is, is there. */
  leave(next: GatewayRpcs.Cursor): void {
    const { instance, lineage } = this.#cursor
    if (instance === next.instance && lineage === next.lineage) return
    this.#due = this.#due.map((due) =>
      due.when?.instance === instance ? { ...due, when: undefined } : due
    )
  }

  /** A new beginning, there or here. */
  begin(cursor: GatewayRpcs.Cursor): void {
    this.#cursor = cursor
  }

  wait(due: Due<A>): void {
    this.#due.push(due)
  }

  /** What is due now, in the order of waiting: an answer does not overtake the one before. */
  due(): ReadonlyArray<A> {
    const ready: Array<A> = []
    while (this.#due.length > 0 && this.#reached(this.#due[0]!.when)) ready.push(this.#due.shift()!.what)
    return ready
  }

  /** Everything that waits, taken out. */
  drain(): ReadonlyArray<A> {
    const all = this.#due
    this.#due = []
    return all.map(({ what }) => what)
  }

  #reached(when: Due<A>["when"]): boolean {
    return (
      when === undefined ||
      (when.instance === this.#cursor.instance && this.#cursor.seq >= when.asOf)
    )
  }
}
