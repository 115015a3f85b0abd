/** `tell ann hello`: to somebody anywhere in the instance, and to nobody else. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { Tell } from "../actions/Tell.ts"
import { Nobody, NotHere, TellSelf } from "../Failures.ts"
import { me } from "../Me.ts"
import { chooseOne } from "../Selector.ts"
import { Speech } from "../Speech.ts"
import * as Things from "../Things.ts"

/** Plans Tell. */
export const tell = Command.define("tell", {
  grammar: "tell <who> <text...>",
  fields: { who: Schema.String, text: Speech },
  rejects: [NotHere, Nobody, TellSelf, Rejected.Ambiguous],
  from: ["Character"],
  help: "Tell something to somebody in this part of the world: tell ann hello.",
  plan: ({ text, who }, planning) =>
    Result.gen(function* () {
      const { id: from } = yield* me(planning)
      const heard = chooseOne(who, Things.awake(planning))
      const { row: to } = yield* Result.mapError(heard, (error) =>
        error._tag === "NotHere" ? new Nobody({ name: who }) : error
      )
      if (to.id === from) return yield* Result.fail(new TellSelf())
      return [Tell.make({ from, to: to.id, text })]
    })
})
