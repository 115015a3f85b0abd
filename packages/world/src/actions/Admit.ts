/** Lets a traveller in, always: it is nowhere else. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { CharacterArrived } from "../events/CharacterArrived.ts"

export const Admit = Action.make("Admit", {
  /** As it will stand here: room and home are of this instance. */
  character: Character.Row,
  items: Schema.Array(Item.Row),
  session: Schema.String
})
/** Locks nothing: all its rows are new. */
export const admitRule = Admit.rule({
  emits: [CharacterArrived],
  locks: () => [],
  decide: (a, { now }) => Result.succeed({ events: [CharacterArrived.make({ ...a, at: now })] })
})
