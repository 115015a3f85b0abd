/** A character thinks about how a fight with a mob would go. Read-only. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Mob } from "../aggregates/Mob.ts"
import * as Combat from "../Combat.ts"
import * as Lookup from "../content/Lookup.ts"
import { armourOf } from "../Equipment.ts"
import { Considered } from "../events/Considered.ts"
import { NotHere } from "../Failures.ts"
import * as Fighters from "../Fighters.ts"
import * as Health from "../Health.ts"
import { odds } from "../Odds.ts"

export const Consider = Action.make("Consider", { character: Character.Id, mob: Mob.Id })
/** Reckons with both as they are now, armed and hurt. */
export const considerView = Consider.view({
  emits: [Considered],
  fails: [NotHere],
  view: (a, { content, now, projection }) => {
    const character = projection.get(Character, a.character)
    const mob = projection.get(Mob, a.mob)
    if (character === undefined) return Result.fail(new NotHere({ what: "you" }))
    if (mob === undefined) return Result.fail(new NotHere({ what: "mob" }))
    const find = (id: number) => projection.get(Item, id)
    const held = character.wielding === null ? undefined : find(character.wielding)
    const weapon = held === undefined ? Combat.fists : Fighters.weapon(content, held)
    const armour = armourOf(character, content, find)
    const template = Lookup.mob(content, mob.template)
    const mine = {
      fighter: Fighters.character(content, character, weapon, armour),
      health: Health.at(character, Combat.maxHp(character.exp), now)
    }
    const theirs = { fighter: Fighters.mob(template), health: Health.at(mob, template.hp, now) }
    const considered = Considered.make({
      character: a.character,
      mobName: template.name,
      odds: odds(mine, theirs)
    })
    return Result.succeed([considered])
  }
})
