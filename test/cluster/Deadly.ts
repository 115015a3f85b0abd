/** A game in which a rule takes the whole process down, and a step harms nobody. */
import { Action, Command, Game } from "@wr2/core"
import { Result, Schema } from "effect"
import { go, Person, walk, Walked } from "../../packages/engine/test/Yard.ts"

/** Ways in which a rule kills whoever runs it. */
export const ways = ["exit", "memory", "stack"] as const

const kill = (how: string): void => {
  if (how === "exit") process.exit(7)
  if (how === "memory") {
    const hoard: Array<unknown> = []
    for (;;) hoard.push(Array.from({ length: 1_000_000 }, (_, i) => ({ i })))
  }
  // No RangeError comes before the end: the runner was told that its stack is larger than it is.
  const deeper = (n: number): number => deeper(n + 1) + 1
  deeper(0)
}

const Die = Action.make("Die", { person: Person.Id, how: Schema.String })
const dieRule = Die.rule({
  emits: [Walked],
  locks: (a) => [Person.ref(a.person)],
  decide: (a) => {
    kill(a.how)
    return Result.succeed({})
  }
})
const die = Command.define("die", {
  grammar: "die <how>",
  fields: { how: Schema.String },
  plan: (c, { actor }) => Result.succeed([Die.make({ person: Person.Id.make(actor), how: c.how })])
})

/** The game. */
export const deadly = Game.make("deadly", {
  aggregates: [Person],
  events: [Walked],
  actions: [walk, dieRule],
  commands: [go, die]
})
