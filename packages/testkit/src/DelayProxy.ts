/**
 * A TCP proxy with a fixed delay, which can also lose things: for tests that count round trips, and
 * tests of what becomes of a transaction whose connection is lost at a given moment.
 *
 * **Gotchas** A pipelined statement is answered as soon as it is done, also when others are still to
 * come: to lose the answer to the last one, wait for its own words.
 */
import * as Net from "node:net"
import { Effect, Redacted } from "effect"
import type { Scope } from "effect"

/** What becomes of a chunk, and of its pair of connections. */
export type Fate =
  /** It passes. */
  | "pass"
  /** It is lost, and both connections are cut. */
  | "cut"
  /** It passes if a client sent it; of the server nothing is heard any more, the connection stays open. */
  | "swallow"
  /** It passes if a client sent it; the server's answers are not even read: its session stops in the middle of one. */
  | "stall"
  /** It passes; of the server no more is read until {@link DelayProxy.release}, and nothing is lost. */
  | "hold"
  /** It waits for {@link DelayProxy.release}, and so does what its sender says after it; nothing is lost. */
  | "late"

/**
 * Decides about a chunk, as text of one character for each byte. `named`: of a client's, the texts of the
 * prepared statements that it asks for by their names, each with a zero behind it.
 */
export type Judge = (chunk: string, named: string) => Fate

/** A running proxy. */
export interface DelayProxy {
  readonly port: number
  /** A database's URL through the proxy. */
  readonly url: (url: Redacted.Redacted) => Redacted.Redacted
  /** Decides about every chunk from now on: of clients, and of the server. */
  readonly judge: (requests: Judge, answers?: Judge) => void
  /** What was late goes on its way; reads on wherever reading was put off. */
  readonly release: Effect.Effect<void>
  /** Cuts all connections now. */
  readonly cut: Effect.Effect<void>
  /** How often a client spoke again after it had heard something: turns, whatever the clock says. */
  readonly turns: () => number
}

const pass: Judge = () => "pass"

/** Messages by which a statement is given a name, and is asked for by it: type, length, and texts that end with zero. */
const parses = /P\0[^]{3}(\w+)\0([^\0]*)\0/g
const binds = /B\0[^]{3}\0(\w+)\0/g

/** One pair of connections. */
class Pair {
  silent = false
  heard = false
  private late: Array<() => void> = []
  /** Texts of statements, by the names that the client gave them. */
  private readonly statements = new Map<string, string>()
  readonly client: Net.Socket
  readonly server: Net.Socket
  private readonly delayMillis: number
  constructor(client: Net.Socket, server: Net.Socket, delayMillis: number) {
    this.client = client
    this.server = server
    this.delayMillis = delayMillis
    for (const socket of [client, server]) {
      socket.setNoDelay(true)
      socket.on("error", () => this.end())
      socket.on("close", () => this.later(() => this.end()))
    }
  }
  /** The texts of what a chunk of the client asks for by its name. */
  named(chunk: string): string {
    for (const [, name, text] of chunk.matchAll(parses)) this.statements.set(name!, text!)
    return Array.from(chunk.matchAll(binds), ([, name]) => {
      const text = this.statements.get(name!)
      return text === undefined ? "" : `${text}\0`
    }).join("")
  }
  end(): void {
    this.client.destroy()
    this.server.destroy()
  }
  /** Timers of one delay fire in order: chunks stay in theirs. */
  private later(f: () => void): void {
    if (this.delayMillis === 0) f()
    else setTimeout(f, this.delayMillis)
  }
  /** What was late goes on its way. */
  release(): void {
    const late = this.late
    this.late = []
    for (const send of late) send()
    this.client.resume()
    if (!this.silent) this.server.resume()
  }
  /** Does with a chunk what was decided. */
  handle(chunk: Buffer, to: Net.Socket, fate: Fate): void {
    if (fate === "cut") return this.end()
    if (fate === "late") {
      const from = to === this.client ? this.server : this.client
      from.pause()
      this.late.push(() => this.handle(chunk, to, "pass"))
      return
    }
    if (fate === "stall" || fate === "hold") this.server.pause()
    if (fate === "stall" || fate === "swallow") this.silent = true
    if (this.silent && to === this.client) return
    this.later(() => to.writable && to.write(chunk))
  }
}

/** Listens until the scope closes. `delayMillis` is for each direction: a round trip is twice that. */
export const make = (options: {
  readonly url: Redacted.Redacted
  readonly delayMillis?: number
}): Effect.Effect<DelayProxy, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<DelayProxy & { readonly close: () => void }>((resume) => {
      const target = new URL(Redacted.value(options.url))
      const pairs = new Set<Pair>()
      let [requests, answers] = [pass, pass]
      let turns = 0
      const listener = Net.createServer((client) => {
        const server = Net.connect(Number(target.port || 5432), target.hostname)
        const pair = new Pair(client, server, options.delayMillis ?? 0)
        pairs.add(pair)
        client.on("close", () => pairs.delete(pair))
        client.on("data", (chunk) => {
          if (pair.heard) turns++
          pair.heard = false
          const text = chunk.toString("latin1")
          pair.handle(chunk, server, requests(text, pair.named(text)))
        })
        server.on("data", (chunk) => {
          pair.heard = true
          pair.handle(chunk, client, answers(chunk.toString("latin1"), ""))
        })
      })
      const cut = () => pairs.forEach((pair) => pair.end())
      listener.listen(0, "127.0.0.1", () => {
        const { port } = listener.address() as Net.AddressInfo
        resume(
          Effect.succeed({
            port,
            url: (url) => {
              const through = new URL(Redacted.value(url))
              through.hostname = "127.0.0.1"
              through.port = String(port)
              return Redacted.make(through.href)
            },
            judge: (ofClients, ofServer = pass) => {
              requests = ofClients
              answers = ofServer
            },
            release: Effect.sync(() => {
              for (const pair of pairs) pair.release()
            }),
            cut: Effect.sync(cut),
            turns: () => turns,
            close: () => {
              cut()
              listener.close()
            }
          })
        )
      })
    }),
    ({ close }) => Effect.sync(close)
  )
