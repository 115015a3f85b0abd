/** A character runs from its fights, by whichever way the dice choose. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import * as Combat from "../Combat.ts"
import { greet } from "../commands/Greet.ts"
import { CharacterFled } from "../events/CharacterFled.ts"
import { FleeFailed } from "../events/FleeFailed.ts"
import { Elsewhere, NotFighting, NoWayOut } from "../Failures.ts"
import * as Fights from "../Fights.ts"
import * as System from "../System.ts"
import * as Ways from "../Ways.ts"

export const Flee = Action.make("Flee", {
  character: Character.Id,
  from: Room.Id,
  ways: Schema.Array(Ways.Way)
})
/** Locks the mobs that fight it, and the room when it has doors. */
export const fleeRule = Flee.rule({
  emits: [CharacterFled, FleeFailed],
  fails: [Elsewhere, NotFighting, NoWayOut],
  locks: (a, { projection }) => [
    ...(a.ways.some(({ door }) => door !== null) ? [Room.ref(a.from)] : []),
    Character.ref(a.character),
    ...Fights.foes(projection, a.character)
  ],
  decide: (a, { dice, every, the }) =>
    Result.gen(function* () {
      const { fighting, id, inside, name, room } = yield* the(Character, a.character)
      if (!inside || room !== a.from) return yield* Result.fail(new Elsewhere())
      const freed = every(Mob, "fighting", id).map((mob) => mob.id)
      if (fighting === null && freed.length === 0) return yield* Result.fail(new NotFighting())
      const open: Array<Ways.Way> = []
      for (const way of a.ways) {
        if (way.door === null || Ways.isOpen(yield* the(Room, room), way.direction)) open.push(way)
      }
      const way = dice.pick(open)
      if (way === undefined) return yield* Result.fail(new NoWayOut())
      if (!dice.chance(Combat.fleePercent)) {
        return { events: [FleeFailed.make({ character: id, name, room })] }
      }
      const { direction, to } = way
      return {
        events: [CharacterFled.make({ character: id, name, from: room, to, direction, freed })],
        issue: way.trigger
          ? [{ actor: System.actor, command: greet.make({ room: to, character: id }) }]
          : []
      }
    })
})
