/** A character shows what it does or feels, to its room. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Emoted } from "../events/Emoted.ts"
import { Elsewhere } from "../Failures.ts"
import { Speech } from "../Speech.ts"

export const Emote = Action.make("Emote", { character: Character.Id, text: Speech })
/** Locks the character. */
export const emoteRule = Emote.rule({
  emits: [Emoted],
  fails: [Elsewhere],
  locks: (a) => [Character.ref(a.character)],
  decide: (a, { the }) =>
    Result.gen(function* () {
      const { inside, name, room } = yield* the(Character, a.character)
      if (!inside) return yield* Result.fail(new Elsewhere())
      return { events: [Emoted.make({ ...a, name, room })] }
    })
})
