/** An instance becomes what the world is authored as now: new rooms and spawners begin, strays are brought to its start. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Instance } from "../aggregates/Instance.ts"
import { Item } from "../aggregates/Item.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import * as Lookup from "../content/Lookup.ts"
import { World } from "../content/World.ts"
import { InstanceReshaped } from "../events/InstanceReshaped.ts"
import * as Fights from "../Fights.ts"
import { unlessGone } from "../Found.ts"
import * as Lives from "../Lives.ts"
import * as Making from "../Making.ts"
import * as Shape from "../Shape.ts"
import * as Spawners from "../Spawners.ts"

export const Reshape = Action.make("Reshape", {
  instance: Instance.Id,
  /** Slugs of rooms that it has not yet. */
  rooms: Schema.Array(Schema.String),
  /** Who stands where nothing is any more. */
  strays: Schema.Array(Character.Id)
})
/** Locks the instance, so that no two do it at once, its rooms, and the strays with who fights them. */
export const reshapeRule = Reshape.rule({
  emits: [InstanceReshaped],
  locks: (a, { projection }) => [
    Instance.ref(a.instance),
    ...projection.all(Room).map(({ id }) => Room.ref(id)),
    ...a.strays.flatMap((stray) => [Character.ref(stray), ...Fights.foes(projection, stray)])
  ],
  decide: (a, { content, dice, every, ids, the }) =>
    Result.gen(function* () {
      const { place, spawners: running, start: before } = yield* the(Instance, a.instance)
      const authored = content(World)
      const supplies = { content, dice, nextId: () => ids.next(Item) }
      const fresh = a.rooms.flatMap((slug) => {
        const template = Lookup.room(content, slug)
        if (!Shape.has(authored, slug) || template.place !== place) return []
        if (every(Room, "template", slug).length > 0) return []
        return [{ template, row: { id: ids.next(Room), ...Shape.room(slug, template) } }]
      })
      const roomOf = (slug: string) =>
        every(Room, "template", slug)[0]?.id ??
        fresh.find(({ row }) => row.template === slug)?.row.id
      const start = roomOf(authored.places[place]?.start ?? "") ?? before
      const wanted = Shape.spawners(authored, place)
      const begun = wanted.flatMap(([slug, spawner]) => {
        const id = roomOf(spawner.room)
        return running.includes(slug) || id === undefined ? [] : [{ slug, spawner, room: id }]
      })
      const strays = yield* Result.all(a.strays.map((stray) => unlessGone(the(Character, stray))))
      const lost = strays.flatMap((stray) =>
        stray === undefined || stray.room === start ? [] : [stray]
      )
      const reshaped = InstanceReshaped.make({
        instance: a.instance,
        start,
        startName: Lookup.room(content, authored.places[place]?.start ?? place).name,
        spawners: wanted.flatMap(([slug]) =>
          running.includes(slug) || begun.some((each) => each.slug === slug) ? [slug] : []
        ),
        rooms: fresh.map(({ row }) => row),
        items: fresh.flatMap(({ row, template }) =>
          template.items.flatMap((item) => Making.items(supplies, item, "room", row.id))
        ),
        strays: lost.map(({ id, room }) => ({ character: id, from: room })),
        freed: lost.flatMap(({ id }) => every(Mob, "fighting", id).map((mob) => mob.id))
      })
      return {
        events: [reshaped],
        next: [
          ...begun.map(({ room, slug, spawner }) =>
            Spawners.begin(spawner, { instance: a.instance, spawner: slug, room })
          ),
          ...fresh.flatMap(({ row, template }) => Lives.timers(template.triggers, row.id, null))
        ]
      }
    })
})
