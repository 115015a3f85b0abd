/**
 * A lean client: JSON over a websocket, callbacks and nothing else. Where thousands of Commands a
 * second are made on the cores of the server that is measured, what makes them has to cost little.
 * What it hears is parsed, all of it, and acknowledged as by any client.
 */

/** What a client heard of its own. */
export interface Own {
  /** When the Command was meant to be sent. */
  readonly intended: number
  readonly took: number
}

export interface Client {
  readonly call: (tag: string, payload?: unknown) => Promise<any>
  /** Enters with a character, and hears what it hears. */
  readonly enter: (character: number) => Promise<void>
  /** Sends a line that was meant to be sent at `intended`; answers when it is accepted and its Event was heard. */
  readonly say: (text: string, intended: number) => Promise<void>
  /** Events heard so far, anybody's. */
  readonly heard: () => number
  readonly close: () => void
}

/** Clients ping, or the server takes them for gone. */
const pingEvery = 10_000

interface Waiting {
  readonly intended: number
  readonly done: () => void
}

/** Connects. `tell` hears of every Command of its own whose Event came. */
export const connect = async (
  url: string,
  tell: (own: Own) => void = () => {}
): Promise<Client> => {
  const socket = new WebSocket(`${url.replace("http", "ws")}/rpc`)
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve())
    socket.addEventListener("error", () => reject(new Error(`${url} does not answer`)))
  })
  const calls = new Map<string, (exit: any) => void>()
  const waiting = new Map<string, Waiting>()
  const out = new Set<number>()
  let heard = 0
  let ids = 0
  let n = 0
  let character = 0
  const send = (message: unknown) => socket.send(JSON.stringify(message))
  const frames = (values: ReadonlyArray<any>) => {
    const now = performance.now()
    for (const { events } of values) {
      for (const { commandId } of events ?? []) {
        heard++
        const own = commandId === null ? undefined : waiting.get(commandId)
        if (own === undefined) continue
        waiting.delete(commandId)
        tell({ intended: own.intended, took: now - own.intended })
        own.done()
      }
    }
  }
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(String(data))
    if (message._tag === "Chunk") {
      frames(message.values)
      send({ _tag: "Ack", requestId: message.requestId })
    } else if (message._tag === "Exit") {
      calls.get(message.requestId)?.(message.exit)
      calls.delete(message.requestId)
    }
  })
  socket.addEventListener("close", () => {
    clearInterval(ping)
    for (const end of calls.values()) end({ _tag: "Closed" })
    calls.clear()
  })
  const ping = setInterval(() => send({ _tag: "Ping" }), pingEvery)
  const call = (tag: string, payload: unknown = null) =>
    new Promise<any>((resolve, reject) => {
      const id = `${++ids}`
      calls.set(id, (exit) =>
        exit._tag === "Success"
          ? resolve(exit.value)
          : reject(new Error(`${tag}: ${JSON.stringify(exit).slice(0, 300)}`))
      )
      send({ _tag: "Request", id, tag, payload, headers: [] })
    })
  return {
    call,
    heard: () => heard,
    close: () => socket.close(),
    enter: async (id) => {
      const { cursor, nextN } = await call("Enter", { character: id, cursor: null })
      character = id
      n = nextN - 1
      // Ends with the connection.
      call("Feed", { cursor }).catch(() => {})
    },
    say: async (text, intended) => {
      const mine = ++n
      out.add(mine)
      const told = new Promise<void>((done) =>
        waiting.set(`character:${character}#${mine}`, { intended, done })
      )
      const settled = Math.min(...out) - 1
      const [reply] = await call("Submit", { intents: [{ n: mine, settled, text, command: null }] })
      out.delete(mine)
      if (reply._tag !== "Accepted") throw new Error(`${text}: ${JSON.stringify(reply)}`)
      await told
    }
  }
}
