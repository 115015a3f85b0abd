/** Pending Actions by (runAt, no): a binary heap that ignores what it already holds. */
import { Actor } from "@wr2/core"
import type { ActionRecord } from "./Records.ts"

const before = (a: ActionRecord, b: ActionRecord): boolean =>
  a.runAt < b.runAt || (a.runAt === b.runAt && a.no < b.no)

export class TimerHeap {
  private readonly heap: Array<ActionRecord> = []
  private readonly held = new Set<number>()
  private readonly byActor = new Map<string, Set<ActionRecord>>()

  get size(): number {
    return this.heap.length
  }

  /** The earliest, without taking it. */
  get first(): ActionRecord | undefined {
    return this.heap[0]
  }

  add(record: ActionRecord): void {
    if (this.held.has(record.no)) return
    this.held.add(record.no)
    if (record.actor !== null) {
      const key = Actor.key(record.actor)
      const its = this.byActor.get(key)
      if (its === undefined) this.byActor.set(key, new Set([record]))
      else its.add(record)
    }
    const { heap } = this
    let at = heap.push(record) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!before(record, heap[parent]!)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = record
  }

  /** Takes the earliest if it is due by `until`. */
  take(until: number): ActionRecord | undefined {
    const { heap } = this
    const top = heap[0]
    if (top === undefined || top.runAt > until) return undefined
    const last = heap.pop()!
    this.held.delete(top.no)
    if (top.actor !== null) {
      const key = Actor.key(top.actor)
      const its = this.byActor.get(key)
      its?.delete(top)
      if (its?.size === 0) this.byActor.delete(key)
    }
    if (heap.length > 0) {
      let at = 0
      while (true) {
        let child = at * 2 + 1
        if (child >= heap.length) break
        if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++
        if (!before(heap[child]!, last)) break
        heap[at] = heap[child]!
        at = child
      }
      heap[at] = last
    }
    return top
  }

  /** Whether an actor has one that is due by a time. */
  due(actor: string, by: number): boolean {
    for (const { runAt } of this.byActor.get(actor) ?? []) if (runAt <= by) return true
    return false
  }

  /** The earliest that satisfies a condition. */
  earliest(wanted: (record: ActionRecord) => boolean): ActionRecord | undefined {
    let found: ActionRecord | undefined
    for (const record of this.heap) {
      if (wanted(record) && (found === undefined || before(record, found))) found = record
    }
    return found
  }
}
