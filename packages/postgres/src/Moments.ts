/** An instance as it is at one moment, read beside its owner and without touching anything. */
import type { Aggregate } from "@wr2/core"
import type { Definition } from "@wr2/engine/GameDef"
import { NoInstance, type StoreError } from "@wr2/engine/InstanceStore"
import { Projection } from "@wr2/engine/Projection"
import { Effect, Schema } from "effect"
import type { Database } from "./Database.ts"
import * as Lanes from "./Lanes.ts"
import * as Accounts from "./queries/accounts.ts"
import * as History from "./queries/history.ts"
import * as Load from "./queries/load.ts"
import * as Own from "./queries/own.ts"

/** Nobody of this name or id is in the world; the message says so. */
export class NoCharacter extends Schema.TaggedError<NoCharacter>()("NoCharacter", {
  message: Schema.String
}) {}

/** An instance at its last commit. */
export interface Moment {
  readonly instance: number
  readonly projection: Projection
  readonly lastSeq: number
  readonly lastNo: number
  /** The database's time, never before the instance's. */
  readonly now: number
  /** The id that would be given out next. */
  readonly firstId: number
}

/** Reads one, in one REPEATABLE READ READ ONLY transaction of one flight. */
export const read = (
  { control }: Database["Service"],
  { game: { aggregates } }: Definition,
  instance: number
): Effect.Effect<Moment, NoInstance | StoreError> =>
  control
    .use((connection) =>
      Lanes.flight(connection, [
        Load.begin,
        Load.owner(instance),
        History.supplies(instance),
        ...aggregates.map((aggregate) => Load.rows(aggregate)(instance)),
        Lanes.rollback
      ])
    )
    .pipe(
      Effect.flatMap((found) => {
        const owner = found[1]![0]
        if (owner === undefined) return Effect.fail(new NoInstance({ instance }))
        const [, , lastSeq, lastNow, lastNo, now] = owner
        const projection = new Projection(aggregates)
        aggregates.forEach((aggregate, i) => {
          for (const row of found[3 + i]!) projection.load(Load.toRow(aggregate)(row))
        })
        const firstId: number = found[2]![0]![0]
        return Effect.succeed({
          instance,
          projection,
          lastSeq,
          lastNo,
          now: Math.max(now, lastNow),
          firstId
        })
      })
    )

/** A character by name or id, and where it is: the directory's hint may be old. */
export const find = Effect.fnUntraced(function* (
  { control }: Database["Service"],
  players: Aggregate.Any,
  who: string
) {
  const named = yield* Lanes.one(control, History.named(Accounts.nameKey(who)))
  const byId = /^\d{1,15}$/.test(who)
    ? yield* Lanes.one(control, Accounts.character(Number(who)))
    : []
  const entry = named[0] ?? byId[0]
  const id: number | undefined = entry?.[0] ?? (/^\d{1,15}$/.test(who) ? Number(who) : undefined)
  if (id === undefined) return yield* new NoCharacter({ message: `nobody here is called ${who}` })
  const instances = (yield* Lanes.one(control, Own.instances)).map(([instance]): number => instance)
  const [place] = yield* Lanes.one(control, History.whereabouts(players, instances, id))
  if (place === undefined) {
    return yield* new NoCharacter({
      message: `${who} is in no instance: on the way between two, or not yet made`
    })
  }
  const name: string = entry?.[1] ?? `${players._tag} ${id}`
  return { id, name, instance: place[0] as number }
})
