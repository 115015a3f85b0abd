/**
 * `wr2 start`, which is `npm start`: the whole world in one process, with a database of its own in a
 * folder. Starting again continues the same world.
 */
import * as Embedded from "@wr2/postgres/Embedded"
import { Console, Effect, type Redacted } from "effect"
import * as Config from "../Config.ts"
import * as Http from "../Http.ts"
import * as Launch from "../Launch.ts"
import * as Roles from "../Roles.ts"
import * as World from "../World.ts"

const local = (host: string): string =>
  host === "127.0.0.1" || host === "0.0.0.0" || host === "::" ? "localhost" : host

const welcome = (world: World.Loaded, place: Http.Place, database: string): string => {
  const at = `${local(place.host)}:${place.port}`
  const play = place.port === 8080 ? "npm run play" : `npm run play -- --url ${at}`
  return `
  ${world.name} is up.

    Play               ${play}   (in another terminal)
    Look               http://${at}
    Connect a client   ws://${at}/rpc
    Database           ${database}

  Ctrl-C stops it. The world waits where it is until you start it again.
`
}

/** Starts everything, says how to play, and runs until stopped; the database stops last. */
export const start = Effect.gen(function* () {
  const config = yield* Config.load
  const place = { host: config.host ?? "127.0.0.1", port: config.port ?? 8080 }
  yield* Http.check(place)
  const ops = yield* Http.ops(config.ops, place)
  const world = yield* World.load(config.content)

  const serve = (database: Redacted.Redacted, where: string) =>
    Launch.untilStopped(
      Roles.layer({ role: "all", migrate: true, config, world, database, place, ops }),
      { ready: Console.log(welcome(world, place, where)), within: config.drainWithin }
    )
  if (config.database !== undefined) return yield* serve(config.database, "as DATABASE_URL says")
  // With what draining may take, and the ten seconds after it is told more firmly: below thirty.
  const server = yield* Embedded.acquire({ dir: config.home, stopTimeout: "5 seconds" })
  return yield* serve(server.url, `PostgreSQL on port ${server.port}, in ${config.home}`)
}).pipe(Effect.scoped)
