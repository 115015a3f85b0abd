/** What somebody wears: the rows to lock with it, and what it is good for. */
import type { Action, Aggregate, Projection } from "@wr2/core"
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
  { worn }: Character,
  { content, the }: Pick<Action.Deciding, "content" | "the">
): number =>
  Object.values(worn).reduce((sum, id) => {
    const item = the(Item, id)
    return Result.isSuccess(item) ? sum + Lookup.item(content, item.success.template).armour : sum
  }, 0)
