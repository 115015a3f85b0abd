/** What somebody wears: the rows to lock with it, and what it is good for. */
import type { Action, Aggregate, Content, Projection } from "@wr2/core"
import { Result } from "effect"
import { Character } from "./aggregates/Character.ts"
import { Item } from "./aggregates/Item.ts"
import * as Lookup from "./content/Lookup.ts"

/** The items worn. */
export const refs = (
  projection: Projection,
  character: Character["id"]
): ReadonlyArray<Aggregate.Ref> =>
  Object.values(projection.get(Character, character)?.worn ?? {}).map((id) => Item.ref(id))

/** The armour of all that somebody wears, whose rows are locked. */
export const armour = (
  character: Character,
  { content, the }: Pick<Action.Deciding, "content" | "the">
): number => armourOf(character, content, (id) => Result.getOrElse(the(Item, id), () => undefined))

/** The same, of rows that are found elsewhere. */
export const armourOf = (
  { worn }: Character,
  content: Content.Read,
  find: (id: number) => Item | undefined
): number =>
  Object.values(worn).reduce((sum, id) => {
    const item = find(id)
    return item === undefined ? sum : sum + Lookup.item(content, item.template).armour
  }, 0)
