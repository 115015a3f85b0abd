/**
 * What comes from the gateway, put in order: Events once each, and answers not before the feed has
 * reached what they are as of. Pure bookkeeping.
 */
import type { GatewayRpcs } from "@wr2/protocol"

/** Something that is due once the feed of an instance has reached a seq; at once without. */
export interface Due<A> {
  readonly when:
    | {
        readonly instance: number
        readonly asOf: number
        /** The Command that it answers. */
        readonly n: number
      }
    | undefined
  readonly what: A
}

export class Incoming<A> {
  #cursor: GatewayRpcs.Cursor
  #due: Array<Due<A>> = []
  /** The last own Command of which the feed told something. */
  #told = 0
  /** Where the feed was before: up to which seq, and the last own Command it told there. */
  readonly #left = new Map<number, { readonly seq: number; readonly n: number }>()
  constructor(cursor: GatewayRpcs.Cursor) {
    this.#cursor = cursor
  }

  get cursor(): GatewayRpcs.Cursor {
    return this.#cursor
  }

  /** Whether an Event has been told before. */
  had(seq: number): boolean {
    return seq <= this.#cursor.seq
  }

  /**
   * Everything up to here has been told, the last of it of the own Command n; the token, if there is
   * a new one, holds from here on.
   */
  reached(seq: number, token: string | null, n: number | null = null): void {
    this.#told = Math.max(this.#told, n ?? 0)
    this.#cursor = {
      ...this.#cursor,
      seq: Math.max(this.#cursor.seq, seq),
      token: token ?? this.#cursor.token
    }
  }

  /** This feed is over if the next one is of another instance or history: all there is, is there. */
  leave(next: GatewayRpcs.Cursor): void {
    const { instance, lineage } = this.#cursor
    if (instance === next.instance && lineage === next.lineage) return
    this.#left.set(instance, { seq: this.#cursor.seq, n: this.#told })
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

  /**
   * The next that is due, in the order of waiting: an answer does not overtake the one before. An
   * answer may come when the feed has left its instance already: that feed is over then.
   */
  due(): A | undefined {
    const first = this.#due[0]
    if (first === undefined) return undefined
    return this.#reached(first.when) || this.#over(first.when) ? first.what : undefined
  }

  #over(when: Due<A>["when"]): boolean {
    if (when === undefined || when.instance === this.#cursor.instance) return false
    const left = this.#left.get(when.instance)
    if (left !== undefined && (when.asOf <= left.seq || when.n <= left.n)) return true
    // Where a later Command took effect, the feed is not on its way to an earlier one.
    return this.#due.some((later) => later.when !== undefined && this.#reached(later.when))
  }

  /** It is done. */
  shift(): void {
    this.#due.shift()
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
