/** Ways to swap a mutant in: around a store's transaction, in a rule, in an Event, for the inboxes. */
import type { Action, Event, Game } from "@wr2/core"
import { Ingress } from "@wr2/engine/Ingress"
import type { Inboxes } from "@wr2/engine/Ingress"
import type { Cycle } from "@wr2/engine/InstanceStore"
import { Limits } from "@wr2/engine/Limits"
import type { CursorRecord, Writes } from "@wr2/engine/Records"
import { Effect, Layer } from "effect"
import { yard as theYard } from "../../packages/engine/test/Yard.ts"
import type { With } from "./Mutant.ts"

type Store = NonNullable<With["store"]>

/** The test game, its types erased. */
export const yard: Game.Any = theYard

/** A store whose cycles are changed on their way. */
export const cycles = (
  change: (cycle: Cycle, db: Parameters<Store>[1]) => Cycle
): Pick<With, "store"> => ({
  store: (store, db) => ({
    ...store,
    commit: (all) => store.commit(all.map((cycle) => change(cycle, db)))
  })
})

/** A store that writes something else than it is given. */
export const writes = (
  change: (writes: Writes, instance: number, db: Parameters<Store>[1]) => Writes
): Pick<With, "store"> =>
  cycles((cycle, db) => ({
    ...cycle,
    decide: (locked) => {
      const decided = cycle.decide(locked)
      return decided && change(decided, cycle.instance, db)
    }
  }))

const changed = <A extends { readonly _tag: string }>(
  all: ReadonlyArray<A>,
  tag: string,
  change: (one: A) => Partial<A>
): ReadonlyArray<A> => {
  if (!all.some(({ _tag }) => _tag === tag)) throw new Error(`there is no ${tag} to be changed`)
  return all.map((each) => (each._tag === tag ? { ...each, ...change(each) } : each))
}

/** A game with another rule for an Action. */
export const rule = (
  tag: string,
  change: (rule: Action.AnyRule) => Partial<Action.AnyRule>,
  game: Game.Any = yard
): { readonly game: Game.Any } => ({
  game: { ...game, actions: changed(game.actions, tag, change) }
})

/** A game with another Event of a name. */
export const event = (
  tag: string,
  change: (event: Event.Any) => Partial<Event.Any>,
  game: Game.Any = yard
): { readonly game: Game.Any } => ({
  game: { ...game, events: changed(game.events, tag, change) }
})

/** Inboxes of another kind. */
export const inboxes = (
  make: (limits: Limits, cursors: ReadonlyArray<CursorRecord>) => Inboxes
): Pick<With, "parts"> => ({
  parts: {
    ingress: Layer.effect(
      Ingress,
      Effect.map(Limits, (limits) => ({ open: (cursors) => make(limits, cursors) }))
    )
  }
})
