/**
 * A copy goes, with all that is in it. Whoever was let in before its way was closed has arrived by now,
 * for messages come in order: then it stays until that one has left.
 */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Instance } from "../aggregates/Instance.ts"
import { heldBy, Item } from "../aggregates/Item.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import { Sky } from "../aggregates/Sky.ts"
import * as Carried from "../Carried.ts"
import { CopyTornDown } from "../events/CopyTornDown.ts"
import { unlessGone } from "../Found.ts"

export const TearDown = Action.make("TearDown", { instance: Instance.Id })
/** Locks everything. */
export const tearDownRule = TearDown.rule({
  emits: [CopyTornDown],
  locks: (a, { projection }) => [
    Instance.ref(a.instance),
    Sky.ref(a.instance),
    ...[Room, Character, Mob, Item].flatMap((aggregate) =>
      projection.all(aggregate).map(({ id }) => aggregate.ref(id))
    )
  ],
  decide: ({ instance }, { every, the }) =>
    Result.gen(function* () {
      const there = yield* unlessGone(the(Instance, instance))
      if (there === undefined || every(Character, "all", 0).length > 0) return {}
      const sky = yield* unlessGone(the(Sky, instance))
      const rooms = every(Room, "all", 0)
      const mobs = rooms.flatMap(({ id }) => every(Mob, "room", id))
      const held = (holder: "room" | "mob", id: number) =>
        every(Item, "holder", heldBy(holder, id)).flatMap((item) => [
          item,
          ...Carried.deepRows(every, "item", item.id)
        ])
      const items = [
        ...rooms.flatMap(({ id }) => held("room", id)),
        ...mobs.flatMap(({ id }) => held("mob", id))
      ]
      const torn = CopyTornDown.make({
        instance,
        rooms: rooms.map(({ id }) => id),
        mobs: mobs.map(({ id }) => id),
        items: items.map(({ id }) => id),
        sky: sky !== undefined,
        gold: [...mobs, ...items].reduce((sum, { gold }) => sum + gold, 0)
      })
      return { events: [torn] }
    })
})
