/** What can be named from where a character stands: items, mobs and persons as Things. */
import type { Content, Projection, Rejected } from "@wr2/core"
import { Result } from "effect"
import { Character } from "./aggregates/Character.ts"
import { heldBy, Item } from "./aggregates/Item.ts"
import type { Holder } from "./aggregates/Item.ts"
import { Mob } from "./aggregates/Mob.ts"
import * as Lookup from "./content/Lookup.ts"
import { NotCarried } from "./Failures.ts"
import type { NotHere } from "./Failures.ts"
import { choose, chooseOne } from "./Selector.ts"
import type { Thing } from "./Selector.ts"

/** An item that can be named. */
export interface ItemThing extends Thing {
  readonly kind: "item"
  readonly row: Item
}
/** A mob that can be named. */
export interface MobThing extends Thing {
  readonly kind: "mob"
  readonly row: Mob
}
/** A person that can be named. */
export interface CharacterThing extends Thing {
  readonly kind: "character"
  readonly row: Character
}

/** Where to look. */
export interface Look {
  readonly projection: Projection
  readonly content: Content.Read
}

/** The items in a place. */
export const items = (
  { content, projection }: Look,
  holder: Holder,
  id: number
): ReadonlyArray<ItemThing> =>
  projection.by(Item, "holder", heldBy(holder, id)).map((row) => ({
    kind: "item",
    id: row.id,
    name: Lookup.itemName(content, row),
    keywords: [...Lookup.item(content, row.template).keywords, ...words(row.rolled.name)],
    row
  }))

/** Why nothing that somebody carries is called so: it lies here, perhaps. */
const unlessHere =
  (text: string, room: number, look: Look) =>
  (failure: NotHere | Rejected.Ambiguous): NotHere | NotCarried | Rejected.Ambiguous => {
    if (failure._tag !== "NotHere" || text.startsWith("all")) return failure
    const here = chooseOne(text, items(look, "room", room))
    return Result.isFailure(here) ? failure : new NotCarried({ what: here.success.name })
  }

/** What a text names of all that somebody carries. */
export const carried = (text: string, { id, room }: Character, look: Look) =>
  Result.mapError(choose(text, items(look, "character", id)), unlessHere(text, room, look))

/** The one thing that a text names of all that somebody carries. */
export const carriedOne = (text: string, { id, room }: Character, look: Look) =>
  Result.mapError(chooseOne(text, items(look, "character", id)), unlessHere(text, room, look))

/** Items, and after them what is in them, however deep. */
export const withInner = (
  look: Look,
  outer: ReadonlyArray<ItemThing>
): ReadonlyArray<ItemThing> => [
  ...outer,
  ...outer.flatMap(({ id }) => withInner(look, items(look, "item", id)))
]

/** Whether it is a mob that nobody fights. */
export const isFriendly = (content: Content.Read, thing: MobThing | CharacterThing): boolean =>
  thing.kind === "mob" && Lookup.mob(content, thing.row.template).friendly

/** Of several things that somebody carries, those that it does not use: `drop all` undresses nobody, nor disarms. */
export const loose = (
  chosen: ReadonlyArray<ItemThing>,
  { wielding, worn }: Character
): ReadonlyArray<ItemThing> => {
  const on = new Set([wielding, ...Object.values(worn)])
  return chosen.length === 1 ? chosen : chosen.filter(({ id }) => !on.has(id))
}

/** The mobs in a room. */
export const mobs = ({ content, projection }: Look, room: number): ReadonlyArray<MobThing> =>
  projection.by(Mob, "room", room).map((row) => {
    const { keywords, name } = Lookup.mob(content, row.template)
    return { kind: "mob", id: row.id, name, keywords, row }
  })

/** The persons in a room: those who are inside. */
export const persons = ({ projection }: Look, room: number): ReadonlyArray<CharacterThing> =>
  projection.by(Character, "here", room).map(person)

/** The persons in the instance who are inside. */
export const awake = ({ projection }: Look): ReadonlyArray<CharacterThing> =>
  projection.active(Character).flatMap((id) => {
    const row = projection.get(Character, id)
    return row === undefined ? [] : [person(row)]
  })

const person = (row: Character): CharacterThing => ({
  kind: "character",
  id: row.id,
  name: row.name,
  keywords: [row.name.toLowerCase()],
  row
})

/** The words of a name of its own: of "the corpse of a marsh rat", so that `get all from rat` works. */
const words = (name: string | null): ReadonlyArray<string> =>
  name === null ? [] : name.toLowerCase().split(/[^a-z0-9'-]+/)
