/** How mobs and characters die: the Events of it, and the corpses they leave. */
import type { Content } from "@wr2/core"
import { Decay } from "./actions/Decay.ts"
import type { Character } from "./aggregates/Character.ts"
import type { Item } from "./aggregates/Item.ts"
import type { Mob } from "./aggregates/Mob.ts"
import * as Combat from "./Combat.ts"
import * as Lookup from "./content/Lookup.ts"
import { World } from "./content/World.ts"
import { CharacterDied } from "./events/CharacterDied.ts"
import { MobDied } from "./events/MobDied.ts"

/** What dying needs. */
export interface Supplies {
  readonly content: Content.Read
  readonly now: number
  readonly nextItem: () => Item["id"]
}

const corpse = (
  { content, nextItem }: Supplies,
  of: { readonly name: string; readonly room: number; readonly gold: number }
): Item => ({
  id: nextItem(),
  template: content(World).settings.corpse,
  holder: "room",
  holderId: of.room,
  gold: of.gold,
  rolled: { name: `the corpse of ${of.name}`, damage: 0 }
})

/** The decay of a corpse, when its time has come. */
export const decay = (content: Content.Read, corpse: Item) =>
  Decay.make({ corpse: corpse.id }, { after: content(World).settings.decay * 1_000 })

/** A mob dies by a character. Its gold and items go into its corpse. */
export const mobDies = (
  supplies: Supplies,
  mob: Mob,
  killer: Character,
  left: {
    readonly freed: ReadonlyArray<Character["id"]>
    readonly items: ReadonlyArray<Item["id"]>
  }
) => {
  const { exp, name } = Lookup.mob(supplies.content, mob.template)
  return MobDied.make({
    mob: mob.id,
    mobName: name,
    room: mob.room,
    killer: killer.id,
    killerName: killer.name,
    exp,
    corpse: corpse(supplies, { name, room: mob.room, gold: mob.gold }),
    ...left
  })
}

/** A character dies by a mob. A part of its gold goes into its corpse; without gold there is none. */
export const characterDies = (
  supplies: Supplies,
  character: Character,
  killerName: string,
  freed: ReadonlyArray<Mob["id"]>
) => {
  const { exp, gold, home, id, name, room } = character
  const lost = Math.floor(gold / Combat.deathShare)
  return CharacterDied.make({
    character: id,
    name,
    killerName,
    room,
    home,
    hp: Combat.maxHp(exp),
    at: supplies.now,
    corpse: lost === 0 ? null : corpse(supplies, { name, room, gold: lost }),
    freed
  })
}
