/** `gtell to me`: to all of one's group. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { TellGroup } from "../actions/TellGroup.ts"
import { NotGrouped, NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import { Speech } from "../Speech.ts"

/** Plans TellGroup. */
export const tellGroup = Command.define("tell group", {
  grammar: "gtell|gt <text...>",
  fields: { text: Speech },
  rejects: [NotHere, NotGrouped],
  from: ["Character"],
  help: "Say something to your group in this part of the world.",
  plan: ({ text }, planning) =>
    Result.gen(function* () {
      const { id: character, party } = yield* me(planning)
      if (party === null) return yield* Result.fail(new NotGrouped({ who: "you" }))
      return [TellGroup.make({ character, text })]
    })
})
