/** All that a mob goes by, and what may come of it. */
import type { Command, Content, Dice } from "@wr2/core"
import type { Character } from "../aggregates/Character.ts"
import type { Mob, MobMemory } from "../aggregates/Mob.ts"
import type { Room } from "../aggregates/Room.ts"
import { kill } from "../commands/Kill.ts"
import type { MobTemplate } from "../content/World.ts"

export interface Situation {
  readonly mob: Mob
  readonly template: MobTemplate
  readonly memory: MobMemory
  readonly room: Room
  /** Who is in the room. */
  readonly persons: ReadonlyArray<Character>
  /** The mobs in it, itself among them. */
  readonly mobs: ReadonlyArray<Mob>
  readonly content: Content.Read
  readonly now: number
  readonly dice: Dice.Dice
}

/** A Command for itself, if it wants anything. */
export type Wish = Command.Issued["command"] | undefined

/** To attack somebody, if there is one to attack. */
export const attack = (foe: Character | undefined): Wish =>
  foe === undefined ? undefined : kill.make({ target: `character.${foe.id}` })
