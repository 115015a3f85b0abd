/** What a character sees of a room and knows of itself: the plain data that views turn into text. */
import { Schema } from "effect"
import { Character, Stance } from "./aggregates/Character.ts"
import { Mob } from "./aggregates/Mob.ts"
import { Room } from "./aggregates/Room.ts"
import { Sky } from "./aggregates/Sky.ts"
import * as Combat from "./Combat.ts"
import * as Lookup from "./content/Lookup.ts"
import * as Direction from "./Direction.ts"
import * as Energy from "./Energy.ts"
import * as Health from "./Health.ts"
import * as Lasting from "./Lasting.ts"
import * as Slot from "./Slot.ts"
import * as Hours from "./Hours.ts"
import * as Things from "./Things.ts"
import * as Ways from "./Ways.ts"
import { Weather } from "./Weather.ts"

/** Something seen, by name. */
export const Seen = Schema.Struct({ id: Schema.Int, name: Schema.String })
/** Somebody seen, and whom they fight. */
export const SeenFighter = Schema.Struct({
  id: Schema.Int,
  name: Schema.String,
  fighting: Schema.NullOr(Schema.String)
})

/** The sky as seen from below. */
export const SkySight = Schema.Struct({ part: Hours.Part, weather: Weather })
export type SkySight = typeof SkySight.Type

/** A room as seen from inside. */
export const RoomSight = Schema.Struct({
  room: Room.Id,
  name: Schema.String,
  description: Schema.String,
  /** Null indoors. */
  sky: Schema.NullOr(SkySight),
  exits: Schema.Array(
    Schema.Struct({
      direction: Direction.Direction,
      door: Schema.NullOr(Schema.String),
      open: Schema.Boolean
    })
  ),
  portal: Schema.NullOr(Schema.String),
  items: Schema.Array(Seen),
  mobs: Schema.Array(SeenFighter),
  persons: Schema.Array(SeenFighter)
})
export type RoomSight = typeof RoomSight.Type

/** A way as seen from its beginning: what is behind a closed door is not. */
export const WaySight = Schema.Struct({
  direction: Direction.Direction,
  door: Schema.NullOr(Schema.String),
  /** The name of the room that it leads to. */
  leads: Schema.NullOr(Schema.String)
})

/** Something worn or wielded. */
export const WornSight = Schema.Struct({
  /** Null: in hand. */
  slot: Schema.NullOr(Slot.Slot),
  name: Schema.String
})
export type WornSight = typeof WornSight.Type

/** How a character does. */
export const SelfSight = Schema.Struct({
  id: Character.Id,
  name: Schema.String,
  level: Schema.Int,
  exp: Schema.Int,
  hp: Schema.Int,
  maxHp: Schema.Int,
  gold: Schema.Int,
  wielding: Schema.NullOr(Schema.String),
  fighting: Schema.NullOr(Schema.String),
  /** What it has become, and its strength for that; null: nothing yet. */
  craft: Schema.NullOr(
    Schema.Struct({
      archetype: Schema.String,
      resource: Schema.String,
      energy: Schema.Int,
      max: Schema.Int
    })
  ),
  /** The names of what lasts on it. */
  lasting: Schema.Array(Schema.String),
  stance: Stance
})
export type SelfSight = typeof SelfSight.Type

/** The room of a character, itself left out. */
export const room = (character: Character, { content, projection }: Things.Look): RoomSight => {
  const look = { projection, content }
  const here = projection.get(Room, character.room)!
  const template = Lookup.room(content, here.template)
  return {
    room: here.id,
    name: template.name,
    description: template.description,
    sky: template.outdoors ? sky(look) : null,
    exits: Ways.from(here, projection, content).map(({ direction, door }) => ({
      direction,
      door,
      open: Ways.isOpen(here, direction, content)
    })),
    portal: template.portal?.name ?? null,
    items: Things.items(look, "room", here.id).map(({ id, name }) => ({ id, name })),
    mobs: Things.mobs(look, here.id).map(({ id, name, row }) => ({
      id,
      name,
      fighting:
        row.fighting === null ? null : (projection.get(Character, row.fighting)?.name ?? null)
    })),
    persons: Things.persons(look, here.id).flatMap(({ id, name, row }) =>
      id === character.id ? [] : [{ id, name, fighting: foeName(row, look) }]
    )
  }
}

/** The ways out of a room. */
export const ways = (
  here: Room,
  { content, projection }: Things.Look
): ReadonlyArray<typeof WaySight.Type> =>
  Ways.from(here, projection, content).map(({ direction, door, to }) => {
    const beyond = projection.get(Room, to)
    const seen = beyond !== undefined && Ways.isOpen(here, direction, content)
    return { direction, door, leads: seen ? Lookup.room(content, beyond.template).name : null }
  })

/** What somebody wields, and wears from head to foot. */
export const worn = (character: Character, look: Things.Look): ReadonlyArray<WornSight> => {
  const carried = Things.items(look, "character", character.id)
  const places = [null, ...Slot.all]
  return places.flatMap((slot) => {
    const id = slot === null ? character.wielding : character.worn[slot]
    const thing = carried.find((each) => each.id === id)
    return thing === undefined ? [] : [{ slot, name: thing.name }]
  })
}

/** As it was last told of, or at birth. */
const sky = ({ projection }: Things.Look): SkySight => {
  const { part, weather } = projection.all(Sky)[0] ?? ({ part: "day", weather: "clear" } as const)
  return { part, weather }
}

/** A character's own state, health as of `now`. */
export const self = (character: Character, look: Things.Look, now: number): SelfSight => {
  const { exp, gold, id, name, wielding } = character
  const maxHp = Combat.maxHp(exp)
  return {
    id,
    name,
    level: Combat.level(exp),
    exp,
    hp: Health.at(character, maxHp, now),
    maxHp,
    gold,
    wielding:
      Things.items(look, "character", id).find((item) => item.id === wielding)?.name ?? null,
    fighting: foeName(character, look),
    craft: craftOf(character, look, now),
    lasting: Lasting.running(character.lasting, now).map((each) => each.name),
    stance: character.stance
  }
}

const craftOf = (character: Character, look: Things.Look, now: number): SelfSight["craft"] => {
  const archetype = Lookup.archetype(look.content, character.craft.archetype)
  if (archetype === undefined) return null
  const { energy: resource, name } = archetype
  return {
    archetype: name,
    resource,
    energy: Energy.at(character, now),
    max: Energy.max(character)
  }
}

const foeName = (character: Character, { content, projection }: Things.Look): string | null => {
  const foe = character.fighting === null ? undefined : projection.get(Mob, character.fighting)
  return foe === undefined ? null : Lookup.mobName(content, foe)
}
