/** Who fights whom: the rows to lock for whoever walks away, dies or strikes. */
import type { Action, Aggregate, Projection } from "@wr2/core"
import { Result } from "effect"
import { Character } from "./aggregates/Character.ts"
import { blank, Mob } from "./aggregates/Mob.ts"
import type { MobMemory } from "./aggregates/Mob.ts"

/** The mobs that strike at a character. */
export const foes = (
  projection: Projection,
  character: Character["id"]
): ReadonlyArray<Aggregate.Ref> =>
  projection.by(Mob, "fighting", character).map(({ id }) => Mob.ref(id))

/** The characters that strike at a mob. */
export const attackers = (projection: Projection, mob: Mob["id"]): ReadonlyArray<Aggregate.Ref> =>
  projection.by(Character, "fighting", mob).map(({ id }) => Character.ref(id))

/** What a locked mob remembers; of one without memory, nothing. */
export const memory = (runtime: Action.Deciding["runtime"], mob: Mob["id"]): MobMemory =>
  Result.getOrElse(runtime(Mob, mob), () => blank)
