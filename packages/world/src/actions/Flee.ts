/** A character runs from its fights, by whichever way the dice choose; or tries to, and is struck. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import { strike } from "../Blows.ts"
import * as Combat from "../Combat.ts"
import * as Lookup from "../content/Lookup.ts"
import { characterFalls } from "../Deaths.ts"
import { AttackMissed } from "../events/AttackMissed.ts"
import { CharacterDied } from "../events/CharacterDied.ts"
import { DamageDealt } from "../events/DamageDealt.ts"
import { CharacterFled } from "../events/CharacterFled.ts"
import { FleeFailed } from "../events/FleeFailed.ts"
import { Elsewhere, NotFighting, NoWayOut } from "../Failures.ts"
import * as Equipment from "../Equipment.ts"
import * as Fighters from "../Fighters.ts"
import * as Health from "../Health.ts"
import * as Lasting from "../Lasting.ts"
import * as Fights from "../Fights.ts"
import * as Triggers from "../Triggers.ts"
import * as Ways from "../Ways.ts"

export const Flee = Action.make("Flee", {
  character: Character.Id,
  from: Room.Id,
  ways: Schema.Array(Ways.Way)
})
/** Locks the mobs that fight it, what it wears, and the room: for its doors, and for the corpse of who fails. */
export const fleeRule = Flee.rule({
  version: 3,
  emits: [CharacterFled, FleeFailed, DamageDealt, AttackMissed, CharacterDied],
  fails: [Elsewhere, NotFighting, NoWayOut],
  locks: (a, { projection }) => [
    Room.ref(a.from),
    Character.ref(a.character),
    ...Equipment.refs(projection, a.character),
    ...Fights.foes(projection, a.character)
  ],
  decide: (a, deciding) =>
    Result.gen(function* () {
      const { content, dice, every, the } = deciding
      const character = yield* the(Character, a.character)
      const { fighting, id, inside, name, room } = character
      if (!inside || room !== a.from) return yield* Result.fail(new Elsewhere())
      const freed = every(Mob, "fighting", id).map((mob) => mob.id)
      if (fighting === null && freed.length === 0) return yield* Result.fail(new NotFighting())
      const open: Array<Ways.Way> = []
      for (const way of a.ways) {
        if (way.door === null || Ways.isOpen(yield* the(Room, room), way.direction, content))
          open.push(way)
      }
      const way = dice.pick(open)
      if (way === undefined) return yield* Result.fail(new NoWayOut())
      if (!dice.chance(Combat.fleePercent)) {
        const failed = FleeFailed.make({ character: id, name, room })
        const foe = every(Mob, "fighting", id)[0]
        const blow = foe === undefined ? undefined : inTheBack(deciding, character, foe)
        if (blow?.left !== 0) {
          return { events: [failed, ...(blow === undefined ? [] : [blow.event])] }
        }
        const killer = Lookup.mobName(content, foe!)
        const { events, ...after } = characterFalls(deciding, character, killer, [])
        return { events: [failed, blow.event, ...events], ...after }
      }
      const { direction, to } = way
      return {
        events: [CharacterFled.make({ character: id, name, from: room, to, direction, freed })],
        issue: way.trigger ? Triggers.passed(id, room, to) : []
      }
    })
})

/** Who turns to run and does not get away is open to a blow. */
const inTheBack = (deciding: Action.Deciding, character: Character, mob: Mob) => {
  const { content, dice, now } = deciding
  const armour = Equipment.armour(character, deciding)
  const template = Lookup.mob(content, mob.template)
  if (Lasting.isStunned(mob.lasting, now)) return undefined
  return strike(
    {
      striker: Fighters.mob(template).striker,
      guard: { ...Fighters.character(content, character, Combat.fists, armour).guard, dodge: 0 },
      attacker: { kind: "mob", id: mob.id, name: template.name },
      target: { kind: "character", id: character.id, name: character.name },
      health: Health.at(character, Combat.maxHp(character.exp), now),
      lasting: character.lasting,
      room: character.room,
      now
    },
    dice
  )
}
