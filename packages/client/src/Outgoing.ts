/**
 * The Commands that have no answer yet, with their numbers: pure bookkeeping.
 *
 * n rises by one for the life of the character and is never used for another Command. What has no
 * answer is sent again with the same n, which is safe; what is given up counts as settled, so that
 * the next may follow.
 */
import type { GatewayRpcs } from "@wr2/protocol"

/** What a Command says: text, or the JSON text of a typed one. */
export interface Wish {
  readonly text: string | null
  readonly command: string | null
}

/** A Command that has no answer yet, and who waits for it. */
export interface Entry<A> {
  readonly n: number
  readonly wish: Wish
  /** Millis since 1970 when it was submitted. */
  readonly since: number
  readonly caller: A
}

export class Outgoing<A> {
  #nextN: number
  #waiting: Array<Entry<A>> = []
  constructor(nextN: number) {
    this.#nextN = nextN
  }

  get waiting(): ReadonlyArray<Entry<A>> {
    return this.#waiting
  }

  get nextN(): number {
    return this.#nextN
  }

  add(wish: Wish, since: number, caller: A): Entry<A> {
    const entry = { n: this.#nextN++, wish, since, caller }
    this.#waiting.push(entry)
    return entry
  }

  /** What goes in the next frame: the first of those that wait. */
  batch(max: number): ReadonlyArray<GatewayRpcs.Intent> {
    const settled = this.settled
    return this.#waiting.slice(0, max).map(({ n, wish }) => ({ n, settled, ...wish }))
  }

  /** Up to here everything is answered, or given up. */
  get settled(): number {
    return (this.#waiting[0]?.n ?? this.#nextN) - 1
  }

  /** Takes out what was answered; undefined when it was before. */
  answered(n: number): Entry<A> | undefined {
    const at = this.#waiting.findIndex((entry) => entry.n === n)
    return at < 0 ? undefined : this.#waiting.splice(at, 1)[0]
  }

  /**
   * Goes on after a break in which the session may have ended: the character's next n may have risen
   * without us. What is below it was taken, by us or by another session: nobody can tell how it was
   * answered. Returns those.
   */
  renew(nextN: number): ReadonlyArray<Entry<A>> {
    const lost = this.#waiting.filter(({ n }) => n < nextN)
    this.#waiting = this.#waiting.filter(({ n }) => n >= nextN)
    this.#nextN = Math.max(this.#nextN, nextN)
    return lost
  }

  /** Everything that waits, taken out. */
  drain(): ReadonlyArray<Entry<A>> {
    const all = this.#waiting
    this.#waiting = []
    return all
  }
}
