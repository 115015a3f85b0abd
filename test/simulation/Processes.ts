/**
 * The processes of a simulated world, on one database, and the misfortunes that befall them and their
 * calls: each is armed at its time and comes to pass at the next call that it fits.
 */
import { StoreError } from "@wr2/engine/InstanceStore"
import type { Cycle, InstanceStore } from "@wr2/engine/InstanceStore"
import type { Call } from "@wr2/engine/Memory"
import { Placement } from "@wr2/engine/Placement"
import type { Writes } from "@wr2/engine/Records"
import { Effect, Layer } from "effect"
import type * as Lab from "../../packages/engine/test/Lab.ts"
import { Person } from "../../packages/engine/test/Yard.ts"
import { unlucky } from "./Consuming.ts"
import { deadly } from "./Schedule.ts"
import type { Fault, Form } from "./Schedule.ts"
import type { Story } from "./Story.ts"
import type { Virtual } from "./Virtual.ts"

type Kind = Fault["kind"]
type OfKind<K extends Kind> = Extract<Fault, { readonly kind: K }>

/** A process in its place. */
export interface Process {
  machine: Lab.Machine
  /** Asked by nobody any more: it ends in order, or is gone. */
  closed: boolean
  gone: boolean
  late: number
  off: number
}

export interface Processes {
  readonly at: (place: number) => Process
  /** Takes a misfortune that is armed, if there is one that fits. */
  readonly take: <K extends Kind>(
    kind: K,
    fits: (fault: OfKind<K>) => boolean
  ) => OfKind<K> | undefined
  /** Lets a misfortune befall the processes, or arms it. */
  readonly strike: (fault: Fault) => Effect.Effect<void>
  /** Whether the consumer throws at whatever it hears. */
  readonly isBroken: () => boolean
  /** From here on all goes well. */
  readonly calm: Effect.Effect<void>
}

/** Where processes find each other. */
export interface Roads {
  readonly deliver: Placement["Service"]["call"]
  readonly move: (instance: number, place: number) => void
  readonly dispute: (instance: number, until: number) => void
}

export const make = Effect.fnUntraced(function* (
  lab: Lab.Lab,
  virtual: Virtual,
  story: Story,
  roads: Roads,
  committed: (who: string, call: Call) => void,
  form: Form,
  engines: (isBroken: () => boolean) => Lab.Options
): Effect.fn.Return<Processes> {
  const context = yield* Effect.context<never>()
  const run = Effect.runSyncWith(context)
  const armed: Array<Fault> = []
  const here: Array<Process> = []
  /** Until when the consumer is broken. */
  let brokenUntil = 0
  const isBroken = () => virtual.now < brokenUntil
  const options = engines(isBroken)
  const take: Processes["take"] = (kind, fits) => {
    const at = armed.findIndex((fault) => fault.kind === kind && fits(fault as never))
    return at < 0 ? undefined : (armed.splice(at, 1)[0] as never)
  }

  const start = Effect.fnUntraced(function* (place: number) {
    const process = { closed: false, gone: false, late: 0, off: 0 } as Process
    const who = () => process.machine.name
    const fail = (reason: "Transient" | "Unknown") =>
      Effect.fail(new StoreError({ reason, message: "simulated" }))
    const faults = {
      before: (call: Call) =>
        Effect.suspend(() => {
          const { method } = call
          const what = `${method} ${call.instances.join()}`
          const slow = take("slow call", (fault) => fault.method === method)
          if (slow !== undefined) {
            story.fault("slow call", who(), `${what}, ${slow.millis} ms`)
            return Effect.sleep(slow.millis)
          }
          if (take("failed call", (fault) => fault.method === method)) {
            story.fault("failed call", who(), what)
            return fail("Transient")
          }
          if (method === "commit" && take("unknown, not committed", () => true)) {
            story.fault("unknown, not committed", who(), what)
            return fail("Unknown")
          }
          return Effect.void
        }),
      after: (call: Call) =>
        Effect.suspend(() => {
          committed(who(), call)
          if (process.gone) return Effect.interruptible(Effect.never)
          if (!take("lost answer", (fault) => fault.method === call.method)) return Effect.void
          story.fault("lost answer", who(), `${call.method} ${call.instances.join()}`)
          return fail("Unknown")
        })
    }
    /** The database keeps its own time, and sees what a process dies of. */
    const around = (store: InstanceStore["Service"]): InstanceStore["Service"] => {
      const timed = <A, E, R>(effect: Effect.Effect<A, E, R>) => virtual.timed(effect)
      const own = Object.fromEntries(
        Object.entries(store).map(([name, method]) => [
          name,
          typeof method === "function"
            ? (...args: ReadonlyArray<unknown>) => timed((method as any)(...args))
            : timed(method as any)
        ])
      ) as unknown as InstanceStore["Service"]
      return {
        ...own,
        commit: (cycles) =>
          Effect.tap(own.commit(cycles.map(watched)), (outcomes) =>
            Effect.suspend(() => {
              for (const { _tag } of outcomes) if (_tag !== "Committed") story.count(_tag)
              return process.gone ? Effect.never : Effect.void
            })
          )
      }
    }
    const watched = (cycle: Cycle): Cycle => ({
      ...cycle,
      decide: (locked) => {
        const writes = cycle.decide(locked)
        if (writes === undefined) return writes
        if (writes.log.some(isDeadly)) {
          story.fault("poison", who(), `dies of ${deadly}`)
          die(place)
          return undefined
        }
        if (!take("repeated transaction", () => true)) return writes
        story.fault("repeated transaction", who(), `of instance ${cycle.instance}`)
        const again = cycle.decide(locked)
        const [first, second] = [told(writes), told(again)]
        if (first !== second) story.wrong("pure", `decided again it is ${second}, not ${first}`)
        return again
      }
    })
    const placement = Layer.succeed(Placement, {
      host: (host) =>
        Effect.acquireRelease(Effect.void, () =>
          Effect.flatMap(host.resident, (all) =>
            Effect.forEach(all, host.release, { concurrency: 16, discard: true })
          )
        ),
      call: roads.deliver,
      feed: () => {
        throw new Error("engines do not read feeds")
      }
    })
    process.machine = yield* lab.machine({
      ...options,
      faults,
      consumers: unlucky(form, options.consumers, { virtual, story, take, who }),
      placement,
      clock: virtual.clock({
        gone: () => process.gone,
        late: () => process.late,
        off: () => process.off
      }),
      store: (store, db) => options.store?.(around(store), db) ?? around(store)
    })
    here[place] = process
    story.tell(who(), `starts as process ${place}`)
  })

  /** Another process comes up in its place, a moment later. */
  const replace = (place: number): void => {
    const old = here[place]!
    old.closed = true
    virtual.at(virtual.now + 20, () =>
      Effect.runForkWith(context)(start(place), { scheduler: virtual.scheduler })
    )
  }
  const die = (place: number): void => {
    here[place]!.gone = true
    run(here[place]!.machine.crash)
    replace(place)
  }
  const meanwhile = (millis: number, then: () => void) => virtual.at(virtual.now + millis, then)

  const strike = (fault: Fault): Effect.Effect<void> =>
    Effect.suspend((): Effect.Effect<unknown> => {
      const process = "machine" in fault ? here[fault.machine]! : undefined
      if (process?.closed === true) return Effect.void
      const who = process?.machine.name ?? "fate"
      switch (fault.kind) {
        case "crash":
          story.fault(fault.kind, who)
          die(fault.machine)
          return Effect.void
        case "stop":
          story.fault(fault.kind, who)
          replace(fault.machine)
          return Effect.forkDetach(process!.machine.stop)
        case "freeze":
          story.fault(fault.kind, who, `for ${fault.millis} ms`)
          meanwhile(fault.millis, () => run(process!.machine.thaw))
          return process!.machine.freeze
        case "late timers":
          story.fault(fault.kind, who, `by ${fault.by} ms, for ${fault.millis} ms`)
          process!.late = fault.by
          meanwhile(fault.millis, () => (process!.late = 0))
          return Effect.void
        case "wrong clock":
          story.fault(fault.kind, who, `by ${fault.by} ms, for ${fault.millis} ms`)
          process!.off = fault.by
          meanwhile(fault.millis, () => (process!.off = 0))
          return Effect.void
        case "executor dies":
          return Effect.flatMap(process!.machine.executors, ([first]) => {
            if (first === undefined) return Effect.void
            story.fault(fault.kind, who)
            return Effect.sync(() => first.interruptUnsafe())
          })
        case "release":
          return Effect.flatMap(process!.machine.resident, (resident) => {
            if (!resident.includes(fault.instance)) return Effect.void
            story.fault(fault.kind, who, `of instance ${fault.instance}`)
            return Effect.forkDetach(process!.machine.release(fault.instance))
          })
        case "move":
          story.fault(fault.kind, who, `is asked for instance ${fault.instance} from now on`)
          roads.move(fault.instance, fault.machine)
          return Effect.void
        case "two owners":
          story.fault(fault.kind, who, `of instance ${fault.instance}, for ${fault.millis} ms`)
          roads.dispute(fault.instance, virtual.now + fault.millis)
          return Effect.void
        case "row held":
        case "runtime held": {
          const part = fault.kind === "row held" ? "row" : "runtime"
          const what = `of person ${fault.person} in ${fault.instance}, for ${fault.millis} ms`
          story.fault(fault.kind, who, what)
          return held(lab.db.holdRow(fault.instance, Person.ref(fault.person), part), fault.millis)
        }
        case "owner row held":
          story.fault(fault.kind, who, `of ${fault.instance}, for ${fault.millis} ms`)
          return held(lab.db.holdOwner(fault.instance), fault.millis)
        case "broken consumer":
          story.fault(fault.kind, who, `for ${fault.millis} ms`)
          brokenUntil = Math.max(brokenUntil, virtual.now + fault.millis)
          return Effect.void
        case "database clock":
          story.fault(fault.kind, who, `off by ${fault.by} ms`)
          return lab.db.shiftClock(fault.by)
        default:
          armed.push(fault)
          return Effect.void
      }
    }).pipe(Effect.asVoid)

  for (const place of [0, 1]) yield* start(place)
  return {
    at: (place) => here[place]!,
    take,
    strike,
    isBroken,
    calm: Effect.suspend(() => {
      armed.splice(0)
      brokenUntil = 0
      for (const process of here) process.late = process.off = 0
      return Effect.forEach(here, ({ machine }) => machine.thaw, { discard: true })
    })
  }
})

const held = (hold: ReturnType<Lab.Lab["db"]["holdOwner"]>, millis: number) =>
  Effect.forkDetach(Effect.scoped(Effect.andThen(hold, Effect.sleep(millis))))

const isDeadly = ({ payload, type }: Writes["log"][number]): boolean =>
  type === "Misbehave" && (payload as { readonly how: string }).how === "deadly"

/** What must be the same when a transaction is decided again; new ids are others. */
const told = (writes: Writes | undefined): string =>
  writes?.log.some(({ idBase }) => idBase !== null) === true
    ? ""
    : JSON.stringify([writes?.events, writes?.log, writes?.queued, writes?.outbox])
