/**
 * A client of a world: logs in, plays, and stays: when the connection breaks it comes back by
 * itself, goes on from where it was, and sends again what has no answer. Nothing is missed, nothing
 * is done twice.
 *
 * Generic in the game: Events, reasons and snapshots are typed by the Codec of a Game.
 *
 * @example
 * const client = yield* Wr2Client.make(Codec.of(bank))
 * yield* client.login("ann", Redacted.make("correct horse"))
 * const [ann] = yield* client.characters
 * yield* client.enter(ann.id)
 * yield* client.submit("pay 4 to bob")
 */
import type { Game } from "@wr2/core"
import { GatewayRpcs } from "@wr2/protocol"
import type { Codec } from "@wr2/protocol"
import {
  Cause,
  Clock,
  Deferred,
  Effect,
  PubSub,
  Random,
  Result,
  Stream,
  SubscriptionRef
} from "effect"
import type { Redacted, Scope } from "effect"
import type { RpcClientError } from "effect/rpc/RpcClientError"
import { Connector, Offline } from "./Connector.ts"
import type { Link, Rpcs } from "./Connector.ts"
import * as Playing from "./Playing.ts"
import { Closed } from "./Told.ts"
import type { Accepted, Status, SubmitError, Told } from "./Told.ts"

/** What may be set; everything has a sensible value. */
export interface Options {
  /** How this client names itself to the server. */
  readonly name?: string
  /** How long a Command is sent again before it is given up, in milliseconds. */
  readonly patience?: number
  /** How long a call waits for a connection, in milliseconds. */
  readonly callWithin?: number
  /** Things told that may wait for those who listen; then the feed waits. */
  readonly buffer?: number
  /** Wait before connecting again, in milliseconds: first, and at most. */
  readonly retryFirst?: number
  readonly retryMax?: number
}

type Call<A, E> = Effect.Effect<A, E | Offline | Closed>

/** What a client of a game can do. */
export interface Client<G> {
  readonly register: (
    name: string,
    password: Redacted.Redacted<string>
  ) => Call<GatewayRpcs.LoggedIn, Failure<typeof GatewayRpcs.Register>>
  readonly login: (
    name: string,
    password: Redacted.Redacted<string>
  ) => Call<GatewayRpcs.LoggedIn, Failure<typeof GatewayRpcs.Login>>
  /** Goes on with a login session of before. */
  readonly resume: (
    token: Redacted.Redacted<string>
  ) => Call<{ readonly account: string }, Failure<typeof GatewayRpcs.Resume>>
  readonly characters: Call<
    ReadonlyArray<GatewayRpcs.CharacterInfo>,
    Failure<typeof GatewayRpcs.ListCharacters>
  >
  readonly create: (
    name: string,
    fresh: unknown
  ) => Call<GatewayRpcs.CharacterInfo, Failure<typeof GatewayRpcs.CreateCharacter>>
  /** Plays a character, over as many connections as it takes, until `leave` or Closed. */
  readonly enter: (
    character: number
  ) => Call<Game.SnapshotOf<G> | undefined, Failure<typeof GatewayRpcs.Enter>>
  /**
   * Does something: a line of text, or a typed Command. Comes back when it is answered and its
   * Events have been told. Interrupting does not take it back.
   */
  readonly submit: (input: string | Game.CommandOf<G>) => Effect.Effect<Accepted<G>, SubmitError<G>>
  /** Listens to everything there is to show, in order, from now on. */
  readonly listen: Effect.Effect<Stream.Stream<Told<G>>, never, Scope.Scope>
  /** Typed Events, as perceived, from when the stream is run. */
  readonly events: Stream.Stream<Codec.EventOf<G>>
  /** The state on entering the present instance; undefined before. */
  readonly snapshot: Effect.Effect<Game.SnapshotOf<G> | undefined>
  readonly status: SubscriptionRef.SubscriptionRef<Status>
  /** Why the play ended; waits until it has. */
  readonly closed: Effect.Effect<Closed>
  /** The way to the server and back, in milliseconds. */
  readonly ping: Call<number, Failure<typeof GatewayRpcs.Ping>>
  /** Leaves the world. */
  readonly leave: Call<void, Failure<typeof GatewayRpcs.Leave>>
  /** Leaves, and ends the login session. */
  readonly logout: Call<void, Failure<typeof GatewayRpcs.Logout>>
}

/** The errors of a call of the protocol. */
export type Failure<R extends { readonly errorSchema: { readonly Type: unknown } }> =
  R["errorSchema"]["Type"]

/** A client that connects, and stays connected, until the scope closes. */
export const make = Effect.fnUntraced(function* <G>(codec: Codec.Codec<G>, options: Options = {}) {
  const { connect } = yield* Connector
  const patience = options.patience ?? 60_000
  const callWithin = options.callWithin ?? 15_000
  const retryFirst = options.retryFirst ?? 250
  const retryMax = options.retryMax ?? 10_000

  const status = yield* SubscriptionRef.make<Status>({ _tag: "Connecting" })
  const told = yield* PubSub.bounded<Told<G>>(options.buffer ?? 4_096)
  const tell = (what: Told<G>) => Effect.asVoid(PubSub.publish(told, what))
  const report = (next: Status) =>
    Effect.andThen(SubscriptionRef.set(status, next), tell({ _tag: "Status", status: next }))

  /** The connection, once it says hello and is logged in again. */
  const link = yield* SubscriptionRef.make<Link | Closed | undefined>(undefined)
  const playing = yield* SubscriptionRef.make<Playing.Playing<G> | undefined>(undefined)
  /** Of the present play, or the last one. */
  let finished = Deferred.makeUnsafe<Closed>()
  let token: Redacted.Redacted<string> | undefined
  let intentsPerFrame = 1

  const end = (why: Closed["why"]) =>
    Effect.gen(function* () {
      const play = yield* SubscriptionRef.getAndSet(playing, undefined)
      if (play === undefined) return
      yield* play.close(why)
      yield* Deferred.succeed(finished, new Closed({ why }))
      yield* tell({ _tag: "Status", status: { _tag: "Closed", why } })
    })

  const greet = Effect.fnUntraced(function* (rpcs: Rpcs) {
    const welcome = yield* rpcs.Hello({
      protocol: GatewayRpcs.version,
      game: codec.game,
      client: options.name ?? "wr2"
    })
    intentsPerFrame = welcome.intentsPerFrame
    if (token === undefined) return
    const resumed = yield* Effect.result(rpcs.Resume({ token }))
    if (Result.isSuccess(resumed)) return
    if (resumed.failure._tag !== "NotLoggedIn") return yield* resumed.failure
    token = undefined
    yield* end("NotLoggedIn")
  })

  /** One play after the other on one connection. */
  const play = Effect.fnUntraced(function* (rpcs: Rpcs) {
    while (true) {
      const one = yield* next(playing)
      const over = yield* Effect.result(one.on(rpcs))
      if (Result.isSuccess(over)) continue
      if (over.failure._tag !== "Closed") return yield* over.failure
      if ((yield* SubscriptionRef.get(playing)) === one) yield* end(over.failure.why)
    }
  })

  const session = Effect.gen(function* () {
    const opened = yield* connect
    const live = Effect.gen(function* () {
      yield* greet(opened.rpcs)
      const before = yield* SubscriptionRef.get(playing)
      if (before !== undefined) {
        yield* before.reenter(opened.rpcs).pipe(Effect.catchTag("Closed", ({ why }) => end(why)))
      }
      yield* SubscriptionRef.set(link, opened)
      yield* report({ _tag: "Online" })
      online = true
      return yield* play(opened.rpcs)
    })
    return yield* Effect.raceFirst(live, opened.lost)
  }).pipe(Effect.scoped, Effect.ensuring(SubscriptionRef.set(link, undefined)))

  let online = false
  const stay = Effect.gen(function* () {
    let wait = retryFirst
    while (true) {
      online = false
      const exit = yield* Effect.exit(session)
      if (exit._tag === "Failure") {
        const error = Cause.squash(exit.cause) as { readonly _tag?: string }
        if (error._tag === "VersionMismatch") {
          const closed = new Closed({ why: "VersionMismatch" })
          yield* end("VersionMismatch")
          yield* Deferred.succeed(finished, closed)
          yield* SubscriptionRef.set(link, closed)
          return yield* report({ _tag: "Closed", why: "VersionMismatch" })
        }
        yield* Effect.logDebug("the connection ended", exit.cause)
      }
      // The first try after a good connection comes at once; many clients do not come all together.
      wait = online ? retryFirst : Math.min(retryMax, wait * 2)
      const forMillis = Math.round(wait * (0.5 + (yield* Random.next) / 2))
      yield* report({ _tag: "Waiting", forMillis })
      yield* Effect.sleep(forMillis)
      yield* report({ _tag: "Connecting" })
    }
  })
  yield* Effect.forkScoped(stay)

  /** Makes a call on the connection, waiting for one. */
  const call = <A, E>(
    make: (rpcs: Rpcs) => Effect.Effect<A, E | RpcClientError>
  ): Call<A, Exclude<E, RpcClientError>> =>
    // TypeScript does not see that the broken connection is taken out of E.
    // @effect-diagnostics-next-line unsafeEffectTypeAssertion:off
    next(link).pipe(
      Effect.timeoutOrElse({ duration: callWithin, orElse: () => Effect.fail(new Offline()) }),
      Effect.flatMap((live): Effect.Effect<A, E | RpcClientError | Offline | Closed> =>
        live instanceof Closed
          ? Effect.fail(live)
          : make(live.rpcs).pipe(
              // Its connection was closed under it.
              Effect.catchCauseIf(Cause.hasInterruptsOnly, () => Effect.fail(new Offline())),
              Effect.raceFirst(live.lost)
            )
      ),
      Effect.catchIf(
        (error): error is Extract<typeof error, RpcClientError> =>
          (error as { readonly _tag?: unknown })._tag === "RpcClientError",
        () => Effect.fail(new Offline())
      )
    ) as Call<A, Exclude<E, RpcClientError>>

  const loggedIn = (login: GatewayRpcs.LoggedIn) =>
    Effect.sync(() => {
      token = login.token
    })

  const client: Client<G> = {
    register: (name, password) =>
      call((rpcs) => rpcs.Register({ name, password })).pipe(Effect.tap(loggedIn)),
    login: (name, password) =>
      call((rpcs) => rpcs.Login({ name, password })).pipe(Effect.tap(loggedIn)),
    resume: (given) =>
      call((rpcs) => rpcs.Resume({ token: given })).pipe(
        Effect.tap(() =>
          Effect.sync(() => {
            token = given
          })
        )
      ),
    characters: call((rpcs) => rpcs.ListCharacters()),
    create: (name, fresh) =>
      call((rpcs) => rpcs.CreateCharacter({ name, fresh: JSON.stringify(fresh ?? null) })),
    enter: Effect.fnUntraced(function* (character) {
      yield* end("Left")
      const entered = yield* call((rpcs) => rpcs.Enter({ character, cursor: null }))
      const one = yield* Playing.make<G>(
        { codec, tell, patience, intentsPerFrame: () => intentsPerFrame },
        character,
        entered
      )
      finished = Deferred.makeUnsafe<Closed>()
      yield* SubscriptionRef.set(playing, one)
      return yield* SubscriptionRef.get(one.snapshot)
    }),
    submit: (input) =>
      Effect.flatMap(
        SubscriptionRef.get(playing),
        (one): Effect.Effect<Accepted<G>, SubmitError<G>> =>
          one === undefined
            ? Effect.fail(new Closed({ why: "Left" }))
            : one.submit(
                typeof input === "string"
                  ? { text: input, command: null }
                  : { text: null, command: codec.command(input) }
              )
      ),
    listen: Effect.map(PubSub.subscribe(told), Stream.fromSubscription),
    events: Stream.filterMap(Stream.fromPubSub(told), (what) =>
      what._tag === "Event" ? Result.succeed(what.event) : Result.fail(what)
    ),
    snapshot: Effect.flatMap(SubscriptionRef.get(playing), (one) =>
      one === undefined ? Effect.succeed(undefined) : SubscriptionRef.get(one.snapshot)
    ),
    status,
    closed: Effect.suspend(() => Deferred.await(finished)),
    ping: Effect.gen(function* () {
      const began = yield* Clock.currentTimeMillis
      yield* call((rpcs) => rpcs.Ping())
      return (yield* Clock.currentTimeMillis) - began
    }),
    leave: Effect.andThen(
      end("Left"),
      call((rpcs) => rpcs.Leave())
    ),
    logout: Effect.andThen(
      end("Left"),
      Effect.suspend(() => {
        token = undefined
        return call((rpcs) => rpcs.Logout())
      })
    )
  }
  return client
})

/** The next value that is there: now, or as soon as there is one. */
const next = <A>(ref: SubscriptionRef.SubscriptionRef<A | undefined>): Effect.Effect<A> =>
  SubscriptionRef.changes(ref).pipe(
    Stream.filter((value): value is Exclude<typeof value, undefined> => value !== undefined),
    Stream.runHead,
    Effect.flatMap((found) =>
      found._tag === "Some" ? Effect.succeed(found.value as A) : Effect.never
    )
  )
