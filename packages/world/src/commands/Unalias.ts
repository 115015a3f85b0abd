/** `unalias kr`: the word stands for nothing more. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { SetAlias } from "../actions/SetAlias.ts"
import * as Aliases from "../Aliases.ts"
import { NoAlias, NotHere } from "../Failures.ts"
import { me } from "../Me.ts"

/** Plans SetAlias. */
export const unalias = Command.define("unalias", {
  grammar: "unalias <word>",
  fields: { word: Aliases.Word },
  rejects: [NotHere, NoAlias],
  precedence: -1,
  from: ["Character"],
  help: "Forget a line of your own: unalias kr.",
  plan: ({ word }, planning) =>
    Result.gen(function* () {
      const { aliases, id: character } = yield* me(planning)
      return Object.hasOwn(aliases, word)
        ? [SetAlias.make({ character, word, line: null })]
        : yield* Result.fail(new NoAlias({ word }))
    })
})
