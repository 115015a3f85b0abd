/** How a spawner begins: with the Action that counts for it. */
import type { Action } from "@wr2/core"
import { Refill } from "./actions/Refill.ts"
import { Spawn } from "./actions/Spawn.ts"
import type { Instance } from "./aggregates/Instance.ts"
import type { Room } from "./aggregates/Room.ts"
import type { Spawner } from "./content/World.ts"

/** Counts mobs, or what lies there. */
export const begin = (
  { item }: Spawner,
  at: { readonly instance: Instance["id"]; readonly spawner: string; readonly room: Room["id"] }
): Action.Planned => (item === null ? Spawn.make(at) : Refill.make({ ...at, item }))
