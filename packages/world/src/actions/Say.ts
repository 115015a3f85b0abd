/** A character says something to its room. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Said } from "../events/Said.ts"
import { Elsewhere } from "../Failures.ts"
import { Speech } from "../Speech.ts"
import * as Triggers from "../Triggers.ts"

export const Say = Action.make("Say", { character: Character.Id, text: Speech })
/** Locks the speaker: where it stands when it speaks is who hears. */
export const sayRule = Say.rule({
  emits: [Said],
  fails: [Elsewhere],
  locks: (a) => [Character.ref(a.character)],
  decide: (a, { content, the }) =>
    Result.gen(function* () {
      const { id, inside, name, room } = yield* the(Character, a.character)
      if (!inside) return yield* Result.fail(new Elsewhere())
      return {
        events: [Said.make({ speaker: { kind: "character", id, name }, room, text: a.text })],
        issue: Triggers.happened(content, "say", { room, character: id, what: a.text })
      }
    })
})
