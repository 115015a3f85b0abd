/** A character lets a word stand for a line, or for nothing more. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import * as Aliases from "../Aliases.ts"
import { AliasSet } from "../events/AliasSet.ts"
import { NoAlias, TooManyAliases } from "../Failures.ts"

export const SetAlias = Action.make("SetAlias", {
  character: Character.Id,
  word: Aliases.Word,
  /** Null: nothing more. */
  line: Schema.NullOr(Aliases.Line)
})
/** Locks the character. */
export const setAliasRule = SetAlias.rule({
  emits: [AliasSet],
  fails: [NoAlias, TooManyAliases],
  locks: (a) => [Character.ref(a.character)],
  decide: (a, { the }) =>
    Result.gen(function* () {
      const { aliases } = yield* the(Character, a.character)
      const known = Object.hasOwn(aliases, a.word)
      if (a.line === null && !known) return yield* Result.fail(new NoAlias({ word: a.word }))
      if (!known && Object.keys(aliases).length >= Aliases.most) {
        return yield* Result.fail(new TooManyAliases({ max: Aliases.most }))
      }
      return { events: [AliasSet.make(a)] }
    })
})
