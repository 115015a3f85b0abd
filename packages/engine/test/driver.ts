/** Drives an engine in tests: an actor's Commands with their n, the log and rows for checks. */
import type { Game } from "@wr2/core"
import * as Engine from "@wr2/engine/Engine"
import { Instances } from "@wr2/engine/Instances"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import type { Intent, Reply, Response } from "@wr2/engine/Messages"
import { Placement } from "@wr2/engine/Placement"
import { Effect } from "effect"

/** Founds an instance with people 1..count named p1.. of class `Person`. */
export const found = (
  instance: number,
  rows: Parameters<InstanceStore["Service"]["found"]>[0]["rows"]
) => Effect.flatMap(InstanceStore, (store) => store.found({ instance, rows, queue: [] }))

/** A player at an instance: enters, then submits with rising n. */
export const player = Effect.fnUntraced(function* (
  instance: number,
  id: number,
  session = `s${id}`
) {
  const placement = yield* Placement
  const inside = yield* placement.call(instance, { _tag: "Enter", id, session })
  let n = inside._tag === "Inside" ? inside.nextN : 1
  let at = instance
  const intents = (lines: ReadonlyArray<string>): ReadonlyArray<Intent> =>
    lines.map((text) => ({ n: n++, settled: 0, text, command: null }))
  const send = (list: ReadonlyArray<Intent>) =>
    placement.call(at, {
      _tag: "Submit",
      actor: { type: "Person", id },
      session,
      intents: list,
      trace: null
    })
  return {
    inside,
    /** Sends lines in one frame; gives the replies. */
    say: (...lines: ReadonlyArray<string>) => Effect.map(send(intents(lines)), replies),
    /** Sends intents as they are. */
    send: (list: ReadonlyArray<Intent>) => Effect.map(send(list), replies),
    moveTo: (target: number) => {
      at = target
    },
    nextN: () => n,
    /** The n that was sent by hand counts. */
    skip: Effect.sync(() => n++)
  }
})

export const replies = (response: Response): ReadonlyArray<Reply> => {
  if (response._tag !== "Replies") throw new Error(`not Replies: ${JSON.stringify(response)}`)
  return response.replies
}

/** The tag of a reply, or of its reason. */
export const tag = (reply: Reply): string =>
  reply._tag === "Accepted" ? "Accepted" : (reply.reason as { readonly _tag: string })._tag

export { Engine, Instances }
export type AnyGame = Game.Game<any, any, any, any>
