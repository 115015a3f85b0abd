/** A mob walks into the next room. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import * as Lookup from "../content/Lookup.ts"
import { opposite } from "../Direction.ts"
import { MobMoved } from "../events/MobMoved.ts"
import { DoorShut, Elsewhere, Fighting } from "../Failures.ts"
import * as Fights from "../Fights.ts"
import * as Ways from "../Ways.ts"

export const MoveMob = Action.make("MoveMob", { mob: Mob.Id, from: Room.Id, way: Ways.Way })
/** Locks the room it leaves only when there is a door to it. */
export const moveMobRule = MoveMob.rule({
  emits: [MobMoved],
  fails: [Elsewhere, Fighting, DoorShut],
  locks: (a, { projection }) => [
    ...(a.way.door === null ? [] : [Room.ref(a.from)]),
    ...Fights.attackers(projection, a.mob),
    Mob.ref(a.mob)
  ],
  decide: ({ from, mob: id, way }, { content, every, runtime, the }) =>
    Result.gen(function* () {
      const mob = yield* the(Mob, id)
      if (mob.room !== from) return yield* Result.fail(new Elsewhere())
      if (mob.fighting !== null || every(Character, "fighting", id).length > 0) {
        return yield* Result.fail(new Fighting())
      }
      if (way.door !== null && !Ways.isOpen(yield* the(Room, from), way.direction, content)) {
        return yield* Result.fail(new DoorShut({ door: way.door }))
      }
      const { direction, to } = way
      const memory = { ...Fights.memory(runtime, id), back: opposite(direction) }
      const name = Lookup.mobName(content, mob)
      return { events: [MobMoved.make({ mob: id, name, from, to, direction, memory })] }
    })
})
