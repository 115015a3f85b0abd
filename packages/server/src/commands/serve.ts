/** `wr2 serve`: one process of a world on a database that is there already. */
import { Effect } from "effect"
import * as Config from "../Config.ts"
import * as Http from "../Http.ts"
import * as Launch from "../Launch.ts"
import { Problem } from "../Problem.ts"
import * as Roles from "../Roles.ts"
import * as World from "../World.ts"

/** Runs a role until stopped. */
export const serve = Effect.fnUntraced(function* (options: {
  readonly role: Roles.Role
  readonly migrate: boolean
}) {
  const config = yield* Config.load
  const { database } = config
  if (database === undefined) {
    return yield* new Problem({
      message: "DATABASE_URL is not set. `wr2 start` brings a database of its own; serve needs one"
    })
  }
  const host = config.host ?? "0.0.0.0"
  // Several processes on one machine need no ports to be chosen for them; a port asked for is meant.
  const place =
    config.port === undefined
      ? yield* Http.orFree({ host, port: 8080 })
      : { host, port: config.port }
  yield* Http.check(place)
  const ops = yield* Http.ops(config.ops, place)
  const world = yield* World.load(config.content)
  const annotations = { role: options.role, port: place.port }
  const layer = Roles.layer({ ...options, config, world, database, place, ops })
  return yield* Launch.untilStopped(layer, {
    ready: Effect.logInfo("ready", { ...annotations, world: world.name }),
    within: config.drainWithin
  })
})
