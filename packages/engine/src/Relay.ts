/**
 * Messages to other instances: each target gets the next only after it has acknowledged the last,
 * at least once, from activation on. Its acknowledgement removes the row, in a cycle of the source.
 */
import { Actor } from "@wr2/core"
import { Effect, Latch, Metric } from "effect"
import type { Scope } from "effect"
import type { Request, Response } from "./Messages.ts"
import type { OutboxRecord } from "./Records.ts"
import type { Resident } from "./Resident.ts"
import * as Telemetry from "./Telemetry.ts"

/** Hands a request to an instance; false-like answers are tried again. */
export type Send = (instance: number, request: Request) => Effect.Effect<Response>

const late: Response = { _tag: "Denied", reason: { _tag: "Unavailable" } }

/** A resident's relay: `look` after new messages were committed. */
export const make = (
  resident: Resident,
  send: Send,
  delivered: () => void
): { readonly look: () => void; readonly run: Effect.Effect<void, never, Scope.Scope> } => {
  const some = Latch.makeUnsafe(true)
  const acknowledged = new Set<number>()
  const busy = new Set<number>()
  const { relayRetryFirst, relayRetryMax, relayWithin } = resident.tools.limits

  const next = (target: number): OutboxRecord | undefined => {
    let first: OutboxRecord | undefined
    for (const message of resident.outbox.values()) {
      if (message.target !== target || acknowledged.has(message.n)) continue
      if (first === undefined || message.n < first.n) first = message
    }
    return first
  }

  const handOver = (message: OutboxRecord) =>
    send(message.target, {
      _tag: "Deliver",
      source: resident.instance,
      n: message.n,
      command: message.command,
      traveller: message.traveller
    })

  /** All messages to one target, one after the other. */
  const toTarget = Effect.fnUntraced(function* (target: number) {
    let backoff = relayRetryFirst
    while (true) {
      const message = next(target)
      if (message === undefined) {
        // In one step with finding nothing: what is committed from here on starts a new fiber.
        busy.delete(target)
        return
      }
      const response = yield* Effect.timeoutOrElse(handOver(message), {
        duration: relayWithin,
        orElse: () => Effect.succeed<Response>(late)
      })
      if (response._tag === "Done") {
        backoff = relayRetryFirst
        acknowledged.add(message.n)
        resident.delivered.push(message.n)
        delivered()
        yield* Metric.update(Telemetry.relayed, 1)
        continue
      }
      yield* Effect.logDebug("a message is tried again", {
        instance: resident.instance,
        target,
        traveller: message.traveller === null ? undefined : Actor.key(message.traveller.actor),
        response
      })
      yield* Effect.sleep(backoff)
      backoff = Math.min(backoff * 2, relayRetryMax)
    }
  })

  return {
    look: () => {
      if (resident.outbox.size > 0) some.openUnsafe()
    },
    run: Effect.gen(function* () {
      while (true) {
        yield* some.await
        some.closeUnsafe()
        for (const n of acknowledged) if (!resident.outbox.has(n)) acknowledged.delete(n)
        for (const { n, target } of resident.outbox.values()) {
          if (acknowledged.has(n) || busy.has(target)) continue
          busy.add(target)
          yield* Effect.forkScoped(toTarget(target))
        }
      }
    })
  }
}
