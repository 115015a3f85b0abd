/**
 * What must hold of a game's rows beside what the engine knows of any game: what is conserved, what
 * has to be somewhere, what travels. `wr2 audit` asks it; a game without it is audited as far as the
 * engine goes.
 */
import type * as Aggregate from "./Aggregate.ts"

/** Amounts by name, as in `{ gold: 12, items: 1 }`. */
export type Amounts = Readonly<Record<string, number>>

/** Names a row, by its aggregate's tag. */
export type Name = readonly [aggregate: string, id: number]

/** A game's own rules. All pure; values are as their schemas say. */
export interface Rules {
  /** What a row holds of what is conserved. */
  readonly holds: (aggregate: string, row: any) => Amounts
  /** What an Event makes of it, or, negative, destroys or sends away, in its instance. */
  readonly makes: (event: any) => Amounts
  /** Rows that have to be there for this one to have a place. */
  readonly within: (aggregate: string, row: any) => ReadonlyArray<Name>
  /** Rows that may go to another instance: each is in one place, in all instances. */
  readonly travels: ReadonlyArray<Aggregate.Any>
  /** What is on its way in a message to another instance, or in an Action that takes one in. */
  readonly carries: (payload: any) => {
    readonly amounts: Amounts
    readonly rows: ReadonlyArray<Name>
  }
}
