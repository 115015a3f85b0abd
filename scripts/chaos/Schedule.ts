/** Which faults there are, and when each comes: a pure function of the seed. */
import { Dice } from "@wr2/core"

/** Every kind of fault. */
export const kinds = [
  "runner killed",
  "runner frozen",
  "runner frozen in a transaction",
  "runner frozen in a result",
  "runner drained",
  "gateway killed",
  "gateway frozen",
  "gateway drained",
  "clock off by minutes",
  "client sockets cut",
  "client sockets half open",
  "client stops reading",
  "flood of Commands",
  "database connections cut",
  "database connections half open",
  "connection lost in a transaction",
  "COMMIT lost on its way",
  "answer to COMMIT lost",
  "Postgres killed",
  "connections exhausted",
  "rows locked by another session",
  "owner row locked by another session",
  "transaction left open"
] as const
export type Kind = (typeof kinds)[number]

/** A fault to come. */
export interface Planned {
  /** Milliseconds after the beginning. */
  readonly at: number
  readonly kind: Kind
  /** Chooses whom it meets. */
  readonly pick: number
}

/** The first fault comes after this (milliseconds). */
const before = 1_500
/** The last comes so long before the end: its moment may not come at once, and it takes its time. */
const after = (seconds: number): number => Math.min(12_000, seconds * 250)
/** Faults come no closer than this. */
const least = 1_800
/**
 * Nor closer than this once every kind has room: a world that lies down more than it plays is tested by
 * few Commands.
 */
const apart = 3_600

/** Every kind in an order of chance, and again, as often as there is room. */
export const plan = (options: {
  readonly seed: number
  readonly seconds: number
  readonly only?: ReadonlyArray<Kind>
}): ReadonlyArray<Planned> => {
  const dice = Dice.fromSeed(options.seed)
  const among = options.only ?? kinds
  const room = Math.max(0, options.seconds * 1_000 - before - after(options.seconds))
  const rounds = Math.max(1, Math.floor(room / apart / among.length))
  const count = Math.min(Math.max(1, Math.floor(room / least)), rounds * among.length)
  const planned: Array<Planned> = []
  let left: Array<Kind> = []
  for (let i = 0; i < count; i++) {
    if (left.length === 0) left = [...among]
    const kind = dice.pick(left)!
    left.splice(left.indexOf(kind), 1)
    const at = before + Math.round((room * i) / count) + dice.between(0, 400)
    planned.push({ at, kind, pick: dice.between(0, 1_000_000) })
  }
  return planned
}
