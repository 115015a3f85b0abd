/** A character yells: all in the instance hear it. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Yelled } from "../events/Yelled.ts"
import { Elsewhere } from "../Failures.ts"
import { Speech } from "../Speech.ts"

export const Yell = Action.make("Yell", { character: Character.Id, text: Speech })
/** Locks the character. */
export const yellRule = Yell.rule({
  emits: [Yelled],
  fails: [Elsewhere],
  locks: (a) => [Character.ref(a.character)],
  decide: (a, { the }) =>
    Result.gen(function* () {
      const { inside, name, room } = yield* the(Character, a.character)
      if (!inside) return yield* Result.fail(new Elsewhere())
      return { events: [Yelled.make({ ...a, name, room })] }
    })
})
