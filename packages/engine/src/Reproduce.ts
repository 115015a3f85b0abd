/**
 * What a test of one recorded Action needs: the rows that it, and what it locks, looked at, as they
 * were; found by running it again with the very rule, and noting.
 */
import type { Aggregate, Projection as Reads } from "@wr2/core"
import { LockSet } from "@wr2/core"
import { Result } from "effect"
import type { Definition, EventEntry, RuleEntry } from "./GameDef.ts"
import type { ActionRecord, Ran } from "./Records.ts"
import * as Rerun from "./Rerun.ts"

/** An Action run again alone. */
export interface Reproduced {
  /** What it locked and looked at, as it was before it, in the order of locks. */
  readonly rows: ReadonlyArray<Aggregate.Given>
  /** Rows among them that do not decode: no test can be given those. */
  readonly corrupt: ReadonlyArray<string>
  readonly locks: LockSet.LockSet
  readonly outcome: Rerun.Outcome
}

/** Runs an Action again on the rows as they were before it; `seq` is that of the last Event before it. */
export const reproduce = (
  world: Rerun.World,
  definition: Definition,
  action: ActionRecord & Ran,
  seq: number
): Reproduced => {
  const { projection } = world
  const seen = new Map<string, Aggregate.Ref>()
  const note = (aggregate: Aggregate.Any, id: number): void => {
    seen.set(LockSet.key({ aggregate, id }), { aggregate, id })
  }
  const look: Reads = {
    get: (aggregate, id) => {
      note(aggregate, id)
      return projection.get(aggregate, id)
    },
    runtime: (aggregate, id) => {
      note(aggregate, id)
      return projection.runtime(aggregate, id)
    },
    by: (aggregate, index, key) => {
      const rows = projection.by(aggregate, index, key)
      for (const { id } of rows) note(aggregate, id)
      return rows
    },
    all: (aggregate) => {
      const rows = projection.all(aggregate)
      for (const { id } of rows) note(aggregate, id)
      return rows
    },
    active: (aggregate) => {
      const ids = projection.active(aggregate)
      for (const id of ids) note(aggregate, id)
      return ids
    }
  }
  let locks: ReadonlyArray<Aggregate.Ref> = []
  // Rows of an index that are not locked are a defect, and so is a change that does not fit the row it
  // meets: a test must have those rows too.
  const ruleNoting = ({ rule, ...rest }: RuleEntry): RuleEntry => ({
    ...rest,
    rule: {
      ...rule,
      locks: (payload) => (locks = rule.locks(payload, { projection: look })),
      decide: (payload, deciding) =>
        rule.decide!(payload, {
          ...deciding,
          every: (aggregate, index, key) => {
            look.by(aggregate, index, key)
            return deciding.every(aggregate, index, key)
          }
        })
    }
  })
  const eventNoting = ({ event, ...rest }: EventEntry): EventEntry => ({
    ...rest,
    event: {
      ...event,
      evolve: (value) => {
        const changes = event.evolve(value)
        for (const { aggregate, id } of changes) note(aggregate, id)
        return changes
      }
    }
  })
  const noting: Definition = {
    ...definition,
    rules: new Map([...definition.rules].map(([type, entry]) => [type, ruleNoting(entry)])),
    events: new Map([...definition.events].map(([type, entry]) => [type, eventNoting(entry)]))
  }
  // Rows are taken before it runs; which ones is only known after.
  const before = new Map(
    [...projection.entries()].map(([aggregate, id, row]) => [LockSet.key({ aggregate, id }), row])
  )
  const lastNow = projection.lastNow
  const outcome = Rerun.run(world, noting, action, seq)
  projection.rollback()
  projection.lastNow = lastNow
  const refs = LockSet.make([...seen.values(), ...locks])
  const corrupt: Array<string> = []
  const rows = refs.flatMap((ref): ReadonlyArray<Aggregate.Given> => {
    const found = before.get(LockSet.key(ref))
    if (found === undefined) return []
    if (found.corrupt) {
      corrupt.push(LockSet.key(ref))
      return []
    }
    const { row, runtime } = found
    if (runtime === undefined) return [{ ref, row }]
    // What the rule is given instead of memory that is to be built anew.
    const data = Result.try(() =>
      projection.stale(ref.aggregate, runtime)
        ? ref.aggregate.runtime.build(row, action.now)
        : runtime.data
    )
    return [{ ref, row, runtime: Result.getOrElse(data, () => runtime.data) }]
  })
  return { rows, corrupt, locks: LockSet.make(locks), outcome }
}
