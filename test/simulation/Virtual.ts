/**
 * Time and turns of a simulated world. Nothing in it waits for the real clock or the real event loop:
 * when nobody has anything to do, the time is at once that of the next who sleeps. Who of those that
 * have something to do is next, a seed decides; so the same seed gives the same world, turn by turn.
 */
import { Clock, Duration, Effect } from "effect"
import type { Exit, Fiber } from "effect"
import type { Scheduler } from "effect/Scheduler"

interface Sleeper {
  readonly at: number
  readonly order: number
  /** Undefined: it no longer waits. */
  wake: (() => void) | undefined
}

/** How a world came to its end. */
export type End<A> =
  | { readonly _tag: "Done"; readonly exit: Exit.Exit<A> }
  /** Nobody has anything to do, ever. */
  | { readonly _tag: "Stuck" }
  /** It goes on and on. */
  | { readonly _tag: "Endless"; readonly turns: number }

/** A clock on which others run: late, or wrong. */
export interface Variation {
  /** A process that is gone wakes nobody. */
  readonly gone: () => boolean
  /** Milliseconds by which a sleep ends too late. */
  readonly late: () => number
  /** Milliseconds by which the time of day is wrong. */
  readonly off: () => number
}

const none: Variation = { gone: () => false, late: () => 0, off: () => 0 }

export class Virtual {
  now: number
  turns = 0
  private readonly seed: number
  private readonly ready: Array<() => void> = []
  /** A heap: the next is the first. */
  private readonly sleepers: Array<Sleeper> = []
  private order = 0
  /** Turns since the time last went on. */
  private inMoment = 0

  /** `seed` 0: first come, first served. */
  constructor(start: number, seed: number) {
    this.now = start
    this.seed = seed | 0
  }

  /** Of all fibers together: whoever is scheduled waits for its turn here. */
  readonly scheduler: Scheduler = {
    executionMode: "async",
    shouldYield: (fiber) => fiber.currentOpCount >= 2_048,
    makeDispatcher: () => ({
      scheduleTask: (task) => void this.ready.push(task),
      flush: () => {
        while (this.ready.length > 0) this.ready.shift()!()
      }
    })
  }

  /** Calls back at a time, unless cancelled. */
  at(time: number, wake: () => void): () => void {
    const sleeper: Sleeper = { at: Math.max(this.now, time), order: this.order++, wake }
    this.push(sleeper)
    return () => (sleeper.wake = undefined)
  }

  /** A clock that tells this time, as it is or with a variation. */
  clock(variation: Variation = none): Clock.Clock {
    const millis = () => this.now + variation.off()
    const nanos = () => BigInt(this.now) * 1_000_000n
    const wallNanos = () => BigInt(millis()) * 1_000_000n
    return {
      currentTimeMillisUnsafe: millis,
      currentTimeMillis: Effect.sync(millis),
      currentTimeNanosUnsafe: wallNanos,
      currentTimeNanos: Effect.sync(wallNanos),
      monotonicTimeNanosUnsafe: nanos,
      monotonicTimeNanos: Effect.sync(nanos),
      sleep: (duration) =>
        Effect.callback<void>((resume) => {
          const asked = Duration.toMillis(duration)
          if (variation.gone() || !Number.isFinite(asked)) return
          const wait = Math.max(0, Math.ceil(asked)) + variation.late()
          const cancel = this.at(this.now + wait, () => {
            if (!variation.gone()) resume(Effect.void)
          })
          return Effect.sync(cancel)
        })
    }
  }

  /** Something that goes by this time, whatever its fiber goes by. */
  timed<A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.provideService(effect, Clock.Clock, this.clock())
  }

  /** Lets a world run to its end. */
  run<A>(world: Effect.Effect<A>, turnsMax: number): End<A> {
    const { scheduler } = this
    const fiber: Fiber.Fiber<A> = Effect.runFork(this.timed(world), { scheduler })
    while (true) {
      const exit = fiber.pollUnsafe()
      if (exit !== undefined) return { _tag: "Done", exit }
      if (this.turns >= turnsMax) return { _tag: "Endless", turns: this.turns }
      if (this.ready.length > 0) this.turn()
      else if (!this.forward()) return { _tag: "Stuck" }
    }
  }

  private turn(): void {
    this.turns++
    const { ready } = this
    if (ready.length === 1 || this.seed === 0) return ready.shift()!()
    const drawn = mix(this.seed, this.now % 0x7fffffff, this.inMoment++)
    // Mostly who came first: what never gets a turn is no interleaving that happens.
    if (drawn % 4 !== 0) return ready.shift()!()
    ready.splice((drawn >>> 2) % ready.length, 1)[0]!()
  }

  /** The time goes on to the next who sleep; false: nobody does. */
  private forward(): boolean {
    const { ready, sleepers } = this
    while (sleepers.length > 0 && sleepers[0]!.wake === undefined) this.pop()
    const [first] = sleepers
    if (first === undefined) return false
    if (first.at > this.now) this.inMoment = 0
    this.now = first.at
    while (sleepers.length > 0 && sleepers[0]!.at === this.now) {
      const sleeper = this.pop()
      if (sleeper.wake !== undefined) ready.push(() => sleeper.wake?.())
    }
    return true
  }

  private push(sleeper: Sleeper): void {
    const heap = this.sleepers
    let i = heap.length
    heap.push(sleeper)
    while (i > 0) {
      const up = (i - 1) >> 1
      if (!before(sleeper, heap[up]!)) break
      heap[i] = heap[up]!
      i = up
    }
    heap[i] = sleeper
  }

  private pop(): Sleeper {
    const heap = this.sleepers
    const first = heap[0]!
    const last = heap.pop()!
    if (heap.length > 0) {
      let i = 0
      while (true) {
        let down = 2 * i + 1
        if (down >= heap.length) break
        if (down + 1 < heap.length && before(heap[down + 1]!, heap[down]!)) down++
        if (!before(heap[down]!, last)) break
        heap[i] = heap[down]!
        i = down
      }
      heap[i] = last
    }
    return first
  }
}

const before = (a: Sleeper, b: Sleeper): boolean =>
  a.at < b.at || (a.at === b.at && a.order < b.order)

/** A number of 32 bits from three. */
const mix = (a: number, b: number, c: number): number => {
  let h =
    Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b, 0xc2b2ae35) ^ Math.imul(c, 0x27d4eb2f)
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
