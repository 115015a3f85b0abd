/** A character becomes something, once. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import * as Lookup from "../content/Lookup.ts"
import { ArchetypeChosen } from "../events/ArchetypeChosen.ts"
import { AlreadyBecome, Elsewhere, NoArchetype } from "../Failures.ts"

export const Become = Action.make("Become", { character: Character.Id, archetype: Schema.String })
/** Locks the character. */
export const becomeRule = Become.rule({
  emits: [ArchetypeChosen],
  fails: [Elsewhere, NoArchetype, AlreadyBecome],
  locks: (a) => [Character.ref(a.character)],
  decide: (a, { content, the }) =>
    Result.gen(function* () {
      const { craft, id, inside, name, room } = yield* the(Character, a.character)
      if (!inside) return yield* Result.fail(new Elsewhere())
      if (craft.archetype !== null) {
        const archetype = Lookup.archetype(content, craft.archetype)?.name ?? craft.archetype
        return yield* Result.fail(new AlreadyBecome({ archetype }))
      }
      const chosen = Lookup.archetype(content, a.archetype)
      if (chosen === undefined) {
        return yield* Result.fail(new NoArchetype({ name: a.archetype, known: [] }))
      }
      const { archetype } = a
      return {
        events: [ArchetypeChosen.make({ character: id, name, room, archetype, title: chosen.name })]
      }
    })
})
