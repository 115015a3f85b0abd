/** A character uses a skill: on a foe, which fights it from then on; or on a friend, or itself. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import * as Attacks from "../Attacks.ts"
import { strike } from "../Blows.ts"
import * as Combat from "../Combat.ts"
import * as Lookup from "../content/Lookup.ts"
import type { Skill } from "../content/World.ts"
import { locksOfMob, mobFalls } from "../Deaths.ts"
import { AttackMissed } from "../events/AttackMissed.ts"
import { DamageDealt } from "../events/DamageDealt.ts"
import { FightBegan } from "../events/FightBegan.ts"
import { Healed } from "../events/Healed.ts"
import { LastingBegan } from "../events/LastingBegan.ts"
import { ExperienceShared } from "../events/ExperienceShared.ts"
import { LevelGained } from "../events/LevelGained.ts"
import { StanceTaken } from "../events/StanceTaken.ts"
import { MobDied } from "../events/MobDied.ts"
import { SkillUsed } from "../events/SkillUsed.ts"
import {
  Elsewhere,
  Exhausted,
  NotAttackable,
  NotHere,
  NotReady,
  Stunned,
  Unlearned
} from "../Failures.ts"
import * as Fighters from "../Fighters.ts"
import * as Health from "../Health.ts"
import type { Party } from "../Party.ts"
import * as Skills from "../Skills.ts"
import { first } from "./Linger.ts"

export const UseSkill = Action.make("UseSkill", {
  character: Character.Id,
  room: Room.Id,
  /** Slug. */
  skill: Schema.String,
  /** The foe, if it is for one. */
  mob: Schema.NullOr(Mob.Id),
  /** Else whom it helps. */
  friend: Schema.NullOr(Character.Id)
})
/** Locks both, and what the death of a foe would touch. */
export const useSkillRule = UseSkill.rule({
  version: 2,
  emits: [
    SkillUsed,
    StanceTaken,
    FightBegan,
    DamageDealt,
    AttackMissed,
    MobDied,
    ExperienceShared,
    LevelGained,
    Healed,
    LastingBegan
  ],
  fails: [Elsewhere, NotHere, NotAttackable, Unlearned, NotReady, Exhausted, Stunned],
  locks: (a, { projection }) => [
    Character.ref(a.character),
    ...(a.friend === null ? [] : [Character.ref(a.friend)]),
    ...(a.mob === null ? [] : locksOfMob(projection, a.mob, a.character))
  ],
  decide: (a, deciding) =>
    Result.gen(function* () {
      const { content, now, the } = deciding
      const user = yield* the(Character, a.character)
      if (!user.inside || user.room !== a.room) return yield* Result.fail(new Elsewhere())
      const { energy, ready, skill } = yield* Skills.paid(content, user, a.skill, now)
      const used = (target: Party | null) =>
        SkillUsed.make({
          character: user.id,
          name: user.name,
          room: user.room,
          skill: a.skill,
          yours: skill.yours,
          theirs: skill.theirs,
          target,
          energy,
          at: now,
          ready
        })
      if (a.mob !== null) {
        const mob = yield* the(Mob, a.mob)
        const name = Lookup.mobName(content, mob)
        if (mob.room !== user.room) return yield* Result.fail(new NotHere({ what: name }))
        if (Lookup.mob(content, mob.template).friendly) {
          return yield* Result.fail(new NotAttackable({ what: name }))
        }
        const done = onFoe(deciding, a.skill, skill, user, mob)
        return { ...done, events: [used({ kind: "mob", id: mob.id, name }), ...done.events] }
      }
      const friend = yield* the(Character, a.friend ?? a.character)
      if (!friend.inside || friend.room !== user.room) {
        return yield* Result.fail(new NotHere({ what: friend.name }))
      }
      const done = onFriend(deciding, a.skill, skill, user, friend)
      const whom = skill.target === "self" ? null : person(friend)
      return { ...done, events: [used(whom), ...done.events] }
    })
})

const person = ({ id, name }: Character): Party => ({ kind: "character", id, name })

/** It strikes like a blow that its user's level adds to. What misses leaves nothing behind. */
const onFoe = (
  deciding: Action.Deciding,
  slug: string,
  skill: Skill,
  user: Character,
  mob: Mob
) => {
  const { content, dice, now } = deciding
  const template = Lookup.mob(content, mob.template)
  const { striker } = Fighters.character(content, user, Combat.fists, 0)
  const [attacker, target]: [Party, Party] = [
    person(user),
    { kind: "mob", id: mob.id, name: template.name }
  ]
  const turns = user.fighting === null
  const began =
    turns || mob.fighting === null
      ? Attacks.begin(deciding, "character", user, mob)
      : { events: [], next: [] }
  const more = Combat.level(user.exp) - 1
  const { damage } = skill
  const blow =
    damage === null
      ? undefined
      : strike(
          {
            striker: {
              ...striker,
              low: damage.low + more,
              high: damage.high + more,
              type: damage.type
            },
            guard: Fighters.mob(template).guard,
            attacker,
            target,
            health: Health.at(mob, template.hp, now),
            lasting: mob.lasting,
            room: mob.room,
            now
          },
          dice
        )
  const struck = [...began.events, ...(blow === undefined ? [] : [blow.event])]
  if (blow?.left === 0) {
    const { events, next } = mobFalls(deciding, mob, user, turns ? [user.id] : [])
    return { events: [...struck, ...events], next }
  }
  const lasts =
    blow?.event._tag === "AttackMissed"
      ? { events: [], next: [] }
      : lasting(deciding, slug, skill, user, target)
  return { events: [...struck, ...lasts.events], next: [...began.next, ...lasts.next] }
}

const onFriend = (
  deciding: Action.Deciding,
  slug: string,
  skill: Skill,
  user: Character,
  friend: Character
) => {
  const { dice, now } = deciding
  const [by, target, max] = [person(user), person(friend), Combat.maxHp(friend.exp)]
  const health = Health.at(friend, max, now)
  const more = Combat.level(user.exp) - 1
  const healed =
    skill.heals === null
      ? health
      : Math.min(max, health + more + dice.between(skill.heals.low, skill.heals.high))
  const heals = Healed.make({
    by,
    target,
    room: user.room,
    amount: healed - health,
    left: healed,
    at: now
  })
  const lasts = lasting(deciding, slug, skill, user, target)
  return { events: [...(skill.heals === null ? [] : [heals]), ...lasts.events], next: lasts.next }
}

/** What stays of it on somebody. */
const lasting = (
  { ids, now }: Action.Deciding,
  slug: string,
  { lasting }: Skill,
  user: Character,
  target: Party
) => {
  if (lasting === null) return { events: [], next: [] }
  const { amount, does, every, name, seconds, type } = lasting
  const one = {
    id: ids.next(Mob),
    skill: slug,
    name,
    does,
    amount: does === "stun" ? 0 : amount + Combat.level(user.exp) - 1,
    type,
    every: every * 1_000,
    by: person(user),
    until: now + seconds * 1_000
  }
  const began = LastingBegan.make({ target, room: user.room, lasting: one, at: now })
  return { events: [began], next: [first(target, one, now)] }
}
