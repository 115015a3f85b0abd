/** What `wr2 consumers` does and says. */
import { PgConsumers } from "@wr2/postgres"
import { Console, DateTime, Effect, Option } from "effect"
import { Problem } from "../Problem.ts"
import * as Reach from "../Reach.ts"

/** So many are told by instance; the rest is in the sums. */
const listed = 50

/** `wr2 consumers ls` */
export const ls = Effect.gen(function* () {
  const all = yield* PgConsumers.standings
  if (all.length === 0) return yield* Console.log("no consumer has begun yet")
  for (const { behind, consumer, instances, parked } of all)
    yield* Console.log(
      `${consumer}  ${instances} instances, ${behind} Events behind${parked === 0 ? "" : `, parked in ${parked}`}`
    )
  for (const { at, consumer, error, instance, since } of yield* PgConsumers.stuck(listed)) {
    const when = DateTime.formatIso(DateTime.makeUnsafe(since)).slice(0, 19)
    yield* Console.log(
      `\n${consumer}, instance ${instance}, at Event ${at}, since ${when}Z:\n  ${error.split("\n")[0]}`
    )
  }
}).pipe(Effect.provide(Reach.layer))

/** `wr2 consumers resume` */
export const resume = (flags: {
  readonly consumer: string
  readonly instance: Option.Option<number>
  readonly skip: boolean
}) =>
  Effect.gen(function* () {
    const { consumer, skip } = flags
    const instance = Option.getOrUndefined(flags.instance)
    const instances = yield* PgConsumers.resume({ consumer, instance, skip })
    if (instances.length === 0)
      return yield* new Problem({
        message: `${consumer} is not parked${instance === undefined ? "" : ` in instance ${instance}`}. wr2 consumers ls says where each is`
      })
    yield* Console.log(`${consumer} goes on in ${instances.join(", ")}`)
  }).pipe(Effect.provide(Reach.layer))
