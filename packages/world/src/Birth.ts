/**
 * How an instance begins: the rooms of its place, what lies in them, its first mobs, and the Actions
 * that keep it going. Pure: the dice are seeded by the instance's number.
 */
import { Dice } from "@wr2/core"
import type { Action, Aggregate, Content, Game, Ids } from "@wr2/core"
import { PassHour } from "./actions/PassHour.ts"
import { Survey, surveyEvery } from "./actions/Survey.ts"
import { Instance } from "./aggregates/Instance.ts"
import { Item } from "./aggregates/Item.ts"
import { blank, Mob } from "./aggregates/Mob.ts"
import { Room } from "./aggregates/Room.ts"
import { World } from "./content/World.ts"
import { Sky } from "./aggregates/Sky.ts"
import type { Authored } from "./content/World.ts"
import * as Copies from "./Copies.ts"
import * as Hours from "./Hours.ts"
import * as Lives from "./Lives.ts"
import * as Making from "./Making.ts"
import * as Shape from "./Shape.ts"
import * as Spawners from "./Spawners.ts"

const firstSky = { part: "day", weather: "clear" } as const

/** Rows and first Actions of an instance. One whose number no place has is a copy of the settings' place. */
export const birth = (input: {
  readonly instance: number
  readonly ids: Ids.Supply
  readonly content: Content.Read
}): Game.Birth => {
  const { content, ids } = input
  const authored = content(World)
  const instance = Instance.Id.make(input.instance)
  const place = placeOf(authored, input.instance)
  const supplies = { content, dice: Dice.fromSeed(input.instance), nextId: ids.next }

  const rooms = Shape.rooms(authored, place).map(([slug, template]) => ({
    slug,
    template,
    id: Room.Id.make(ids.next())
  }))
  const roomId = (slug: string) => rooms.find((room) => room.slug === slug)?.id
  const items = rooms.flatMap(({ id, template }) =>
    template.items.flatMap((item) => Making.items(supplies, item, "room", id))
  )
  const spawners = Shape.spawners(authored, place).flatMap(([slug, spawner]) => {
    const room = roomId(spawner.room)
    return room === undefined ? [] : [{ slug, spawner, room }]
  })
  const made = spawners.flatMap(({ room, slug, spawner: { count, mob } }) =>
    mob === null
      ? []
      : Array.from({ length: count }, () =>
          Making.mob(supplies, { template: mob, spawner: slug, room, now: 0 })
        )
  )
  const lying = spawners.flatMap(({ room, spawner: { count, item } }) =>
    item === null ? [] : Making.several(supplies, item, count, "room", room)
  )
  const outdoors = rooms.some(({ template }) => template.outdoors)
  const start = roomId(authored.places[place]!.start)!
  const rows: ReadonlyArray<Aggregate.Given> = [
    Instance.row(
      { id: instance, place, start, spawners: spawners.map(({ slug }) => slug) },
      { short: {} }
    ),
    ...(outdoors ? [Sky.row({ id: Sky.Id.make(instance), ...firstSky })] : []),
    ...rooms.map(({ id, slug, template }) => Room.row({ id, ...Shape.room(slug, template) })),
    ...made.map(({ mob }) => Mob.row(mob, blank)),
    ...[...items, ...lying, ...made.flatMap((each) => each.items)].map((item) => Item.row(item))
  ]
  const actions: ReadonlyArray<Action.Planned> = [
    ...spawners.map(({ room, slug, spawner }) =>
      Spawners.begin(spawner, { instance, spawner: slug, room })
    ),
    ...made.flatMap(({ mob }) => Lives.begin(content, mob, supplies.dice)),
    ...rooms.flatMap(({ id, template }) => Lives.timers(template.triggers, id, null)),
    ...(outdoors
      ? [PassHour.make({ instance }, { after: Hours.millis(authored.settings.day) })]
      : []),
    Survey.make({ instance }, { after: surveyEvery })
  ]
  return { rows, actions }
}

const placeOf = ({ places, settings }: Authored, instance: number): string =>
  Shape.sorted(places).find(([, { number }]) => number === Copies.placeOf(instance))?.[0] ??
  settings.place
