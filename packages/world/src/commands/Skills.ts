/** `skills`: what one can do. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { ShowSkills } from "../actions/ShowSkills.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"

/** Plans the view. */
export const skills = Command.define("skills", {
  grammar: "skills",
  fields: {},
  rejects: [NotHere],
  from: ["Character"],
  help: "Show what you have learned to do.",
  plan: (_, planning) => Result.map(me(planning), ({ id }) => [ShowSkills.make({ character: id })])
})
