/** docs/consumers.md: a consumer whose Events give many Commands, as many as there may be, and one more. */
import { assert, it } from "@effect/vitest"
import { Consumer } from "@wr2/core"
import { Effect } from "effect"
import * as Echo from "./Echo.ts"
import { inBothForms, known, pass } from "./Lab.ts"
import { Person, Walked } from "./Yard.ts"

/** So many bells for one step as the place has for a number. */
const many = Consumer.make("echo", {
  events: [Walked],
  issues: [Echo.chime],
  from: "beginning",
  handle: ({ to }) =>
    Array.from({ length: to }, () => Echo.chime.make({ person: Person.Id.make(2) }))
})

inBothForms("a consumer", (laboratory) => {
  it.effect(
    "has commandsMax Commands of one Event, each once; with more it is parked, says so, and none of them is had",
    () =>
      Effect.gen(function* () {
        const { commandsMax } = Consumer
        const lab = yield* Echo.peopled(laboratory, { game: Echo.echoing(many) })
        const m = yield* lab.machine()
        const p = known(m, 1, 1)
        // Two Events, one after the other: the numbers of their Commands do not meet.
        yield* p.say(`go ${commandsMax}`, `go ${1 - commandsMax}`)
        yield* pass(5_000, 250)
        assert.strictEqual(yield* Echo.rung(lab, 1, 2), commandsMax + 1)
        assert.isNull(Echo.offset(lab)!.parked)

        yield* p.say(`go ${commandsMax}`, "s")
        yield* pass(15_000, 500)
        const { parked, seq } = Echo.offset(lab)!
        assert.include(
          parked?.error ?? "",
          `echo: ${commandsMax + 1} Commands of one Event, more than commandsMax`
        )
        assert.strictEqual(yield* Echo.rung(lab, 1, 2), commandsMax + 1)
        // Parked before it, and whoever plays notices nothing.
        assert.isBelow(seq, parked!.seq)
        const [reply] = yield* p.say("s")
        assert.strictEqual(reply!._tag, "Accepted")
      })
  )
})
