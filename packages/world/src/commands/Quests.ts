/** `quests`: what you have been asked to do. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { ListQuests } from "../actions/ListQuests.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"

/** Plans the view. */
export const quests = Command.define("quests", {
  grammar: "quests",
  fields: {},
  rejects: [NotHere],
  from: ["Character"],
  help: "Show your quests, and how far you are with them.",
  plan: (_, planning) => Result.map(me(planning), ({ id }) => [ListQuests.make({ character: id })])
})
