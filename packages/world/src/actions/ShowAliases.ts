/** A character asks for its aliases. Read-only. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { AliasesShown } from "../events/AliasesShown.ts"
import { NotHere } from "../Failures.ts"

export const ShowAliases = Action.make("ShowAliases", { character: Character.Id })
/** Shows them in the order of their words. */
export const showAliasesView = ShowAliases.view({
  emits: [AliasesShown],
  fails: [NotHere],
  view: ({ character }, { projection }) => {
    const row = projection.get(Character, character)
    if (row === undefined) return Result.fail(new NotHere({ what: "you" }))
    const aliases = Object.entries(row.aliases)
      .map(([word, line]) => ({ word, line }))
      .sort((a, b) => (a.word < b.word ? -1 : 1))
    return Result.succeed([AliasesShown.make({ character, aliases })])
  }
})
