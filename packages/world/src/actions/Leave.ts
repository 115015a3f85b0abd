/** Takes a character out of its room: its player left (`left`), or was lost (`lost`). Another session's is left alone. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Mob } from "../aggregates/Mob.ts"
import { CharacterLeft } from "../events/CharacterLeft.ts"
import { Fighting } from "../Failures.ts"
import * as Fights from "../Fights.ts"

export const Leave = Action.make("Leave", {
  character: Character.Id,
  session: Schema.String,
  how: Schema.Literals(["left", "lost"])
})
/**
 * Locks the character and the mobs that fight it: nobody fights who is not there. To leave is no way out
 * of a fight; who is lost in one is out of it, but only after a while.
 */
export const leaveRule = Leave.rule({
  emits: [CharacterLeft],
  fails: [Fighting],
  locks: (a, { projection }) => [
    Character.ref(a.character),
    ...Fights.foes(projection, a.character)
  ],
  decide: (a, { every, runtime, the }) =>
    Result.gen(function* () {
      const { fighting, name, room } = yield* the(Character, a.character)
      const inside = runtime(Character, a.character)
      if (Result.isFailure(inside) || inside.success.session !== a.session) return {}
      const freed = every(Mob, "fighting", a.character).map(({ id }) => id)
      if (a.how === "left" && (fighting !== null || freed.length > 0)) {
        return yield* Result.fail(new Fighting())
      }
      return {
        events: [CharacterLeft.make({ character: a.character, name, room, how: a.how, freed })]
      }
    })
})
