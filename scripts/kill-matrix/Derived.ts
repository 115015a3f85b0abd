/**
 * Scenarios of Actions for which nobody wrote one: the Action is pending, about what there is, and takes
 * its way when its instance is taken. What leads to it, and what it is to leave behind, only a scenario
 * of its own can say (Actions.ts).
 */
import { PgClient } from "@effect/sql-pg"
import type { Action, Aggregate } from "@wr2/core"
import { Effect, Schema } from "effect"
import { erased } from "./Game.ts"
import { inside, queued } from "./Scenario.ts"
import type { Scenario } from "./Scenario.ts"

/** A row, by its class; or a value. */
type Filled = { readonly row: Aggregate.Any } | { readonly value: unknown }

/** Values that mean little. */
const plain = [null, 1, "a", true, []]

const fill = (schema: Schema.Schema<unknown>): Filled | undefined => {
  const row = erased.aggregates.find(({ Id }) => Id === schema)
  if (row !== undefined) return { row }
  const is = Schema.is(schema)
  return plain.flatMap((value) => (is(value) ? [{ value }] : []))[0]
}

/** With what its payload could be filled; undefined: it holds more than ids and plain values. */
export const filled = (action: Action.Any): Readonly<Record<string, Filled>> | undefined => {
  const fields = Object.entries(action.payload.fields as Record<string, Schema.Schema<unknown>>)
  const all = fields.flatMap(([field, schema]) => {
    const with_ = fill(schema)
    return with_ === undefined ? [] : [[field, with_] as const]
  })
  return all.length === fields.length ? Object.fromEntries(all) : undefined
}

/** A scenario of this rule, if one can be derived. A read-only Action is never pending. */
export const derived = ({ action, decide }: Action.AnyRule): ReadonlyArray<Scenario> => {
  const fields = decide === undefined ? undefined : filled(action)
  if (fields === undefined) return []
  return [
    {
      name: action._tag,
      place: "yard",
      begins: "released",
      play: (stage) =>
        Effect.gen(function* () {
          const hero = yield* inside()(stage)
          const instance = stage.instance("yard")
          const first = (of: Aggregate.Any) =>
            Effect.gen(function* () {
              const sql = yield* PgClient.PgClient
              const rows = yield* sql<{ id: bigint }>`
                SELECT id FROM ${sql(`wr2.${of.table}`)} WHERE instance_id = ${instance} ORDER BY id LIMIT 1`
              return Number(rows[0]?.id ?? 0)
            })
          const payload: Record<string, unknown> = {}
          for (const [field, with_] of Object.entries(fields)) {
            if (!("row" in with_)) payload[field] = with_.value
            else if (with_.row._tag === "Character") payload[field] = hero.character
            else payload[field] = yield* stage.lane.sql(Effect.orDie(first(with_.row)))
          }
          yield* stage.lane.sql(queued(instance, action._tag, JSON.stringify(payload)))
          return () => stage.some("yard", action._tag)
        })
    }
  ]
}
