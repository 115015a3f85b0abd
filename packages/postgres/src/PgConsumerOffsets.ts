/** ConsumerOffsets on PostgreSQL. */
import type { PgClient } from "@effect/sql-pg"
import { ConsumerOffsets } from "@wr2/engine/ConsumerOffsets"
import { Effect, Layer } from "effect"
import { Database } from "./Database.ts"
import * as Lanes from "./Lanes.ts"
import * as Query from "./queries/consumerOffsets.ts"
import type { StartError } from "./StartError.ts"

const keyOf = (instance: number, consumer: string): string => `${instance}/${consumer}`

/** The port, on the database of a PgClient. */
export const layer: Layer.Layer<ConsumerOffsets, StartError, PgClient.PgClient> = Layer.effect(
  ConsumerOffsets,
  Effect.map(Database, ({ control }) => {
    const found = (statement: Parameters<typeof Lanes.one>[1]) =>
      Effect.map(Lanes.one(control, statement), (rows) => rows.length > 0)
    return {
      enrol: (consumers) => Effect.asVoid(Lanes.one(control, Query.enrol(consumers))),
      open: (instance, head, consumers) =>
        control
          .use((connection) =>
            Lanes.flight(connection, [
              Query.enrolOne(instance, head, consumers),
              Query.read(instance, consumers)
            ])
          )
          .pipe(
            Effect.map(([, rows]) => {
              const offsets = rows!.map(Query.toOffset)
              return consumers.map(({ name }) => offsets.find(({ consumer }) => consumer === name)!)
            })
          ),
      advance: Effect.fnUntraced(function* (moves) {
        const rows = yield* Lanes.one(control, Query.advance(moves))
        const written = new Set(rows.map(([instance, consumer]) => keyOf(instance, consumer)))
        if (written.size === moves.length) return moves.map(() => "written" as const)
        const others = yield* Lanes.one(control, Query.look(moves))
        const seqs = new Map(
          others.map(([instance, consumer, seq]) => [keyOf(instance, consumer), seq as number])
        )
        return moves.map(({ consumer, from, instance }) => {
          const key = keyOf(instance, consumer)
          if (written.has(key)) return "written"
          return seqs.get(key) === from ? "held" : "lost"
        })
      }),
      park: (move, why) => found(Query.park(move, why)),
      resume: (instance, consumer, to) => found(Query.resume(instance, consumer, to)),
      asleep: (consumers, limit) =>
        Effect.map(Lanes.one(control, Query.asleep(consumers, limit)), (rows) =>
          rows.map(([instance]) => instance as number)
        ),
      needed: Effect.suspend(() =>
        Effect.map(Lanes.one(control, Query.needed), (rows) =>
          rows.map(([instance, seq]) => ({ instance: instance as number, seq: seq as number }))
        )
      )
    }
  })
).pipe(Layer.provide(Database.layer))
