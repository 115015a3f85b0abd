/** A spawner counts what lies of a kind in its room, and some time after it finds some missing, it lies there again. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Instance } from "../aggregates/Instance.ts"
import { Item, lyingIn } from "../aggregates/Item.ts"
import { Room } from "../aggregates/Room.ts"
import * as Lookup from "../content/Lookup.ts"
import { ItemsAppeared } from "../events/ItemsAppeared.ts"
import { SpawnerShort } from "../events/SpawnerShort.ts"
import * as Making from "../Making.ts"
import * as Shortage from "../Shortage.ts"
import { countEvery } from "./Spawn.ts"

/** Wakes nobody: nothing is taken where no one is. */
export const Refill = Action.make(
  "Refill",
  { instance: Instance.Id, spawner: Schema.String, room: Room.Id, item: Schema.String },
  { wakes: false }
)
/** Locks the instance, whose memory it is, the ground, and what lies there of the kind. */
export const refillRule = Refill.rule({
  emits: [SpawnerShort, ItemsAppeared],
  locks: (a, { projection }) => [
    Instance.ref(a.instance),
    Room.ref(a.room),
    ...projection.by(Item, "lying", lyingIn(a.room, a.item)).map(({ id }) => Item.ref(id))
  ],
  decide: (a, { content, dice, every, ids, now, runtime, the }) =>
    Result.gen(function* () {
      yield* the(Instance, a.instance)
      yield* the(Room, a.room)
      const spawner = Lookup.spawner(content, a.spawner)
      if (spawner?.item !== a.item) return {}
      const next = [Refill.make(a, { every: countEvery(spawner) })]
      const missing = spawner.count - every(Item, "lying", lyingIn(a.room, a.item)).length
      const { [a.spawner]: since, ...others } = Shortage.since(runtime, a.instance)
      const { instance, room } = a
      const noticed = (short: Readonly<Record<string, number>>) => ({
        events: [SpawnerShort.make({ instance, spawner: a.spawner, memory: { short } })],
        next
      })
      // What was taken may have been put back.
      if (missing <= 0) return since === undefined ? { next } : noticed(others)
      if (since === undefined) return noticed({ ...others, [a.spawner]: now })
      if (now - since < spawner.respawn * 1_000) return { next }

      const supplies = { content, dice, nextId: () => ids.next(Item) }
      const appeared = ItemsAppeared.make({
        instance,
        spawner: a.spawner,
        memory: { short: others },
        room,
        itemName: Lookup.item(content, a.item).name,
        count: missing,
        items: Making.several(supplies, a.item, missing, "room", room)
      })
      return { events: [appeared], next }
    })
})
