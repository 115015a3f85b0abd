/** `alias kr kill rat`: a word of one's own for a line; `alias`: those there are. Clients put them in. */
import { Command } from "@wr2/core"
import { Result, Schema } from "effect"
import { SetAlias } from "../actions/SetAlias.ts"
import { ShowAliases } from "../actions/ShowAliases.ts"
import * as Aliases from "../Aliases.ts"
import { AliasReserved, NotHere, TooManyAliases } from "../Failures.ts"
import { me } from "../Me.ts"

/** Plans SetAlias, or the view. */
export const alias = Command.define("alias", {
  grammar: ["alias <word> <line...>", "alias"],
  fields: { word: Schema.NullOr(Aliases.Word), line: Schema.NullOr(Aliases.Line) },
  rejects: [NotHere, AliasReserved, TooManyAliases],
  precedence: -1,
  from: ["Character"],
  help: "Let a word stand for a line of your own: alias kr kill rat. Alone, it shows them.",
  plan: ({ line, word }, planning) =>
    Result.gen(function* () {
      const { aliases, id: character } = yield* me(planning)
      if (word === null) return [ShowAliases.make({ character })]
      if (Aliases.reserved.includes(word)) return yield* Result.fail(new AliasReserved({ word }))
      if (!Object.hasOwn(aliases, word) && Object.keys(aliases).length >= Aliases.most) {
        return yield* Result.fail(new TooManyAliases({ max: Aliases.most }))
      }
      return [SetAlias.make({ character, word, line })]
    })
})
