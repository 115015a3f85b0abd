/**
 * Instances that this process has left, until the database knows: nobody would wake them while the
 * process lives. What it may have taken without hearing of it is looked for, and left as well.
 */
import { Effect } from "effect"
import type { Activation, InstanceStore } from "./InstanceStore.ts"
import type { Resident } from "./Resident.ts"

/** Where an instance stood when it was left. */
type At = Parameters<InstanceStore["Service"]["release"]>[2]

/** Nobody knows: a store keeps what it knows itself, and somebody is to look at once. */
const atOnce: At = { nextDue: 0, lastSeq: 0, lastNow: 0 }

interface Left {
  /** Undefined: unknown, if it was taken at all. */
  readonly epoch: number | undefined
  readonly at: At
  /** It was looked for once, and was not ours. */
  looked: boolean
}

type Taken = Resident | Activation

export class Leaving {
  private readonly store: Pick<InstanceStore["Service"], "owned" | "release">
  private readonly incarnation: string
  /** What has an instance in this process now. */
  private readonly holder: (instance: number) => object | undefined
  private readonly unwritten = new Map<number, Left>()
  private readonly left = new WeakSet<Taken>()

  constructor(
    store: Leaving["store"],
    incarnation: string,
    holder: (instance: number) => object | undefined
  ) {
    this.store = store
    this.incarnation = incarnation
    this.holder = holder
  }

  /** It was owned, and is left; `nextDue`: when somebody is to wake it. */
  leave(taken: Taken, nextDue: number | null): void {
    const { epoch, instance, lastNow, lastSeq } = taken
    this.left.add(taken)
    this.unwritten.set(instance, { epoch, at: { nextDue, lastSeq, lastNow }, looked: false })
  }

  hasLeft(taken: Taken): boolean {
    return this.left.has(taken)
  }

  /** It was asked for, and no answer said whether it was taken. */
  doubt(instance: number): void {
    this.unwritten.set(instance, { epoch: undefined, at: atOnce, looked: false })
  }

  /** It was taken anew: what was left is over. */
  forget(instance: number): void {
    this.unwritten.delete(instance)
  }

  /** Tries to write it down, unless another has the instance. `by`: whoever has it now, and leaves it. */
  write(instance: number, by?: object): Effect.Effect<void> {
    return Effect.suspend(() => {
      const left = this.unwritten.get(instance)
      if (left === undefined) return Effect.void
      const isOver = () => {
        const holder = this.holder(instance)
        // What is owned now may be what another has just taken.
        const begunAnew = left.epoch === undefined && holder !== undefined && holder !== by
        return begunAnew || this.unwritten.get(instance) !== left
      }
      if (isOver()) return Effect.void
      const written = Effect.sync(() => {
        if (this.unwritten.get(instance) === left) this.unwritten.delete(instance)
      })
      const epoch =
        left.epoch === undefined
          ? this.store.owned(instance, this.incarnation)
          : Effect.succeed(left.epoch)
      return Effect.ignore(
        Effect.flatMap(epoch, (owned) => {
          if (isOver()) return Effect.void
          if (owned !== undefined)
            return Effect.andThen(this.store.release(instance, owned, left.at), written)
          // What is still on its way to the database is there at the next look.
          if (left.looked) return written
          left.looked = true
          return Effect.void
        })
      )
    })
  }

  /** Tries for all that are not written. */
  readonly writeAll: Effect.Effect<void> = Effect.suspend(() =>
    Effect.forEach([...this.unwritten.keys()], (instance) => this.write(instance), {
      discard: true
    })
  )
}
