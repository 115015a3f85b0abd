/** A character tells another something, wherever in the instance that one is. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Told } from "../events/Told.ts"
import { Elsewhere, Nobody } from "../Failures.ts"
import { Speech } from "../Speech.ts"

export const Tell = Action.make("Tell", { from: Character.Id, to: Character.Id, text: Speech })
/** Locks both: who is told replies to whoever told it last. */
export const tellRule = Tell.rule({
  emits: [Told],
  fails: [Elsewhere, Nobody],
  locks: (a) => [Character.ref(a.from), Character.ref(a.to)],
  decide: (a, { the }) =>
    Result.gen(function* () {
      const from = yield* the(Character, a.from)
      const to = yield* the(Character, a.to)
      if (!from.inside) return yield* Result.fail(new Elsewhere())
      if (!to.inside) return yield* Result.fail(new Nobody({ name: to.name }))
      return { events: [Told.make({ ...a, fromName: from.name, toName: to.name })] }
    })
})
