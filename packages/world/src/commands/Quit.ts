/** `quit`: leave the world. Not in the middle of a fight. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { Leave } from "../actions/Leave.ts"
import { Character } from "../aggregates/Character.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Fighting, NotHere } from "../Failures.ts"
import { me } from "../Me.ts"

/** Plans Leave, by the session inside. */
export const quit = Command.define("quit", {
  grammar: "quit",
  fields: {},
  rejects: [NotHere, Fighting],
  from: ["Character"],
  help: "Leave the world.",
  plan: (_, planning) =>
    Result.gen(function* () {
      const { projection } = planning
      const { fighting, id: character } = yield* me(planning)
      const inside = projection.runtime(Character, character)
      if (inside === undefined) return yield* Result.fail(new NotHere({ what: "you" }))
      if (fighting !== null || projection.by(Mob, "fighting", character).length > 0) {
        return yield* Result.fail(new Fighting())
      }
      return [Leave.make({ character, session: inside.session, how: "left" })]
    })
})
