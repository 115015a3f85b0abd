/**
 * One round of one fight: who strikes at the other does so, and the next round is due two seconds
 * after this one was. A round of a fight that is over does nothing, and is the last.
 */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { heldBy, Item } from "../aggregates/Item.ts"
import { Mob } from "../aggregates/Mob.ts"
import { strike } from "../Blows.ts"
import * as Carried from "../Carried.ts"
import * as Combat from "../Combat.ts"
import * as Lookup from "../content/Lookup.ts"
import { characterDies, decay, mobDies } from "../Deaths.ts"
import { AttackMissed } from "../events/AttackMissed.ts"
import { CharacterDied } from "../events/CharacterDied.ts"
import { DamageDealt } from "../events/DamageDealt.ts"
import { FightTurned } from "../events/FightTurned.ts"
import { MobDied } from "../events/MobDied.ts"
import * as Fighters from "../Fighters.ts"
import * as Fights from "../Fights.ts"
import { unlessGone } from "../Found.ts"
import * as Ground from "../Ground.ts"
import * as Health from "../Health.ts"
import type { Party } from "../Party.ts"

/** Wakes its instance: a fight goes on as long as its player is inside, whoever the owner is. */
export const AttackRound = Action.make("AttackRound", {
  fight: Schema.Int,
  character: Character.Id,
  mob: Mob.Id
})
/** Locks all whom a death would free, the weapon, what the mob would leave, and where a corpse would lie. */
export const attackRoundRule = AttackRound.rule({
  version: 2,
  emits: [FightTurned, DamageDealt, AttackMissed, MobDied, CharacterDied],
  locks: (a, { projection }) => {
    const wielding = projection.get(Character, a.character)?.wielding ?? null
    return [
      Character.ref(a.character),
      ...Fights.attackers(projection, a.mob),
      Mob.ref(a.mob),
      ...Fights.foes(projection, a.character),
      ...Ground.under(projection, a.character),
      ...Ground.underMob(projection, a.mob),
      ...(wielding === null ? [] : [Item.ref(wielding)]),
      ...Carried.held(projection, "mob", a.mob)
    ]
  },
  decide: (a, { content, dice, every, ids, now, the }) =>
    Result.gen(function* () {
      const character = yield* unlessGone(the(Character, a.character))
      const mob = yield* unlessGone(the(Mob, a.mob))
      if (character === undefined || mob === undefined) return {}
      const attacks = character.fighting === mob.id && character.fight === a.fight
      const defends = mob.fighting === character.id && mob.fight === a.fight
      if (!attacks && !defends) return {}

      const template = Lookup.mob(content, mob.template)
      const { wielding } = character
      const weapon =
        wielding === null
          ? Combat.fists
          : Result.match(the(Item, wielding), {
              onSuccess: (item) => Fighters.weapon(content, item),
              // None that cannot be found.
              onFailure: () => Combat.fists
            })
      const fighter = Fighters.character(character, weapon, 0)
      const foe = Fighters.mob(template)
      const man: Party = { kind: "character", id: character.id, name: character.name }
      const beast: Party = { kind: "mob", id: mob.id, name: template.name }
      const here = { room: character.room, now }
      const supplies = { content, now, nextItem: () => ids.next(Item) }

      // Who is struck and fights nobody strikes back, from this round on.
      const sides = { character: character.id, name: man.name, mob: mob.id, mobName: beast.name }
      const turns = (who: Party["kind"]) =>
        FightTurned.make({ fight: a.fight, who, ...sides, room: character.room })
      const turned = [
        ...(attacks && mob.fighting === null ? [turns("mob")] : []),
        ...(defends && character.fighting === null ? [turns("character")] : [])
      ]

      const first =
        attacks || character.fighting === null
          ? strike(
              {
                striker: fighter.striker,
                guard: foe.guard,
                attacker: man,
                target: beast,
                health: Health.at(mob, template.hp, now),
                ...here
              },
              dice
            )
          : undefined
      if (first?.left === 0) {
        const died = mobDies(supplies, mob, character, {
          freed: including(character.id, every(Character, "fighting", mob.id)),
          items: every(Item, "holder", heldBy("mob", mob.id)).map(({ id }) => id)
        })
        return {
          events: [...turned, first.event, died],
          next: [decay(content, died.corpse)]
        }
      }
      const second =
        defends || mob.fighting === null
          ? strike(
              {
                striker: foe.striker,
                guard: fighter.guard,
                attacker: beast,
                target: man,
                health: Health.at(character, Combat.maxHp(character.exp), now),
                ...here
              },
              dice
            )
          : undefined
      const blows = [first, second].flatMap((blow) => (blow === undefined ? [] : [blow.event]))
      if (second?.left === 0) {
        const freed = including(mob.id, every(Mob, "fighting", character.id))
        const died = characterDies(supplies, character, beast.name, freed)
        return {
          events: [...turned, ...blows, died],
          next: died.corpse === null ? [] : [decay(content, died.corpse)]
        }
      }
      return {
        events: [...turned, ...blows],
        next: [AttackRound.make(a, { every: Combat.roundMillis })]
      }
    })
})

/** The ids of those who fight, and of who has only just turned. */
const including = <Id extends number>(
  turned: Id,
  rows: ReadonlyArray<{ readonly id: Id }>
): ReadonlyArray<Id> => [...new Set([turned, ...rows.map(({ id }) => id)])].sort((x, y) => x - y)
