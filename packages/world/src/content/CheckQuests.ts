/** What quests refer to. */
import type { Quest, Section } from "./World.ts"

/** The slugs that a quest names, of which section, and where. */
export const names = ({
  after,
  brings,
  giver,
  kills,
  reward,
  sees
}: Quest): ReadonlyArray<
  readonly [slug: string, target: Section, path: ReadonlyArray<PropertyKey>]
> => [
  [giver, "mobs", ["giver"]],
  ...(kills === null ? [] : [[kills.mob, "mobs", ["kills", "mob"]] as const]),
  ...(brings === null ? [] : [[brings.item, "items", ["brings", "item"]] as const]),
  ...(sees === null ? [] : [[sees, "rooms", ["sees"]] as const]),
  ...(after === null ? [] : [[after, "quests", ["after"]] as const]),
  ...(reward.item === null ? [] : [[reward.item, "items", ["reward", "item"]] as const])
]
