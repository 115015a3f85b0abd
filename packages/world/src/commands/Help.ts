/** `help`, `help get`: what can be typed. Made from the other Commands, so that it cannot forget one. */
import { Command } from "@wr2/core"
import { Result, Schema } from "effect"
import { Help } from "../actions/Help.ts"
import { NotHere, UnknownTopic } from "../Failures.ts"
import { me } from "../Me.ts"
import type { Topic } from "../Topic.ts"

const line = "Show what you can type: help, help get."
const grammar = "help|? [<topic>]"

/** What is asked of each Command to be listed. */
export interface Helpful {
  readonly patterns: ReadonlyArray<{
    readonly source: string
    readonly verbs: ReadonlyArray<string>
  }>
  readonly help: string | undefined
}

/** The Command, for a game with these others. */
export const help = (others: ReadonlyArray<Helpful>) => {
  const topics = others.flatMap(({ help, patterns }): ReadonlyArray<[string[], Topic]> => {
    if (help === undefined) return []
    const usage = patterns.map(({ source }) => source)
    return [[patterns.flatMap(({ verbs }) => verbs), { usage, help }]]
  })
  const all: typeof topics = [...topics, [["help", "?"], { usage: [grammar], help: line }]]
  return Command.define("help", {
    grammar,
    fields: { topic: Schema.NullOr(Schema.String) },
    rejects: [NotHere, UnknownTopic],
    from: ["Character"],
    help: line,
    plan: ({ topic }, planning) =>
      Result.gen(function* () {
        const { id: character } = yield* me(planning)
        const chosen = all.filter(([verbs]) => topic === null || verbs.includes(topic))
        if (topic !== null && chosen.length === 0) {
          return yield* Result.fail(new UnknownTopic({ topic: topic.slice(0, 40) }))
        }
        return [Help.make({ character, topics: chosen.map(([, each]) => each) })]
      })
  })
}
