/** `reply hello`: to whoever told you something last. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { Tell } from "../actions/Tell.ts"
import { Character } from "../aggregates/Character.ts"
import { Nobody, NobodyTold, NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import { Speech } from "../Speech.ts"

/** Plans Tell. */
export const reply = Command.define("reply", {
  grammar: "reply <text...>",
  fields: { text: Speech },
  rejects: [NotHere, Nobody, NobodyTold],
  precedence: 5,
  from: ["Character"],
  help: "Tell something to whoever told you something last.",
  plan: ({ text }, planning) =>
    Result.gen(function* () {
      const { id: from, replyTo } = yield* me(planning)
      if (replyTo === null) return yield* Result.fail(new NobodyTold())
      const to = planning.projection.get(Character, replyTo)
      if (to === undefined || !to.inside) {
        return yield* Result.fail(new Nobody({ name: to?.name ?? "so any more" }))
      }
      return [Tell.make({ from, to: to.id, text })]
    })
})
