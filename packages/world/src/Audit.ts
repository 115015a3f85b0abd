/** What `wr2 audit` holds this world to: items and gold are conserved, and everything is somewhere. */
import type { Audit } from "@wr2/core"
import { Character } from "./aggregates/Character.ts"
import { Feats } from "./aggregates/Feats.ts"
import { Item } from "./aggregates/Item.ts"
import type { Holder } from "./aggregates/Item.ts"
import { Lot } from "./aggregates/Lot.ts"
import { Mob } from "./aggregates/Mob.ts"
import { Room } from "./aggregates/Room.ts"
import * as Conservation from "./Conservation.ts"
import type { WorldEvent } from "./Events.ts"

const holders: Readonly<Record<Holder, string>> = {
  room: Room._tag,
  character: Character._tag,
  mob: Mob._tag,
  item: Item._tag,
  lot: Lot._tag
}

/** The messages that carry a traveller and its feats, and the Actions that let them in, have these. */
interface Parcel {
  readonly feats?: Feats
  readonly character?: Character
  readonly items?: ReadonlyArray<Item>
}

/** The rules. */
export const rules: Audit.Rules = {
  holds: Conservation.holds,
  makes: (event: WorldEvent) => Conservation.made(event),
  within: (aggregate, row) => {
    if (aggregate === Character._tag || aggregate === Mob._tag) return [[Room._tag, row.room]]
    return aggregate === Item._tag ? [[holders[(row as Item).holder], row.holderId]] : []
  },
  travels: [Character, Item, Feats],
  carries: ({ character, feats, items }: Parcel) =>
    character === undefined || items === undefined
      ? { amounts: {}, rows: feats === undefined ? [] : [[Feats._tag, feats.id]] }
      : {
          amounts: Conservation.carried(character, items),
          rows: [[Character._tag, character.id], ...items.map(({ id }) => [Item._tag, id] as const)]
        }
}
