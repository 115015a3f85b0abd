/** A spawner counts its living mobs, and some time after it finds one missing it asks for as many as are. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Instance } from "../aggregates/Instance.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import { spawnMobs } from "../commands/SpawnMobs.ts"
import * as Lookup from "../content/Lookup.ts"
import type { Spawner } from "../content/World.ts"
import { SpawnerShort } from "../events/SpawnerShort.ts"
import * as Shortage from "../Shortage.ts"
import * as System from "../System.ts"

/** How often a spawner counts, in milliseconds: every five seconds, or as often as it respawns. */
export const countEvery = ({ respawn }: Spawner): number => Math.min(5, respawn) * 1_000

/** Wakes nobody: nothing dies where no one is. */
export const Spawn = Action.make(
  "Spawn",
  { instance: Instance.Id, spawner: Schema.String, room: Room.Id },
  { wakes: false }
)
/** Locks the instance, so that no two count at once, and the mobs it counts. */
export const spawnRule = Spawn.rule({
  emits: [SpawnerShort],
  locks: (a, { projection }) => [
    Instance.ref(a.instance),
    ...projection.by(Mob, "spawner", a.spawner).map(({ id }) => Mob.ref(id))
  ],
  decide: (a, { content, every, now, runtime, the }) =>
    Result.gen(function* () {
      yield* the(Instance, a.instance)
      const spawner = Lookup.spawner(content, a.spawner)
      if (spawner === undefined || spawner.mob === null) return {}
      const next = [Spawn.make(a, { every: countEvery(spawner) })]
      if (every(Mob, "spawner", a.spawner).length >= spawner.count) return { next }

      const memory = Shortage.since(runtime, a.instance)
      const since = memory[a.spawner]
      if (since === undefined) {
        const noticed = { short: { ...memory, [a.spawner]: now } }
        const { instance, spawner } = a
        return { events: [SpawnerShort.make({ instance, spawner, memory: noticed })], next }
      }
      const due = now - since >= spawner.respawn * 1_000
      return { next, issue: due ? [{ actor: System.actor, command: spawnMobs.make(a) }] : [] }
    })
})
