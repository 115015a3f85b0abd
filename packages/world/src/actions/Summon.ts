/** A script lets a mob appear: of each kind so many at most, however often it is asked. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Instance } from "../aggregates/Instance.ts"
import { Item } from "../aggregates/Item.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import * as Lookup from "../content/Lookup.ts"
import { MobsAppeared } from "../events/MobsAppeared.ts"
import { MobSummoned } from "../events/MobSummoned.ts"
import * as Lives from "../Lives.ts"
import * as Making from "../Making.ts"

/** So many of a kind that scripts called live at a time in an instance. */
export const summonedMax = 3

const spawnerOf = (template: string) => `script:${template}`

export const Summon = Action.make("Summon", {
  instance: Instance.Id,
  room: Room.Id,
  /** Slug of its template. */
  mob: Schema.String
})
/** Locks the instance, so that no two count at once, and the mobs it counts. */
export const summonRule = Summon.rule({
  emits: [MobSummoned, MobsAppeared],
  locks: (a, { projection }) => [
    Instance.ref(a.instance),
    ...projection.by(Mob, "spawner", spawnerOf(a.mob)).map(({ id }) => Mob.ref(id))
  ],
  decide: ({ instance, mob: template, room }, { content, dice, every, ids, now, the }) =>
    Result.gen(function* () {
      yield* the(Instance, instance)
      const spawner = spawnerOf(template)
      if (every(Mob, "spawner", spawner).length >= summonedMax) return {}
      const supplies = { content, dice, nextId: () => ids.next(Item) }
      const made = Making.mob(supplies, { template, spawner, room, now })
      const mobName = Lookup.mobName(content, made.mob)
      return {
        events: [MobSummoned.make(made), MobsAppeared.make({ room, mobName, mobs: [made.mob.id] })],
        next: Lives.begin(content, made.mob, dice)
      }
    })
})
