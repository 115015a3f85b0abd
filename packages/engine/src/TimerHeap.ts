/** Pending Actions by (runAt, no): a binary heap that ignores what it already holds. */
import type { ActionRecord } from "./Records.ts"

const before = (a: ActionRecord, b: ActionRecord): boolean =>
  a.runAt < b.runAt || (a.runAt === b.runAt && a.no < b.no)

export class TimerHeap {
  private readonly heap: Array<ActionRecord> = []
  private readonly held = new Set<number>()

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

  /** The earliest that satisfies a condition. */
  earliest(wanted: (record: ActionRecord) => boolean): ActionRecord | undefined {
    let found: ActionRecord | undefined
    for (const record of this.heap) {
      if (wanted(record) && (found === undefined || before(record, found))) found = record
    }
    return found
  }
}
