/** A mob runs from its fights, by whichever way the dice choose; or is held back. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import * as Combat from "../Combat.ts"
import * as Lookup from "../content/Lookup.ts"
import { opposite } from "../Direction.ts"
import { MobFled } from "../events/MobFled.ts"
import { Elsewhere, NotFighting } from "../Failures.ts"
import * as Fights from "../Fights.ts"
import * as Ways from "../Ways.ts"

export const FleeMob = Action.make("FleeMob", {
  mob: Mob.Id,
  from: Room.Id,
  ways: Schema.Array(Ways.Way)
})
/** Locks who fights it, and the room when it has doors. */
export const fleeMobRule = FleeMob.rule({
  emits: [MobFled],
  fails: [Elsewhere, NotFighting],
  locks: (a, { projection }) => [
    ...(a.ways.some(({ door }) => door !== null) ? [Room.ref(a.from)] : []),
    ...Fights.attackers(projection, a.mob),
    Mob.ref(a.mob)
  ],
  decide: (a, { content, dice, every, the }) =>
    Result.gen(function* () {
      const mob = yield* the(Mob, a.mob)
      if (mob.room !== a.from) return yield* Result.fail(new Elsewhere())
      const freed = every(Character, "fighting", mob.id).map(({ id }) => id)
      if (mob.fighting === null && freed.length === 0) {
        return yield* Result.fail(new NotFighting())
      }
      const open: Array<Ways.Way> = []
      for (const way of a.ways) {
        if (way.door === null || Ways.isOpen(yield* the(Room, a.from), way.direction, content))
          open.push(way)
      }
      const way = dice.pick(open)
      if (way === undefined || !dice.chance(Combat.fleePercent)) return {}
      const { direction, to } = way
      const fled = MobFled.make({
        mob: mob.id,
        name: Lookup.mobName(content, mob),
        from: a.from,
        to,
        direction,
        memory: { back: opposite(direction), grudge: null },
        freed
      })
      return { events: [fled] }
    })
})
