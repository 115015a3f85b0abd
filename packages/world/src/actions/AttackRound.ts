/**
 * One round of one fight: who strikes at the other does so, and the next round is due two seconds
 * after this one was. A round of a fight that is over does nothing, and is the last.
 */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Mob } from "../aggregates/Mob.ts"
import { strike } from "../Blows.ts"
import * as Combat from "../Combat.ts"
import * as Lookup from "../content/Lookup.ts"
import { characterFalls, locksOfMob, mobFalls } from "../Deaths.ts"
import { AttackMissed } from "../events/AttackMissed.ts"
import { CharacterDied } from "../events/CharacterDied.ts"
import { DamageDealt } from "../events/DamageDealt.ts"
import { FightTurned } from "../events/FightTurned.ts"
import { ExperienceShared } from "../events/ExperienceShared.ts"
import { LevelGained } from "../events/LevelGained.ts"
import { MobDied } from "../events/MobDied.ts"
import * as Equipment from "../Equipment.ts"
import * as Fighters from "../Fighters.ts"
import * as Fights from "../Fights.ts"
import { unlessGone } from "../Found.ts"
import * as Ground from "../Ground.ts"
import * as Health from "../Health.ts"
import * as Lasting from "../Lasting.ts"
import type { Party } from "../Party.ts"

/** Wakes its instance: a fight goes on as long as its player is inside, whoever the owner is. */
export const AttackRound = Action.make("AttackRound", {
  fight: Schema.Int,
  character: Character.Id,
  mob: Mob.Id
})
/** Locks all whom a death would free, weapon and armour, what the mob would leave, and where a corpse would lie. */
export const attackRoundRule = AttackRound.rule({
  version: 5,
  emits: [
    FightTurned,
    DamageDealt,
    AttackMissed,
    MobDied,
    ExperienceShared,
    LevelGained,
    CharacterDied
  ],
  locks: (a, { projection }) => {
    const wielding = projection.get(Character, a.character)?.wielding ?? null
    return [
      Character.ref(a.character),
      ...Fights.foes(projection, a.character),
      ...Ground.under(projection, a.character),
      ...(wielding === null ? [] : [Item.ref(wielding)]),
      ...Equipment.refs(projection, a.character),
      ...locksOfMob(projection, a.mob, a.character)
    ]
  },
  decide: (a, deciding) =>
    Result.gen(function* () {
      const { content, dice, now, the } = deciding
      const character = yield* unlessGone(the(Character, a.character))
      const mob = yield* unlessGone(the(Mob, a.mob))
      if (character === undefined || mob === undefined) return {}
      const attacks = character.fighting === mob.id && character.fight === a.fight
      const defends = mob.fighting === character.id && mob.fight === a.fight
      if (!attacks && !defends) return {}

      const template = Lookup.mob(content, mob.template)
      const man: Party = { kind: "character", id: character.id, name: character.name }
      const beast: Party = { kind: "mob", id: mob.id, name: template.name }
      const fighter = Fighters.character(
        content,
        character,
        weaponOf(deciding, character),
        Equipment.armour(character, deciding)
      )
      const foe = Fighters.mob(template)
      const here = { room: character.room, now }

      // Who is struck and fights nobody strikes back, from this round on.
      const sides = { character: character.id, name: man.name, mob: mob.id, mobName: beast.name }
      const turns = (who: Party["kind"]) =>
        FightTurned.make({ fight: a.fight, who, ...sides, room: character.room })
      const turned = [
        ...(attacks && mob.fighting === null ? [turns("mob")] : []),
        ...(defends && character.fighting === null ? [turns("character")] : [])
      ]

      const first =
        (attacks || character.fighting === null) && !Lasting.isStunned(character.lasting, now)
          ? strike(
              {
                striker: fighter.striker,
                guard: foe.guard,
                attacker: man,
                target: beast,
                health: Health.at(mob, template.hp, now),
                lasting: mob.lasting,
                ...here
              },
              dice
            )
          : undefined
      if (first?.left === 0) {
        const { events, next } = mobFalls(deciding, mob, character, [character.id])
        return { events: [...turned, first.event, ...events], next }
      }
      const second =
        (defends || mob.fighting === null) && !Lasting.isStunned(mob.lasting, now)
          ? strike(
              {
                striker: foe.striker,
                guard: fighter.guard,
                attacker: beast,
                target: man,
                health: Health.at(character, Combat.maxHp(character.exp), now),
                lasting: character.lasting,
                ...here
              },
              dice
            )
          : undefined
      const blows = [first, second].flatMap((blow) => (blow === undefined ? [] : [blow.event]))
      if (second?.left === 0) {
        const { events, ...after } = characterFalls(deciding, character, beast.name, [mob.id])
        return { events: [...turned, ...blows, ...events], ...after }
      }
      return {
        events: [...turned, ...blows],
        next: [AttackRound.make(a, { every: Combat.roundMillis })]
      }
    })
})

/** What a character strikes with; bare hands when its weapon cannot be found. */
const weaponOf = (
  { content, the }: Pick<Action.Deciding, "content" | "the">,
  { wielding }: Character
): Combat.Weapon =>
  wielding === null
    ? Combat.fists
    : Result.match(the(Item, wielding), {
        onSuccess: (item) => Fighters.weapon(content, item),
        onFailure: () => Combat.fists
      })
