/**
 * Who speaks the protocol by hand, and not as it is meant: raw messages over a real websocket, raw
 * bytes over TCP. Knows nothing of the client package, which would be too polite.
 */
import * as Net from "node:net"
import * as ChildProcess from "node:child_process"
import { Effect, Schema } from "effect"
import type { Scope } from "effect"

/** What the server did was not what an attacker needs to go on. */
export class Unexpected extends Schema.TaggedError<Unexpected>()("Unexpected", {
  message: Schema.String
}) {}

/** How a call ended. */
export type Exit =
  | { readonly _tag: "Success"; readonly value: any }
  /** A typed error. */
  | {
      readonly _tag: "Fail"
      readonly error: { readonly _tag: string; readonly [key: string]: unknown }
    }
  /** A defect, as text. */
  | { readonly _tag: "Die"; readonly defect: string }
  | { readonly _tag: "Interrupt" }
  /** The connection ended first. */
  | { readonly _tag: "Closed"; readonly code: number }

export interface Wire {
  /** Everything that came, as text. */
  readonly told: Array<string>
  /** What is asked by an id that begins with "unread" is not acknowledged. */
  readonly send: (message: unknown) => void
  readonly call: (tag: string, payload?: unknown) => Effect.Effect<Exit>
  /** Acknowledged chunk by chunk; frames go to the listener. Ends as the call does. */
  readonly feed: (cursor: unknown, onFrame?: (frame: any) => void) => Effect.Effect<Exit>
  /** The close code, once it is closed. */
  readonly closed: () => number | undefined
}

const exitOf = (exit: any): Exit => {
  if (exit._tag === "Success") return { _tag: "Success", value: exit.value }
  const first = exit.cause?.[0]
  if (first?._tag === "Fail") return { _tag: "Fail", error: first.error }
  if (first?._tag === "Die") return { _tag: "Die", defect: JSON.stringify(first.defect) }
  return { _tag: "Interrupt" }
}

/** A websocket on which anything may be said. */
export const dial = (
  url: string,
  headers: Readonly<Record<string, string>> = {}
): Effect.Effect<Wire, Unexpected, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<WebSocket, Unexpected>((resume) => {
        // Node's takes headers; the standard knows of none.
        const options = { headers } as unknown as string[]
        const ws = new WebSocket(`${url.replace("http", "ws")}/rpc`, options)
        ws.addEventListener("open", () => resume(Effect.succeed(ws)))
        ws.addEventListener("error", () =>
          resume(Effect.fail(new Unexpected({ message: "refused" })))
        )
      }),
      (ws) => Effect.sync(() => ws.close())
    ),
    (ws) => {
      const told: Array<string> = []
      const waiting = new Map<string, (exit: Exit) => void>()
      const listening = new Map<string, (frame: any) => void>()
      let closed: number | undefined
      let id = 0
      const send = (message: unknown) =>
        ws.send(typeof message === "string" ? message : JSON.stringify(message))
      ws.addEventListener("message", ({ data }) => {
        const text = String(data)
        told.push(text)
        const message = JSON.parse(text)
        if (message._tag === "Exit") {
          waiting.get(message.requestId)?.(exitOf(message.exit))
          waiting.delete(message.requestId)
        } else if (message._tag === "Chunk") {
          for (const frame of message.values) listening.get(message.requestId)?.(frame)
          if (!String(message.requestId).startsWith("unread"))
            send({ _tag: "Ack", requestId: message.requestId })
        }
      })
      ws.addEventListener("close", ({ code }) => {
        closed = code
        for (const resume of waiting.values()) resume({ _tag: "Closed", code })
        waiting.clear()
      })
      const call: Wire["call"] = (tag, payload = null) =>
        Effect.callback<Exit>((resume) => {
          const mine = `${++id}`
          if (closed !== undefined) return resume(Effect.succeed({ _tag: "Closed", code: closed }))
          waiting.set(mine, (exit) => resume(Effect.succeed(exit)))
          send({ _tag: "Request", id: mine, tag, payload, headers: [] })
        })
      return {
        told,
        send,
        call,
        feed: (cursor, onFrame) =>
          Effect.suspend(() => {
            listening.set(`${id + 1}`, onFrame ?? (() => {}))
            return call("Feed", { cursor })
          }),
        closed: () => closed
      }
    }
  )

/** The value of a call that has to succeed. */
export const must = (exit: Effect.Effect<Exit>): Effect.Effect<any, Unexpected> =>
  Effect.flatMap(exit, (found) =>
    found._tag === "Success"
      ? Effect.succeed(found.value)
      : Effect.fail(new Unexpected({ message: JSON.stringify(found) }))
  )

/** The tag of a call's typed error; else what it was instead. */
export const failure = (exit: Exit): string => (exit._tag === "Fail" ? exit.error._tag : exit._tag)

export const password = "correct horse battery"

/** A character that is played by hand. */
export interface Player extends Wire {
  readonly account: string
  readonly token: string
  readonly id: number
  readonly name: string
  /** As of entering. */
  readonly cursor: any
  /** Events heard, since `listen`. */
  readonly events: Array<{ readonly type: string; readonly payload: string; readonly seq: number }>
  readonly listen: Effect.Effect<void, never, Scope.Scope>
  /** A line, or a typed Command; its reply. */
  readonly say: (text: string) => Effect.Effect<any, Unexpected>
  /** A line; turned away without being used up, the number is the next one's. */
  readonly again: (text: string) => Effect.Effect<any, Unexpected>
  readonly typed: (command: unknown) => Effect.Effect<any, Unexpected>
}

let accounts = 0
let names = 0
const letters = (n: number): string =>
  (n < 26 ? "" : letters(Math.floor(n / 26) - 1)) + String.fromCharCode(97 + (n % 26))
/** A name that nobody has. */
export const newName = (prefix = "Mal"): string => `${prefix}${letters(names++)}`

/** A connection that is logged in to a new account. */
export const loggedIn = Effect.fnUntraced(function* (url: string) {
  const wire = yield* dial(url)
  const account = `mallory${++accounts}`
  const { token } = yield* must(wire.call("Register", { name: account, password }))
  return { ...wire, account, token: String(token) }
})

/** Another connection of the same login. */
export const again = Effect.fnUntraced(function* (url: string, token: string) {
  const wire = yield* dial(url)
  yield* must(wire.call("Resume", { token }))
  return wire
})

/** Makes a character on a connection that is logged in, and enters it. */
export const enter = Effect.fnUntraced(function* (
  wire: Wire & { readonly account: string; readonly token: string },
  description = "Nobody in particular."
) {
  const name = newName()
  const { id } = yield* must(
    wire.call("CreateCharacter", { name, fresh: JSON.stringify({ description }) })
  )
  const { cursor, nextN } = yield* must(wire.call("Enter", { character: id, cursor: null }))
  const events: Array<any> = []
  let n = nextN as number
  const submit = (text: string | null, command: string | null) =>
    Effect.suspend(() => {
      const mine = n++
      const intent = { n: mine, settled: mine - 1, text, command }
      return Effect.map(must(wire.call("Submit", { intents: [intent] })), (replies) => {
        const [reply] = replies
        return reply._tag === "Rejected" ? { ...reply, reason: JSON.parse(reply.reason) } : reply
      })
    })
  const player: Player = {
    ...wire,
    id,
    name,
    cursor,
    events,
    listen: Effect.asVoid(
      Effect.forkScoped(wire.feed(cursor, (frame) => events.push(...(frame.events ?? []))))
    ),
    say: (text) => submit(text, null),
    again: (text) =>
      Effect.tap(submit(text, null), ({ reason }) => {
        if (["Unavailable", "Overloaded"].includes(reason?._tag)) n--
        return Effect.void
      }),
    typed: (command) =>
      submit(null, typeof command === "string" ? command : JSON.stringify(command))
  }
  return player
})

/** A new account with a character inside the world. */
export const player = (url: string, description?: string) =>
  Effect.flatMap(loggedIn(url), (wire) => enter(wire, description))

/** A connection of bytes. */
export interface Bytes {
  readonly write: (bytes: Uint8Array | string) => boolean
  /** What came, until reading was stopped. */
  readonly got: () => string
  readonly closed: () => boolean
  readonly stopReading: () => void
  /** Writes again and again, as fast as they are taken, until this time or the end of the connection. */
  readonly flood: (bytes: Uint8Array, until: number) => Effect.Effect<void>
}

export const bytes = (port: number): Effect.Effect<Bytes, Unexpected, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<Net.Socket, Unexpected>((resume) => {
        const socket = Net.connect(port, "127.0.0.1", () => resume(Effect.succeed(socket)))
        socket.on("error", ({ message }) => resume(Effect.fail(new Unexpected({ message }))))
      }),
      (socket) => Effect.sync(() => socket.destroy())
    ),
    (socket) => {
      let got = ""
      let closed = false
      socket.on("data", (chunk: Buffer) => {
        got += chunk.toString("latin1")
      })
      socket.on("close", () => {
        closed = true
      })
      return {
        write: (data) => socket.write(data),
        got: () => got,
        closed: () => closed,
        stopReading: () => void socket.pause(),
        flood: (data, until) =>
          Effect.promise(async () => {
            while (performance.now() < until && !closed) {
              const taken = socket.write(data)
              await new Promise<void>((resume) => {
                if (taken) return void setImmediate(resume)
                const timer = setTimeout(resume, Math.max(1, until - performance.now()))
                const done = () => {
                  clearTimeout(timer)
                  socket.off("drain", done).off("close", done)
                  resume()
                }
                socket.on("drain", done).on("close", done)
              })
            }
          })
      }
    }
  )

/** The request for a websocket. */
export const upgrade = (headers: Readonly<Record<string, string>> = {}): string =>
  "GET /rpc HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("") +
  "\r\n"

/** A websocket of bytes, that is not read from. */
export const deaf = Effect.fnUntraced(function* (port: number) {
  const wire = yield* bytes(port)
  wire.write(upgrade())
  while (!wire.got().includes("\r\n\r\n")) yield* Effect.sleep(5)
  wire.stopReading()
  return wire
})

/** A frame as a client sends it. */
export const frame = (data: string | Uint8Array, opcode = 1): Buffer => {
  const body = Buffer.from(data)
  const head =
    body.length < 126
      ? [0x80 | opcode, 0x80 | body.length]
      : [0x80 | opcode, 0xfe, body.length >> 8, body.length & 255]
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), body])
}

/** A request over raw HTTP: all that was answered, and whether the connection was ended. */
export const request = Effect.fnUntraced(function* (port: number, text: string) {
  const wire = yield* bytes(port)
  wire.write(text)
  const until = performance.now() + 2_000
  while (!wire.closed() && !wire.got().includes("\r\n\r\n") && performance.now() < until) {
    yield* Effect.sleep(5)
  }
  return { answer: wire.got(), closed: wire.closed() }
}, Effect.scoped)

/** Memory that a process holds, in MiB. */
export const memory = (pid: number): number =>
  Number(ChildProcess.execFileSync("ps", ["-o", "rss=", "-p", `${pid}`]).toString()) / 1_024
