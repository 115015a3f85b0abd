/** `wr2 snapshot`: an instance's rows as they are now, kept for replays from here. */
import { Database } from "@wr2/postgres"
import * as Snapshots from "@wr2/postgres/Snapshots"
import { Console, Effect } from "effect"
import * as Past from "../Past.ts"
import { Problem } from "../Problem.ts"

/** Takes one, and says what it holds. */
export const snapshot = (flags: { readonly instance: number; readonly json: boolean }) =>
  Effect.gen(function* () {
    const { instance } = flags
    const { world } = yield* Past.game
    const database = yield* Database
    const taken = yield* Snapshots.take(database, world.game.aggregates, instance)
    yield* Console.log(
      flags.json
        ? JSON.stringify({ instance, ...taken })
        : taken.existed
          ? `there is a snapshot of instance ${instance} as of seq ${taken.seq}: nothing has happened since`
          : `instance ${instance} as of seq ${taken.seq}: ${taken.rows} rows are kept`
    )
  }).pipe(
    Effect.catchTag("NoInstance", ({ instance }) => noInstance(instance)),
    Effect.provide(Past.layer)
  )

/** There is none of that number. */
export const noInstance = (instance: number) =>
  new Problem({ message: `there is no instance ${instance} in this database` })
