/** A character sits down to rest, or gets up. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character, Stance } from "../aggregates/Character.ts"
import { Mob } from "../aggregates/Mob.ts"
import { StanceTaken } from "../events/StanceTaken.ts"
import { Elsewhere, Fighting, StanceAlready } from "../Failures.ts"
import * as Fights from "../Fights.ts"
import * as Stances from "../Stances.ts"

export const TakeStance = Action.make("TakeStance", { character: Character.Id, stance: Stance })
/** Locks who fights it, too: nobody rests in a fight. */
export const takeStanceRule = TakeStance.rule({
  emits: [StanceTaken],
  fails: [Elsewhere, Fighting, StanceAlready],
  locks: (a, { projection }) => [
    Character.ref(a.character),
    ...Fights.foes(projection, a.character)
  ],
  decide: ({ character: id, stance }, { every, now, the }) =>
    Result.gen(function* () {
      const character = yield* the(Character, id)
      if (!character.inside) return yield* Result.fail(new Elsewhere())
      if (character.stance === stance) return yield* Result.fail(new StanceAlready({ stance }))
      if (character.fighting !== null || every(Mob, "fighting", id).length > 0) {
        return yield* Result.fail(new Fighting())
      }
      return { events: [Stances.take(character, stance, now)] }
    })
})
