/** A character looks closely at an item, a mob or a person. Read-only. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Mob } from "../aggregates/Mob.ts"
import * as Combat from "../Combat.ts"
import * as Lookup from "../content/Lookup.ts"
import { ThingViewed } from "../events/ThingViewed.ts"
import { NotHere } from "../Failures.ts"
import * as Health from "../Health.ts"
import * as Sight from "../Sight.ts"
import * as Things from "../Things.ts"

export const Examine = Action.make("Examine", {
  character: Character.Id,
  kind: Schema.Literals(["item", "mob", "character"]),
  id: Schema.Int
})
/** Shows the thing as it is now. */
export const examineView = Examine.view({
  emits: [ThingViewed],
  fails: [NotHere],
  view: (a, { content, now, projection }) => {
    const blank = { health: null, damage: null, contents: null, gold: 0, fits: null, wears: [] }
    const gone = () => Result.fail(new NotHere({ what: a.kind }))
    if (a.kind === "item") {
      const item = projection.get(Item, a.id)
      if (item === undefined) return gone()
      const template = Lookup.item(content, item.template)
      const inside = Things.items({ projection, content }, "item", item.id)
      const seen = ThingViewed.make({
        ...a,
        ...blank,
        name: Lookup.itemName(content, item),
        description: template.description,
        damage: template.damage === null ? null : item.rolled.damage,
        contents: template.container ? inside.map(({ id, name }) => ({ id, name })) : null,
        gold: item.gold,
        fits: template.slot === null ? null : { slot: template.slot, armour: template.armour }
      })
      return Result.succeed([seen])
    }
    if (a.kind === "mob") {
      const mob = projection.get(Mob, a.id)
      if (mob === undefined) return gone()
      const { description, hp, name } = Lookup.mob(content, mob.template)
      const health = percent(Health.at(mob, hp, now), hp)
      return Result.succeed([ThingViewed.make({ ...a, ...blank, name, description, health })])
    }
    const person = projection.get(Character, a.id)
    if (person === undefined) return gone()
    const { description, exp, name } = person
    const max = Combat.maxHp(exp)
    const health = percent(Health.at(person, max, now), max)
    const wears = Sight.worn(person, { projection, content })
    return Result.succeed([ThingViewed.make({ ...a, ...blank, name, description, health, wears })])
  }
})

const percent = (part: number, whole: number): number => Math.floor((100 * part) / whole)
