/** What lasts on somebody does what it does, and ends when its time has come. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Mob } from "../aggregates/Mob.ts"
import * as Combat from "../Combat.ts"
import * as Lookup from "../content/Lookup.ts"
import { locksOfMob, mobFalls } from "../Deaths.ts"
import { LastingEnded } from "../events/LastingEnded.ts"
import { LastingTicked } from "../events/LastingTicked.ts"
import { ExperienceShared } from "../events/ExperienceShared.ts"
import { LevelGained } from "../events/LevelGained.ts"
import { MobDied } from "../events/MobDied.ts"
import * as Fighters from "../Fighters.ts"
import { unlessGone } from "../Found.ts"
import * as Health from "../Health.ts"
import type { Lasting } from "../Lasting.ts"
import { Party } from "../Party.ts"

export const Linger = Action.make("Linger", {
  kind: Party.fields.kind,
  id: Schema.Int,
  /** Its number. */
  lasting: Schema.Int
})

/** The first time that something is to be done about it: a tick, or its end. */
export const first = ({ id, kind }: Party, one: Lasting, now: number): Action.Planned =>
  Linger.make({ kind, id, lasting: one.id }, { after: ticks(one) ? one.every : one.until - now })

const ticks = ({ does }: Lasting): boolean => does === "damage" || does === "healing"

/** Locks whom it lasts on; of a mob, what its death would touch, and whose deed that would be. */
export const lingerRule = Linger.rule({
  version: 2,
  emits: [LastingTicked, LastingEnded, MobDied, ExperienceShared, LevelGained],
  locks: (a, { projection }) => {
    if (a.kind === "character") return [Character.ref(a.id)]
    const one = projection.get(Mob, a.id)?.lasting.find(({ id }) => id === a.lasting)
    const by = Character.Id.make(one?.by.kind === "character" ? one.by.id : 0)
    return locksOfMob(projection, Mob.Id.make(a.id), by)
  },
  decide: (a, deciding) =>
    Result.gen(function* () {
      const { content, now, the } = deciding
      const row =
        a.kind === "character"
          ? yield* unlessGone(the(Character, a.id))
          : yield* unlessGone(the(Mob, a.id))
      const one = row?.lasting.find(({ id }) => id === a.lasting)
      if (row === undefined || one === undefined || ("inside" in row && !row.inside)) return {}
      const name = "inside" in row ? row.name : Lookup.mobName(content, row)
      const target: Party = { kind: a.kind, id: a.id, name }
      const about = { target, room: row.room, what: one.name }
      const ended = now < one.until ? [] : [LastingEnded.make({ ...about, lasting: one.id })]
      const again = now < one.until ? [Linger.make(a, { every: one.every })] : []
      if (one.does === "stun" || one.does === "shield") return { events: ended, next: again }

      const max = "inside" in row ? Combat.maxHp(row.exp) : Lookup.mob(content, row.template).hp
      const health = Health.at(row, max, now)
      // Nobody dies of what nobody here has done.
      const killer =
        "inside" in row || one.by.kind !== "character"
          ? undefined
          : yield* unlessGone(the(Character, one.by.id))
      const harm =
        "inside" in row
          ? one.amount
          : harmTo(Fighters.mob(Lookup.mob(content, row.template)).guard, one)
      const left =
        one.does === "healing"
          ? Math.min(max, health + one.amount)
          : Math.max(killer === undefined ? 1 : 0, health - harm)
      const ticked = LastingTicked.make({
        ...about,
        does: one.does,
        amount: Math.abs(left - health),
        left,
        at: now
      })
      if (left === 0 && killer !== undefined && !("inside" in row)) {
        const { events, next } = mobFalls(deciding, row, killer, [])
        return { events: [ticked, ...events], next }
      }
      return { events: [ticked, ...ended], next: again }
    })
})

/** Armour does not help any more; resistance does. */
const harmTo = (guard: Combat.Guard, { amount, type }: Lasting): number =>
  Combat.lessened(amount, { level: 1, type }, { ...guard, armour: 0 }).damage
