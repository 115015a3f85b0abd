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
  /** Of a session that began after the cursor's: what the next Enter resumes. */
  #session: GatewayRpcs.Cursor | undefined
  #due: Array<Due<A>> = []
  /** The last own Command of which the feed told something. */
  #told = 0
  /** Where the feed was before: up to which seq, and the last own Command it told there. */
  readonly #left = new Map<number, { readonly seq: number; readonly n: number }>()
  /** What own Commands below this one did lies before the last beginning, wherever it was. */
  #begunAt: number
  /** A state to be shown once the feed has come to it. */
  #state: { readonly instance: number; readonly asOf: number; readonly what: A } | undefined
  constructor(cursor: GatewayRpcs.Cursor, nextN = 0) {
    this.#cursor = cursor
    this.#begunAt = nextN
  }

  get cursor(): GatewayRpcs.Cursor {
    return this.#cursor
  }

  /** What to enter with after a break. */
  get resumes(): GatewayRpcs.Cursor {
    return this.#session ?? this.#cursor
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
    if (token !== null) this.#session = undefined
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

  /** The feed goes on there. A state that was still to be shown is of no use any more. */
  arrive(cursor: GatewayRpcs.Cursor): void {
    this.#cursor = cursor
    this.#session = undefined
    this.#state = undefined
  }

  /** Another session goes on with the feed of the one before; what there is now is shown when it is there. */
  renew(cursor: GatewayRpcs.Cursor, what: A): void {
    this.#session = cursor
    this.show(cursor.instance, cursor.seq, what)
  }

  /** A new beginning, there or here: what lies between is not told. */
  begin(cursor: GatewayRpcs.Cursor, nextN: number): void {
    this.arrive(cursor)
    this.#begunAt = Math.max(this.#begunAt, nextN)
  }

  /** Something to be shown once the feed of an instance has come to this seq. */
  show(instance: number, asOf: number, what: A): void {
    this.#state = { instance, asOf, what }
  }

  /** What is to be shown now. */
  shown(): A | undefined {
    const state = this.#state
    return state !== undefined &&
      state.instance === this.#cursor.instance &&
      state.asOf <= this.#cursor.seq
      ? state.what
      : undefined
  }

  /** It was shown. */
  wasShown(): void {
    this.#state = undefined
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
    if (when.n < this.#begunAt) return true
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
