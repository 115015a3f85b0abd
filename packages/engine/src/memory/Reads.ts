/** The ports that only read what InstanceStore has committed, on the memory database. */
import { Actor } from "@wr2/core"
import { Effect, Result } from "effect"
import type { ActionQueue } from "../ActionQueue.ts"
import type { EventLog } from "../EventLog.ts"
import { MemoryDatabase } from "./Database.ts"
import { caller, MemoryFaults } from "./Faults.ts"
import { byDue, indexAfter, lastSeq } from "./Tables.ts"

/** Makes the port to pending Actions. */
export const actionQueue: Effect.Effect<ActionQueue["Service"], never, MemoryDatabase> = Effect.gen(
  function* () {
    const { state } = yield* MemoryDatabase
    const { read } = caller(state, yield* MemoryFaults, "ActionQueue")
    const later = (instance: number, after: number) =>
      [...(state.instances.get(instance)?.queue.values() ?? [])].filter(
        ({ runAt }) => runAt > after
      )
    return {
      due: (instance, { after, limit, until }) =>
        read("due", [instance], () =>
          Result.succeed(
            later(instance, after)
              .filter(({ runAt }) => runAt <= until)
              .sort(byDue)
              .slice(0, limit)
          )
        ),
      nextDue: (instance, after) =>
        read("nextDue", [instance], () =>
          Result.succeed(
            later(instance, after).reduce<number | null>(
              (first, { runAt }) => Math.min(first ?? runAt, runAt),
              null
            )
          )
        )
    }
  }
)

/** Makes the port to Events. */
export const eventLog: Effect.Effect<EventLog["Service"], never, MemoryDatabase> = Effect.gen(
  function* () {
    const { state } = yield* MemoryDatabase
    const { read } = caller(state, yield* MemoryFaults, "EventLog")
    return {
      read: (instance, after, limit) =>
        read("read", [instance], () => {
          const events = state.instances.get(instance)?.events ?? []
          const from = indexAfter(events, after)
          return Result.succeed(events.slice(from, from + limit))
        }),
      head: (instance) =>
        read("head", [instance], () => {
          const owner = state.owners.get(instance)
          if (owner === undefined) return Result.succeed(undefined)
          const last = lastSeq(state, instance)
          const oldest = state.instances.get(instance)?.events[0]?.seq ?? last + 1
          return Result.succeed({ lineage: owner.lineage, last, oldest })
        }),
      arrival: (instance, { n, source }) =>
        read("arrival", [instance], () => {
          const owner = state.owners.get(instance)
          const id = `${Actor.key(Actor.instance(source))}#${n}`
          const first = state.instances
            .get(instance)
            ?.events.find(({ actor, commandId }) => actor?.type === "instance" && commandId === id)
          return Result.succeed(owner && first && { lineage: owner.lineage, seq: first.seq })
        })
    }
  }
)
