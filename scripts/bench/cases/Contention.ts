/**
 * Hot rows: gold from one to another of 100,000 characters, both by chance. With Zipf 1.5 every second
 * transfer or so touches the richest few; uniform, hardly two touch the same. Tellers make them, so
 * that who is drawn waits for no Command of its own.
 */
import { Limits } from "@wr2/engine"
import { Effect, Layer } from "effect"
import { database, ratio } from "../Case.ts"
import type { Case, Settings, Side } from "../Case.ts"
import { crowd } from "../Crowd.ts"
import * as Field from "../Field.ts"
import { percentile } from "../Figures.ts"
import * as Load from "../Load.ts"
import { instancesOf } from "../Workload.ts"
import { zipf } from "../Zipf.ts"

const characters = 100_000
const tellers = 1_200
const skew = 1.5

const shapes = [
  { name: "one instance of 100,000", instances: 1 },
  { name: "20 instances of 5,000", instances: 20 }
]
const figureOf = (shape: string, chance: string) => `transfers, ${shape}, ${chance}`

/** A field of so many instances, and who is in each. */
const open = Effect.fnUntraced(function* (settings: Settings, instances: number) {
  const each = characters / instances
  const ids = new Map<number, ReadonlyArray<number>>()
  const context = yield* Layer.build(Field.onPostgres(yield* database(settings), Limits.defaults))
  const field = yield* Field.open({
    instances: instancesOf(instances),
    ids: 1_000 + each,
    begin: (instance, firstId) => {
      const all = crowd({ instance, firstId, players: each, fights: 0, now: Date.now() })
      ids.set(
        instance,
        all.players.map(({ id }) => id)
      )
      return { ...all, players: all.players.slice(0, tellers / instances) }
    },
    audited: [1_000]
  }).pipe(Effect.provideContext(context))
  return { field, ids, each }
})

const sides = Effect.fnUntraced(function* (
  settings: Settings,
  { instances, name }: (typeof shapes)[number]
) {
  yield* settings.say(`  founding ${name}`)
  const { each, field, ids } = yield* open(settings, instances)
  return [
    { chance: "uniform", s: 0 },
    { chance: "Zipf", s: skew }
  ].map(({ chance, s }): Side => {
    const draw = zipf(each, s, 1 + instances)
    const figure = figureOf(name, chance)
    return {
      name: `${name}, ${chance}`,
      suites: ["full"],
      measure: Effect.gen(function* () {
        const window = yield* Load.closed(field, {
          seconds: settings.seconds,
          command: (teller) => {
            const those = ids.get(teller.instance)!
            const from = draw()
            let to = draw()
            while (to === from) to = draw()
            return { _tag: "transfer", from: those[from], to: those[to] }
          }
        })
        const took = field.took(window.from, window.until)
        return {
          figures: [
            {
              name: figure,
              unit: "Actions/s",
              value: yield* field.perSecond(window.from, window.until)
            },
            { name: `${figure}, p99`, unit: "ms", value: percentile(took, 0.99) }
          ],
          wrong: yield* field.problems
        }
      })
    }
  })
})

export const contention: Case = {
  name: "contention",
  about: "Gold transfers among 100,000 characters, Zipf 1.5 against uniform",
  suites: ["full"],
  open: (settings) =>
    Effect.map(
      Effect.forEach(shapes, (shape) => sides(settings, shape)),
      (all) => all.flat()
    ),
  targets: shapes.map(({ name }) =>
    ratio(
      `transfers, ${name}: Zipf / uniform`,
      figureOf(name, "Zipf"),
      figureOf(name, "uniform"),
      0.9
    )
  )
}
