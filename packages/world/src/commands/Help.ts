/** `help`, `help get`: what can be typed. Made from the other Commands, so that it cannot forget one. */
import { Command } from "@wr2/core"
import { Result, Schema } from "effect"
import { Help } from "../actions/Help.ts"
import { World } from "../content/World.ts"
import { NotHere, UnknownTopic } from "../Failures.ts"
import { me } from "../Me.ts"
import { near } from "../Selector.ts"
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
  const verbs = [...new Set(all.flatMap(([[verb]]) => (verb === undefined ? [] : [verb])))].sort()
  return Command.define("help", {
    grammar,
    fields: { topic: Schema.NullOr(Schema.String) },
    rejects: [NotHere, UnknownTopic],
    from: ["Character"],
    help: line,
    plan: ({ topic }, planning) =>
      Result.gen(function* () {
        const { id: character } = yield* me(planning)
        const { topics: told } = planning.content(World).settings
        const names = Object.keys(told)
        if (topic === null) {
          const index = { verbs, topics: names }
          return [Help.make({ character, topics: [], index })]
        }
        const wanted = topic.toLowerCase()
        const chosen = all.flatMap(([verbs, each]) => (verbs.includes(wanted) ? [each] : []))
        const more = Object.hasOwn(told, wanted) ? [{ usage: [wanted], help: told[wanted]! }] : []
        const topics = [...chosen, ...more]
        if (topics.length > 0) return [Help.make({ character, topics, index: null })]
        const known = [...all.flatMap(([verbs]) => verbs), ...names]
        const meant = near(wanted, known)
        return yield* Result.fail(new UnknownTopic({ topic: topic.slice(0, 40), ...meant }))
      })
  })
}
