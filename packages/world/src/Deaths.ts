/** How mobs and characters die: the Events of it, and the corpses they leave. */
import type { Action, Aggregate, Command, Content, Projection } from "@wr2/core"
import { Decay } from "./actions/Decay.ts"
import { RunScript } from "./actions/RunScript.ts"
import { Character } from "./aggregates/Character.ts"
import { heldBy, Item } from "./aggregates/Item.ts"
import { Mob } from "./aggregates/Mob.ts"
import * as Carried from "./Carried.ts"
import type { comeTo } from "./commands/ComeTo.ts"
import * as Combat from "./Combat.ts"
import * as Lookup from "./content/Lookup.ts"
import { World } from "./content/World.ts"
import { CharacterDied } from "./events/CharacterDied.ts"
import { ExperienceShared } from "./events/ExperienceShared.ts"
import { MobDied } from "./events/MobDied.ts"
import * as Fights from "./Fights.ts"
import * as Groups from "./Groups.ts"
import * as Growth from "./Growth.ts"
import * as Ground from "./Ground.ts"
import * as System from "./System.ts"

/** What dying needs. */
interface Supplies {
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
const decay = (content: Content.Read, corpse: Item) =>
  Decay.make({ corpse: corpse.id }, { after: content(World).settings.decay * 1_000 })

/** Its gold and items go into its corpse. */
const mobDies = (
  supplies: Supplies,
  mob: Mob,
  killer: Character,
  {
    sharing,
    ...left
  }: {
    /** How many learn by it. */
    readonly sharing: number
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
    exp: Combat.share(exp, sharing),
    corpse: corpse(supplies, { name, room: mob.room, gold: mob.gold }),
    ...left
  })
}

/** What to lock of a mob that may die: the killer and its group, who fights it, what it would leave, and where its corpse would lie. */
export const locksOfMob = (
  projection: Projection,
  mob: Mob["id"],
  killer: Character["id"]
): ReadonlyArray<Aggregate.Ref> => [
  ...Groups.refs(projection, killer),
  Mob.ref(mob),
  ...Fights.attackers(projection, mob),
  ...Ground.underMob(projection, mob),
  ...Carried.held(projection, "mob", mob)
]

/** A mob dies by a character. Free is who fought it, and who has only just turned on it. */
export const mobFalls = (
  { content, every, ids, now }: Pick<Action.Deciding, "content" | "every" | "ids" | "now">,
  mob: Mob,
  killer: Character,
  turned: ReadonlyArray<Character["id"]>
) => {
  const others = Groups.members(every, killer).filter(
    ({ id, inside, room }) => id !== killer.id && inside && room === mob.room
  )
  const died = mobDies({ content, now, nextItem: () => ids.next(Item) }, mob, killer, {
    sharing: 1 + others.length,
    freed: including(turned, every(Character, "fighting", mob.id)),
    items: every(Item, "holder", heldBy("mob", mob.id)).map(({ id }) => id)
  })
  return {
    events: [
      died,
      ...Growth.levels(content, killer, died.exp),
      ...others.flatMap((each) => [
        ExperienceShared.make({ character: each.id, exp: died.exp, mobName: died.mobName }),
        ...Growth.levels(content, each, died.exp)
      ])
    ],
    next: [decay(content, died.corpse), ...lastWords(content, mob, killer)]
  }
}

/** What its kind's triggers do when it dies. */
const lastWords = (
  content: Content.Read,
  { room, template }: Mob,
  { id: character }: Character
): ReadonlyArray<Action.Planned> => {
  const { name: speaker, triggers } = Lookup.mob(content, template)
  return triggers.flatMap(({ on, script: steps }) =>
    on === "death" ? [RunScript.make({ room, mob: null, speaker, character, steps })] : []
  )
}

/** The ids of those who fight, and of who has only just turned. */
const including = <Id extends number>(
  turned: ReadonlyArray<Id>,
  rows: ReadonlyArray<{ readonly id: Id }>
): ReadonlyArray<Id> => [...new Set([...turned, ...rows.map(({ id }) => id)])].sort((x, y) => x - y)

/** A part of its gold goes into its corpse; without gold there is none. */
const characterDies = (
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

/** A character dies by a mob. Free is what fought it, and what has only just turned on it. */
export const characterFalls = (
  { content, every, ids, now }: Pick<Action.Deciding, "content" | "every" | "ids" | "now">,
  character: Character,
  killerName: string,
  turned: ReadonlyArray<Mob["id"]>
) => {
  const supplies = { content, now, nextItem: () => ids.next(Item) }
  const freed = including(turned, every(Mob, "fighting", character.id))
  const died = characterDies(supplies, character, killerName, freed)
  // Written out: who only folds Events need not load what the Command plans.
  const command = { _tag: "come to", character: character.id } satisfies Command.Value<
    typeof comeTo
  >
  return {
    events: [died],
    next: died.corpse === null ? [] : [decay(content, died.corpse)],
    issue: [{ actor: System.actor, command }]
  }
}
