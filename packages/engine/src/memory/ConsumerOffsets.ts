/** ConsumerOffsets on the memory database. */
import { Effect, Result } from "effect"
import type { ConsumerOffsets, Known, Move, Offset } from "../ConsumerOffsets.ts"
import { MemoryDatabase } from "./Database.ts"
import { caller, MemoryFaults } from "./Faults.ts"
import { lastSeq } from "./Tables.ts"

const keyOf = (instance: number, consumer: string): string => `${instance}/${consumer}`

/** Makes the port. */
export const make: Effect.Effect<ConsumerOffsets["Service"], never, MemoryDatabase> = Effect.gen(
  function* () {
    const { state } = yield* MemoryDatabase
    const { read, write } = caller(state, yield* MemoryFaults, "ConsumerOffsets")
    const { offsets } = state

    const put = (offset: Offset): void =>
      void offsets.set(keyOf(offset.instance, offset.consumer), Object.freeze(offset))
    const missing = (instance: number, head: number, { from, name: consumer }: Known): void => {
      if (offsets.has(keyOf(instance, consumer))) return
      const oldest = state.instances.get(instance)?.events[0]?.seq
      const beginning = oldest === undefined ? lastSeq(state, instance) : oldest - 1
      const founded = state.owners.get(instance)?.founded ?? 0
      const isFoundedLater = founded > (state.knownConsumers.get(consumer) ?? Infinity)
      const seq = from === "now" && !isFoundedLater ? head : beginning
      put({ instance, consumer, seq, parked: null })
    }
    const meet = (consumers: ReadonlyArray<Known>): void => {
      for (const { name } of consumers)
        if (!state.knownConsumers.has(name)) state.knownConsumers.set(name, state.transactions)
    }
    /** The row that a move is about, if it is still where the move begins. */
    const still = ({ consumer, from, instance }: Move): Offset | undefined => {
      const row = offsets.get(keyOf(instance, consumer))
      return row?.seq === from && row.parked === null ? row : undefined
    }
    const move = (each: Move, parked: Offset["parked"]): boolean => {
      const row = still(each)
      if (row !== undefined) put({ ...row, seq: each.to, parked })
      return row !== undefined
    }

    return {
      enrol: (consumers) =>
        write("enrol", [], () => {
          meet(consumers)
          for (const instance of state.owners.keys())
            for (const known of consumers) missing(instance, lastSeq(state, instance), known)
          return Result.succeed(undefined)
        }),
      open: (instance, head, consumers) =>
        write("open", [instance], () => {
          meet(consumers)
          for (const known of consumers) missing(instance, head, known)
          return Result.succeed(consumers.map(({ name }) => offsets.get(keyOf(instance, name))!))
        }),
      advance: (moves) =>
        write(
          "advance",
          moves.map(({ instance }) => instance),
          () => Result.succeed(moves.map((each) => (move(each, null) ? "written" : "lost")))
        ),
      park: (each, why) =>
        write("park", [each.instance], () => Result.succeed(move(each, Object.freeze({ ...why })))),
      resume: (instance, consumer, to) =>
        write("resume", [instance], () => {
          const row = offsets.get(keyOf(instance, consumer))
          const parked = row !== undefined && row.parked !== null
          if (parked) put({ ...row, seq: to ?? row.seq, parked: null })
          return Result.succeed(parked)
        }),
      asleep: (consumers, limit) =>
        read("asleep", [], () =>
          Result.succeed(
            [...state.owners]
              .filter(
                ([instance, owner]) =>
                  owner.releasedAt !== null &&
                  consumers.some((name) => {
                    const row = offsets.get(keyOf(instance, name))
                    return row !== undefined && row.parked === null && row.seq < owner.lastSeq
                  })
              )
              .map(([instance]) => instance)
              .sort((a, b) => a - b)
              .slice(0, limit)
          )
        ),
      needed: read("needed", [], () => {
        const oldest = new Map<number, number>()
        for (const { instance, seq } of offsets.values())
          oldest.set(instance, Math.min(oldest.get(instance) ?? Infinity, seq + 1))
        return Result.succeed(
          [...oldest]
            .map(([instance, seq]) => ({ instance, seq }))
            .sort((a, b) => a.instance - b.instance)
        )
      })
    }
  }
)
