/** As many mobs appear as their spawner lacks, with what they carry and with minds. Asked twice, the second finds none missing. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Instance } from "../aggregates/Instance.ts"
import { Item } from "../aggregates/Item.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import * as Lookup from "../content/Lookup.ts"
import { MobsAppeared } from "../events/MobsAppeared.ts"
import { MobsSpawned } from "../events/MobsSpawned.ts"
import * as Lives from "../Lives.ts"
import * as Making from "../Making.ts"
import * as Shortage from "../Shortage.ts"

export const SpawnMobs = Action.make("SpawnMobs", {
  instance: Instance.Id,
  spawner: Schema.String,
  room: Room.Id
})
/** Locks the instance, so that no two top up at once, and the mobs it counts. */
export const spawnMobsRule = SpawnMobs.rule({
  emits: [MobsSpawned, MobsAppeared],
  locks: (a, { projection }) => [
    Instance.ref(a.instance),
    ...projection.by(Mob, "spawner", a.spawner).map(({ id }) => Mob.ref(id))
  ],
  decide: (a, { content, dice, every, ids, now, runtime, the }) =>
    Result.gen(function* () {
      yield* the(Instance, a.instance)
      const spawner = Lookup.spawner(content, a.spawner)
      if (spawner === undefined || spawner.mob === null) return {}
      const missing = spawner.count - every(Mob, "spawner", a.spawner).length
      if (missing <= 0) return {}

      const { [a.spawner]: _, ...others } = Shortage.since(runtime, a.instance)
      const supplies = { content, dice, nextId: () => ids.next(Item) }
      const options = { template: spawner.mob, spawner: a.spawner, room: a.room, now }
      const made = Array.from({ length: missing }, () => Making.mob(supplies, options))
      const { name } = Lookup.mob(content, spawner.mob)
      const mobs = made.map(({ mob }) => mob)
      const spawned = MobsSpawned.make({
        instance: a.instance,
        spawner: a.spawner,
        memory: { short: others },
        mobs,
        items: made.flatMap(({ items }) => items)
      })
      const appeared = MobsAppeared.make({
        room: a.room,
        mobName: name,
        mobs: mobs.map(({ id }) => id)
      })
      const next = mobs.flatMap((mob) => Lives.begin(content, mob, dice))
      return { events: [spawned, appeared], next }
    })
})
