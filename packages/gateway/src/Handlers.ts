/**
 * The gateway's calls. Each is bounded, refuses typed, and never lets a defect or a stored error
 * out: those are logged here, and the client is told to try again.
 */
import { Rejected } from "@wr2/core"
import type { Game } from "@wr2/core"
import { Accounts, Limits } from "@wr2/engine"
import type { Messages } from "@wr2/engine"
import { Errors, GatewayRpcs } from "@wr2/protocol"
import { Effect, Exit, Scope, Stream } from "effect"
import { Auth, stored } from "./Auth.ts"
import type { Opened } from "./Auth.ts"
import * as Buckets from "./Buckets.ts"
import * as Characters from "./Characters.ts"
import * as Clean from "./Clean.ts"
import { Connection } from "./Connection.ts"
import type { Login } from "./Connection.ts"
import { Feed } from "./Feed.ts"
import { GatewayLimits } from "./GatewayLimits.ts"
import * as Monotonic from "./Monotonic.ts"
import { Owner, notNow } from "./Owner.ts"
import type { Reason } from "./Owner.ts"
import { outcome, Sessions } from "./Sessions.ts"

/** What a gateway is told about the world it serves. */
export interface Options {
  /** The instance in which new characters are made. */
  readonly home: number
}

type Any = Game.Game<any, any, any, any>

/** The handlers of a game. */
export const layer = (game: Any, options: Options) =>
  GatewayRpcs.GatewayRpcs.toLayer(
    Effect.gen(function* () {
      const accounts = yield* Accounts.Accounts
      const auth = yield* Auth
      const feed = yield* Feed
      const limits = yield* GatewayLimits
      const owner = yield* Owner
      const sessions = yield* Sessions
      const { textMax } = yield* Limits.Limits
      const entries = new Buckets.Table(limits.entries, limits.countedMax)
      const characters = Characters.make({ accounts, game, home: options.home, limits, owner })

      const leave = (connection: Connection): Effect.Effect<void, Rejected.Unavailable> =>
        Effect.suspend(() => {
          const { playing } = connection
          connection.playing = undefined
          return playing === undefined
            ? Effect.void
            : Effect.ensuring(sessions.leave(playing.play), playing.close)
        })

      /** Who logs in as another leaves what the one before played. */
      const become = (connection: Connection, login: Login) =>
        Effect.suspend(() => {
          const before = connection.login
          connection.login = login
          return before === undefined || before.account === login.account
            ? Effect.void
            : Effect.ignore(leave(connection))
        })
      const opened = (connection: Connection) => (login: Opened) =>
        Effect.as(become(connection, login.login), {
          account: login.login.name,
          token: login.token
        })

      /** Its login may have been ended since, by another connection: who logs out locks all doors. */
      const stillLoggedIn = Effect.fnUntraced(function* (connection: Connection) {
        const { login } = connection
        if (login === undefined) return yield* new Errors.NotLoggedIn({})
        const session = yield* stored(accounts.session(login.tokenHash))
        if (session !== undefined) return login
        connection.login = undefined
        return yield* new Errors.NotLoggedIn({})
      })

      const enter = Effect.fnUntraced(function* (
        connection: Connection,
        account: number,
        character: number,
        cursor: GatewayRpcs.Cursor | null
      ) {
        const entry = yield* stored(accounts.character(character))
        if (entry === undefined || entry.account !== account || !entry.created) {
          return yield* new Errors.NoSuchCharacter({ id: character })
        }
        const retryAfter = entries.take(`${character}`, yield* Monotonic.millis)
        if (retryAfter !== undefined)
          return yield* new Rejected.Overloaded({ bound: "entries", retryAfter })
        const { playing } = connection
        if (playing !== undefined && playing.play.character !== character) yield* leave(connection)
        const scope = yield* Scope.fork(connection.scope)
        const { play, resumed } = yield* sessions
          .enter({ account, character, instance: entry.instance, cursor })
          .pipe(
            Scope.provide(scope),
            Effect.onError((cause) => Scope.close(scope, Exit.failCause(cause)))
          )
        if (playing !== undefined) yield* playing.close
        connection.playing = { play, close: Scope.close(scope, Exit.void) }
        const { stay } = play
        return {
          cursor: feed.cursor(play, stay),
          nextN: stay.nextN,
          snapshot: stay.snapshot,
          resumed
        }
      })

      const intent = (given: GatewayRpcs.Intent): Messages.Intent => ({
        n: given.n,
        // No Command settles itself.
        settled: Math.min(given.settled, given.n - 1),
        text: given.text === null ? null : Clean.bounded(given.text, textMax),
        command:
          given.text !== null
            ? null
            : (Clean.json(given.command ?? "", limits.commandDepthMax) ?? notACommand)
      })

      const submit = Effect.fnUntraced(function* (
        connection: Connection,
        intents: ReadonlyArray<GatewayRpcs.Intent>
      ) {
        const play = connection.playing?.play
        if (play === undefined) return yield* new Errors.NotInside({})
        const { ended } = play
        if (ended !== undefined) return intents.map(({ n }) => rejected(n, outcome(ended)))
        if (intents.length > limits.intentsPerFrame) {
          return yield* new Rejected.Overloaded({ bound: "intentsPerFrame", retryAfter: 0 })
        }
        return yield* play.lane.submit(intents.map(intent))
      })

      return GatewayRpcs.GatewayRpcs.of({
        Hello: ({ client, game: wanted, protocol }) =>
          call(limits, () => {
            if (protocol !== GatewayRpcs.version) {
              return Effect.fail(mismatch("protocol", `${GatewayRpcs.version}`, `${protocol}`))
            }
            if (wanted !== null && wanted !== game.name) {
              return Effect.fail(mismatch("game", game.name, Clean.line(wanted.slice(0, 64))))
            }
            return Effect.as(Effect.logDebug("hello", Clean.line(client.slice(0, 64))), {
              protocol: GatewayRpcs.version,
              game: game.name,
              content: game.content.hash,
              intentsPerFrame: limits.intentsPerFrame,
              textMax
            })
          }),
        Register: ({ name, password }) =>
          inTurn(limits, (connection) =>
            Effect.flatMap(
              auth.register({ name, password, address: connection.address }),
              opened(connection)
            )
          ),
        Login: ({ name, password }) =>
          inTurn(limits, (connection) =>
            Effect.flatMap(
              auth.login({ name, password, address: connection.address }),
              opened(connection)
            )
          ),
        Resume: ({ token }) =>
          inTurn(limits, (connection) =>
            Effect.flatMap(auth.resume(token), (login) =>
              Effect.as(become(connection, login), { account: login.name })
            )
          ),
        ListCharacters: () =>
          call(limits, (connection) =>
            Effect.flatMap(stillLoggedIn(connection), ({ account }) => characters.list(account))
          ),
        CreateCharacter: ({ fresh, name }) =>
          inTurn(limits, (connection) =>
            Effect.flatMap(stillLoggedIn(connection), ({ account }) =>
              characters.create(account, name, fresh)
            )
          ),
        Enter: ({ character, cursor }) =>
          inTurn(limits, (connection) =>
            Effect.flatMap(stillLoggedIn(connection), ({ account }) =>
              enter(connection, account, character, cursor)
            )
          ),
        Submit: ({ intents }) => bounded(limits, (connection) => submit(connection, intents)),
        Feed: ({ cursor }) =>
          Stream.unwrap(
            Effect.gen(function* () {
              const connection = yield* Connection
              const play = connection?.playing?.play
              if (connection === undefined || play === undefined)
                return yield* new Errors.NotInside({})
              yield* often(limits, connection)
              // Until its stream ends: one that nobody reads on is held like any call.
              yield* Effect.acquireRelease(inHand(limits, connection), () => letGo(connection))
              return Stream.catchDefect(feed.stream(play, cursor), (defect) =>
                Stream.fromEffect(broken(defect))
              )
            })
          ),
        Leave: () => inTurn(limits, leave),
        Logout: () =>
          inTurn(limits, (connection) =>
            Effect.suspend(() => {
              const { login } = connection
              connection.login = undefined
              const forgotten = login === undefined ? Effect.void : auth.logout(login)
              // The session ends whether or not the world can be reached to say good-bye.
              return Effect.ensuring(leave(connection), Effect.ignore(forgotten))
            })
          ),
        Ping: () => bounded(limits, () => Effect.void)
      })
    })
  )

/** A call within bounds: so many of a connection at once, and no defect gets out. */
const bounded = <A, E>(
  limits: GatewayLimits,
  handle: (connection: Connection) => Effect.Effect<A, E>
): Effect.Effect<A, E | Rejected.Overloaded | Rejected.Unavailable> =>
  Effect.gen(function* () {
    const connection = yield* Connection
    if (connection === undefined) return yield* broken(new Error("a call without a connection"))
    yield* inHand(limits, connection)
    return yield* Effect.suspend(() => handle(connection)).pipe(
      Effect.catchDefect(broken),
      Effect.ensuring(letGo(connection))
    )
  })

/** Counts a call as under way. */
const inHand = (
  { callsInHand, retryMax }: GatewayLimits,
  connection: Connection
): Effect.Effect<void, Rejected.Overloaded> =>
  Effect.suspend(() => {
    if (connection.inHand >= callsInHand) {
      return Effect.fail(new Rejected.Overloaded({ bound: "callsInHand", retryAfter: retryMax }))
    }
    connection.inHand++
    return Effect.void
  })

const letGo = (connection: Connection): Effect.Effect<void> =>
  Effect.sync(() => void connection.inHand--)

/** The same, and not too often: for calls that may reach the store or an owner. */
const call = <A, E>(
  limits: GatewayLimits,
  handle: (connection: Connection) => Effect.Effect<A, E>
): Effect.Effect<A, E | Rejected.Overloaded | Rejected.Unavailable> =>
  bounded(limits, (connection) =>
    Effect.andThen(
      often(limits, connection),
      Effect.suspend(() => handle(connection))
    )
  )

/** Counts a call. */
const often = (
  { calls }: GatewayLimits,
  connection: Connection
): Effect.Effect<void, Rejected.Overloaded> =>
  Effect.flatMap(Monotonic.millis, (now) => {
    const taken = Buckets.take(connection.calls ?? Buckets.full(calls, now), calls, now, 1)
    connection.calls = taken.bucket
    return taken.taken === 1
      ? Effect.void
      : Effect.fail(new Rejected.Overloaded({ bound: "calls", retryAfter: taken.retryAfter }))
  })

/** The same, one after the other: what changes the login or the character of a connection. */
const inTurn = <A, E>(
  limits: GatewayLimits,
  handle: (connection: Connection) => Effect.Effect<A, E>
): Effect.Effect<A, E | Rejected.Overloaded | Rejected.Unavailable> =>
  call(limits, (connection) => connection.turn.withPermit(Effect.suspend(() => handle(connection))))

const broken = (defect: unknown): Effect.Effect<never, Rejected.Unavailable> =>
  Effect.andThen(Effect.logError("a call broke", defect), Effect.fail(notNow("broken")))

const mismatch = (what: "protocol" | "game", server: string, client: string) =>
  new Errors.VersionMismatch({ what, server, client })

const rejected = (n: number, why: Reason): GatewayRpcs.Reply => ({
  _tag: "Rejected",
  n,
  reason: JSON.stringify(why)
})

/** Not JSON, or too deep: the owner knows no such Command and says so, and its n is used up there. */
const notACommand = { _tag: "" }
