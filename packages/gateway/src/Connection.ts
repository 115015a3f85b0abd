/**
 * One websocket of a client, and its bounds: how many there are, how large and how often it speaks,
 * how long it may be silent. It carries at most one login and one played character.
 */
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import { Context, Effect, Metric, Semaphore } from "effect"
import type { Scope } from "effect"
import * as Buckets from "./Buckets.ts"
import type { GatewayLimits } from "./GatewayLimits.ts"
import * as Monotonic from "./Monotonic.ts"
import type { Play } from "./Sessions.ts"
import * as Telemetry from "./Telemetry.ts"
import * as Wire from "./Wire.ts"

/** Who is logged in. */
export interface Login {
  readonly account: number
  readonly name: string
  readonly tokenHash: string
}

export interface Connection {
  /** What its attempts are counted by. */
  readonly address: string
  /** Ends with the connection. */
  readonly scope: Scope.Scope
  /** What changes login and character happens one after the other. */
  readonly turn: Semaphore.Semaphore
  login: Login | undefined
  playing: { readonly play: Play; readonly close: Effect.Effect<void> } | undefined
  /** Calls that are being answered. */
  inHand: number
  /** Calls it may still make; undefined: it made none. */
  calls: Buckets.Bucket | undefined
}

/**
 * The connection that a call came by. Its default is none: a handler that is reached any other way
 * refuses, it does not share.
 */
export const Connection = Context.Reference<Connection | undefined>("wr2/gateway/Connection", {
  defaultValue: () => undefined
})

/** A connection that ends with the scope. */
export const make = (address: string): Effect.Effect<Connection, never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => ({
    address,
    scope,
    turn: Semaphore.makeUnsafe(1),
    login: undefined,
    playing: undefined,
    inHand: 0,
    calls: undefined
  }))

/** What attempts are counted by: an IPv4 address, or the /64 of an IPv6 one (a household has many). */
export const addressKey = (address: string): string => {
  const bare = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, "")
  if (!bare.includes(":")) return bare
  const [head = "", tail = ""] = bare.split("::")
  const groups = head.split(":").filter((group) => group !== "")
  const rest = tail.split(":").filter((group) => group !== "")
  const filled = bare.includes("::")
    ? [...groups, ...Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill("0"), ...rest]
    : groups
  return `${filled
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`
}

/** Whether an address is this machine's own. */
const isOurs = (address: string): boolean =>
  address.startsWith("127.") || address === addressKey("::1")

/** Counts connections; says why there is no room for one more. */
export class Door {
  readonly #limits: GatewayLimits
  readonly #byAddress = new Map<string, number>()
  #all = 0
  constructor(limits: GatewayLimits) {
    this.#limits = limits
  }

  /** Lets one in until the scope closes; undefined: let in. */
  readonly enter = (
    address: string
  ): Effect.Effect<"total" | "address" | undefined, never, Scope.Scope> =>
    Effect.suspend(() => {
      const held = this.#byAddress.get(address) ?? 0
      const full =
        this.#all >= this.#limits.connectionsMax
          ? "total"
          : held >= this.#limits.connectionsPerAddress && !isOurs(address)
            ? "address"
            : undefined
      if (full !== undefined) {
        return Effect.as(
          Metric.update(Metric.withAttributes(Telemetry.turnedAway, { why: full }), 1),
          full
        )
      }
      this.#all++
      this.#byAddress.set(address, held + 1)
      return Effect.acquireRelease(this.#measure, () => Effect.suspend(() => this.#leave(address)))
    })

  readonly #measure = Effect.suspend(() =>
    Effect.as(Metric.update(Telemetry.connections, this.#all), undefined)
  )

  #leave(address: string): Effect.Effect<void> {
    this.#all--
    const held = this.#byAddress.get(address) ?? 1
    if (held <= 1) this.#byAddress.delete(address)
    else this.#byAddress.set(address, held - 1)
    return this.#measure
  }
}

/** How many of the messages may be let through for these tokens, at least one, and what they weigh. */
const within = (
  messages: ReadonlyArray<{ readonly length: number }>,
  tokens: number,
  frameBytes: number
): { readonly count: number; readonly weight: number } => {
  let [count, weight] = [0, 0]
  for (const { length } of messages) {
    const more = Math.ceil(length / frameBytes)
    if (count > 0 && weight + more > tokens) break
    count++
    weight += more
  }
  return { count, weight }
}

const isNonEmpty = <A>(all: ReadonlyArray<A>): all is readonly [A, ...Array<A>] => all.length > 0

/**
 * A request whose websocket speaks within bounds: faster messages wait (and TCP tells the sender),
 * a silence that is too long ends the connection, and so does what is no message. (Wire sees to the
 * size of messages.)
 */
export const bounded = (
  request: HttpServerRequest,
  connection: Connection,
  limits: GatewayLimits
): HttpServerRequest => {
  /** It was told that it does not speak the protocol: it is not listened to any more. */
  let over = false
  const upgrade = Effect.map(request.upgrade, (socket) => ({
    ...socket,
    reader: Effect.flatMap(socket.reader, (reader) =>
      Effect.map(Monotonic.millis, (opened) => {
        let bucket = Buckets.full(limits.frames, opened)
        const patience = (now: number) =>
          connection.login === undefined
            ? Math.max(1, Math.min(limits.silenceMax, opened + limits.loginWithin - now))
            : limits.silenceMax
        const read = Effect.flatMap(Monotonic.millis, (now) =>
          Effect.timeoutOrElse(reader.pull, {
            duration: patience(now),
            orElse: () => Effect.interrupt
          })
        )
        /** Read, and not yet let through. */
        let waiting: ReadonlyArray<Uint8Array | string> = []
        const pull = Effect.suspend(() =>
          over ? Effect.interrupt : isNonEmpty(waiting) ? Effect.succeed(waiting) : read
        ).pipe(
          Effect.flatMap((messages) =>
            Effect.flatMap(Monotonic.millis, (then) => {
              // No message is empty; and what has no length is in no bound of bytes.
              const late = connection.login === undefined && then > opened + limits.loginWithin
              if (over || late || messages.some(({ length }) => length === 0))
                return Effect.interrupt
              const { tokens } = Buckets.filled(bucket, limits.frames, then)
              const { count, weight } = within(messages, tokens, limits.frameBytes)
              waiting = messages.slice(count)
              const taken = Buckets.take(bucket, limits.frames, then, weight)
              bucket = taken.bucket
              const through = messages.slice(0, count) as unknown as typeof messages
              const missing = (weight - taken.taken) * limits.frames.everyMillis
              if (missing === 0) return Effect.succeed(through)
              bucket = { tokens: 0, at: then + missing }
              return Effect.delay(Effect.succeed(through), missing)
            })
          )
        )
        return { ...reader, pull }
      })
    ),
    writer: Effect.map(socket.writer, (writer) => ({
      ...writer,
      write: (sent: Parameters<typeof writer.write>[0]) => {
        over ||= Wire.isLastWord(sent)
        return writer.write(sent)
      }
    }))
  }))
  // The request is a class with accessors: its own `upgrade` shadows theirs, the rest is inherited.
  return Object.create(request, { upgrade: { value: upgrade } }) as HttpServerRequest
}
