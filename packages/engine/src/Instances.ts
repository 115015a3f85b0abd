/**
 * The instances that this process owns: activated on first use, re-activated when what is held may
 * be wrong, released when idle, fenced or asked to. What is asked meanwhile waits, or is told to
 * come back; nothing accepted is lost, for the database has it.
 */
import { Rejected } from "@wr2/core"
import {
  Clock,
  Context,
  Deferred,
  Effect,
  Exit,
  Fiber,
  Layer,
  Metric,
  Schedule,
  Scope,
  Stream
} from "effect"
import { ActionQueue } from "./ActionQueue.ts"
import { Consumers } from "./Consumers.ts"
import * as Founding from "./Founding.ts"
import { GameDef } from "./GameDef.ts"
import { InstanceStore, StoreError } from "./InstanceStore.ts"
import type { Activation } from "./InstanceStore.ts"
import { Leaving } from "./Leaving.ts"
import { Limits } from "./Limits.ts"
import { Mail } from "./Mail.ts"
import type { Request, Response } from "./Messages.ts"
import { Placement } from "./Placement.ts"
import type { InstanceHost } from "./Placement.ts"
import { Publisher } from "./Publisher.ts"
import type { Resident } from "./Resident.ts"
import { Runner } from "./Runner.ts"
import { Scheduler } from "./Scheduler.ts"
import type { Running } from "./Scheduler.ts"
import * as Telemetry from "./Telemetry.ts"
import { farthest } from "./Work.ts"

const isLeft = new StoreError({ reason: "Transient", message: "it is to be left" })

/** One instance's place in this process, from first request to release. */
interface Slot {
  readonly instance: number
  /** Requests while nothing runs yet. */
  mail: Array<Mail>
  running: Running | undefined
  /** What it was last taken with. */
  taken: Activation | undefined
  /** It was asked for, and no answer said whether it was taken. */
  asked: boolean
  /** It is to be let go of, as soon as it is known what was taken. */
  leaving: boolean
  ended: boolean
  fiber: Fiber.Fiber<void> | undefined
  readonly up: Array<Deferred.Deferred<boolean>>
}

export class Instances extends Context.Service<Instances, InstanceHost>()("wr2/engine/Instances") {
  static readonly layer: Layer.Layer<
    Instances,
    never,
    InstanceStore | ActionQueue | GameDef | Scheduler | Publisher | Placement
  > = Layer.effect(
    Instances,
    Effect.gen(function* () {
      const { game } = yield* GameDef
      const store = yield* InstanceStore
      const queue = yield* ActionQueue
      const scheduler = yield* Scheduler
      const publisher = yield* Publisher
      const placement = yield* Placement
      const limits = yield* Limits
      const runner = yield* Runner
      const consumers = yield* Consumers
      // The instances' fibers outlive the host's offer: closing, the Placement releases them in order first.
      const scope = yield* Effect.acquireRelease(Scope.make(), (lives, exit) =>
        Scope.close(lives, exit)
      )
      const slots = new Map<number, Slot>()
      const clock = yield* Clock.Clock
      const monotonic = () => Number(clock.monotonicTimeNanosUnsafe() / 1_000_000n)
      const full = new Rejected.Overloaded({ bound: "residentWeightMax", retryAfter: 2_000 })

      const send = (instance: number, request: Request): Effect.Effect<Response> =>
        placement
          .call(instance, request)
          .pipe(
            Effect.catch((reason) =>
              Effect.succeed<Response>({ _tag: "Denied", reason: { ...reason, _tag: reason._tag } })
            )
          )

      /** Ends a slot; whoever still waits is turned away. */
      const end = (slot: Slot, reason: { readonly _tag: string }): void => {
        if (slot.ended) return
        slot.ended = true
        if (slots.get(slot.instance) === slot) slots.delete(slot.instance)
        publisher.close(slot.instance)
        const waiting = [...(slot.running?.resident.unanswered() ?? []), ...slot.mail.splice(0)]
        for (const mail of waiting) mail.turnAway(reason)
        for (const up of slot.up.splice(0)) Deferred.doneUnsafe(up, Exit.succeed(false))
      }

      const weight = (): number => {
        let sum = 0
        for (const { running } of slots.values()) sum += running?.resident.projection.weight ?? 0
        return sum
      }

      /** Takes ownership and loads; waits out what passes, unless it is to be left meanwhile. */
      const activate = (slot: Slot) => {
        const attempt = Founding.activated(game, store, slot.instance, {
          runner: runner.name,
          incarnation: runner.incarnation,
          timersHorizon: limits.timersHorizon
        }).pipe(
          Effect.tapErrorTag("StoreError", (error) => {
            const away = new Rejected.Unavailable({
              reason: "the database does not answer",
              retryAfter: 1_000
            })
            for (const mail of slot.mail.splice(0)) mail.turnAway(away)
            // What the database refuses for good, the store has told.
            const log = error.reason === "Unusable" ? Effect.logDebug : Effect.logWarning
            return log("an instance cannot be activated", {
              instance: slot.instance,
              error: error.message
            })
          })
        )
        return Effect.suspend(() => (slot.leaving ? Effect.fail(isLeft) : attempt)).pipe(
          Effect.retry({
            while: (error) => error._tag === "StoreError" && error !== isLeft,
            schedule: Schedule.spaced(limits.retryMax)
          })
        )
      }

      /** Whether an instance is in use, or has something to do soon. */
      const isBusy = (resident: Resident): boolean => {
        const soon = resident.nextWaking()
        return (
          resident.present() > 0 ||
          resident.hot.size > 0 ||
          resident.load > 0 ||
          resident.outbox.size > 0 ||
          consumers.behind(resident.instance) ||
          (soon !== null && soon <= resident.estimate() + limits.passivateHorizon)
        )
      }

      /** Releases who is idle, the longest first, until there is room for one more; false: there is none. */
      const makeRoom = Effect.fnUntraced(function* (slot: Slot) {
        const idle = [...slots.values()]
          .flatMap(({ instance, running }) =>
            running === undefined || instance === slot.instance || isBusy(running.resident)
              ? []
              : [{ instance, since: running.resident.idleSince }]
          )
          .sort((a, b) => a.since - b.since)
        const enough = () => {
          const held = slot.running === undefined ? weight() + 1 : weight()
          // Alone it is let in, however much it weighs: it must be somewhere.
          return (
            held <= limits.residentWeightMax || held === slot.running?.resident.projection.weight
          )
        }
        for (const { instance } of idle) {
          if (enough()) return true
          yield* release(instance)
        }
        return enough()
      })

      /** When a released instance must wake: at once if something is left to do or somebody is inside. */
      const nextWake = Effect.fnUntraced(
        function* (resident: Resident) {
          const due = [...resident.ready.values()]
            .flat()
            .some(({ queued, record }) => queued && resident.wakes(record))
          if (due || resident.present() > 0 || resident.outbox.size > 0) return resident.lastNow
          const soon = resident.nextWaking()
          if (soon !== null) return soon
          const { horizon, instance } = resident
          const next = yield* queue.nextDue(instance, horizon)
          if (next === null) return null
          const limit = limits.timersLoadMax
          const range = { after: next - 1, until: next + farthest, limit }
          const pending = yield* queue.due(instance, range)
          const wakes = pending.find((record) => resident.wakes(record))
          return wakes?.runAt ?? (pending.length < limit ? null : pending.at(-1)!.runAt)
        },
        // Who cannot look now looks when the next could be due.
        (effect, resident) => Effect.orElseSucceed(effect, () => resident.horizon)
      )

      const leaving = new Leaving(store, runner.incarnation, (instance) => slots.get(instance))

      const life = Effect.fnUntraced(function* (slot: Slot) {
        let again = 0
        while (true) {
          if (slot.leaving) {
            if (slot.asked) leaving.doubt(slot.instance)
            else if (slot.taken !== undefined) leaving.leave(slot.taken, slot.taken.lastNow)
            yield* leaving.write(slot.instance, slot)
            return end(slot, new Rejected.Moved({}))
          }
          if (weight() >= limits.residentWeightMax && !(yield* makeRoom(slot)))
            return end(slot, full)
          const began = monotonic()
          slot.asked = true
          const activation = yield* Effect.result(activate(slot))
          if (activation._tag === "Failure") {
            if (slot.leaving) continue
            return end(slot, activation.failure)
          }
          slot.asked = false
          slot.taken = activation.success
          leaving.forget(slot.instance)
          if (slot.leaving) continue
          yield* Metric.update(
            Metric.withAttributes(Telemetry.activations, {
              released: String(activation.success.released)
            }),
            1
          )
          const running = scheduler.start(activation.success, began, slot.mail.splice(0), send)
          const { resident } = running
          for (const corrupt of resident.corrupt)
            yield* Effect.logError("a row does not decode", { instance: slot.instance, corrupt })
          slot.running = running
          // What it weighs is only known now.
          const admitted = weight() <= limits.residentWeightMax || (yield* makeRoom(slot))
          if (!admitted) running.stop()
          for (const up of slot.up.splice(0)) Deferred.doneUnsafe(up, Exit.succeed(true))
          const { instance } = slot
          const following = consumers.follow({ instance, head: resident.lastSeq }, (request) =>
            call(instance, request)
          )
          publisher.watch(instance, following.published)
          const exit = yield* Effect.exit(following.during(running.loop))
          slot.mail = [...resident.unanswered(), ...slot.mail]
          slot.running = undefined
          if (Exit.isFailure(exit)) {
            // A bug in the loop itself: forget everything held, begin again from the database.
            yield* Effect.logError("an instance's loop broke", {
              instance: slot.instance,
              cause: exit.cause
            })
          } else if (exit.value._tag === "Fenced") {
            yield* Effect.logInfo("an instance has another owner", { instance: slot.instance })
            return end(slot, new Rejected.Moved({}))
          } else if (exit.value._tag === "Released") {
            const next = following.behind() ? resident.lastNow : yield* nextWake(resident)
            leaving.leave(resident, next)
            yield* leaving.write(instance, slot)
            return end(slot, admitted ? new Rejected.Moved({}) : full)
          } else {
            yield* Effect.logWarning("an instance is activated again", {
              instance: slot.instance,
              why: exit.value.why
            })
          }
          again = monotonic() - began > 10_000 ? 0 : Math.min(again + 1, 6)
          if (again > 1) yield* Effect.sleep(limits.retryFirst * 2 ** again)
        }
      })

      /** The slot of an instance, started when there is none. */
      const slotOf = (instance: number): Effect.Effect<Slot> =>
        Effect.suspend(() => {
          const found = slots.get(instance)
          if (found !== undefined) return Effect.succeed(found)
          const slot: Slot = {
            instance,
            mail: [],
            running: undefined,
            taken: undefined,
            asked: false,
            leaving: false,
            ended: false,
            fiber: undefined,
            up: []
          }
          slots.set(instance, slot)
          return life(slot).pipe(
            Effect.onExit(() => Effect.sync(() => end(slot, new Rejected.Moved({})))),
            Effect.forkIn(scope),
            Effect.map((fiber) => {
              slot.fiber = fiber
              return slot
            })
          )
        })

      const call = (instance: number, request: Request): Effect.Effect<Response> =>
        Effect.flatMap(slotOf(instance), (slot) =>
          Effect.callback<Response>((resume) => {
            const mail = new Mail(request, (response) => resume(Effect.succeed(response)))
            if (slot.ended) mail.turnAway(new Rejected.Moved({}))
            else if (slot.running !== undefined) slot.running.offer(mail)
            else if (loadOf(slot.mail) + mail.weight > limits.commandsWaitingPerInstance) {
              mail.turnAway(
                new Rejected.Overloaded({ bound: "commandsWaitingPerInstance", retryAfter: 1_000 })
              )
            } else slot.mail.push(mail)
            return Effect.sync(() => (mail.abandoned = true))
          })
        )

      const feed: InstanceHost["feed"] = (instance, after) =>
        Stream.unwrap(
          Effect.gen(function* () {
            const slot = yield* slotOf(instance)
            const away = new Rejected.Unavailable({
              reason: "the instance is not up",
              retryAfter: 500
            })
            if (slot.ended) return Stream.fail(away)
            if (slot.running === undefined) {
              const up = Deferred.makeUnsafe<boolean>()
              slot.up.push(up)
              if (!(yield* Deferred.await(up))) return Stream.fail(away)
            }
            return publisher.subscribe(instance, after)
          })
        )

      const release = Effect.fnUntraced(function* (instance: number) {
        const slot = slots.get(instance)
        if (slot?.fiber === undefined) return
        const { running } = slot
        slot.leaving = true
        running?.stop()
        const done = yield* Effect.timeoutOption(Fiber.await(slot.fiber), limits.releaseWithin)
        if (done._tag === "Some") return
        yield* Fiber.interrupt(slot.fiber)
        // Nobody knows what its last cycle left: somebody is to look at once.
        const had = running?.resident ?? slot.taken
        if (slot.asked) leaving.doubt(instance)
        else if (had !== undefined && !leaving.hasLeft(had)) leaving.leave(had, had.lastNow)
      })

      const passivate = Effect.gen(function* () {
        yield* Metric.update(Telemetry.resident, slots.size)
        for (const { instance, running } of slots.values()) {
          if (running === undefined) continue
          const { resident } = running
          if (isBusy(resident)) resident.idleSince = monotonic()
          else if (monotonic() - resident.idleSince >= limits.passivateAfter)
            yield* release(instance)
        }
      })
      yield* Effect.forkScoped(
        Effect.repeat(
          passivate,
          Schedule.spaced(Math.max(100, Math.floor(limits.passivateAfter / 4)))
        )
      )
      yield* Effect.forkScoped(
        Effect.repeat(
          Effect.ignore(store.heartbeat(runner.incarnation)),
          Schedule.spaced(limits.headEvery)
        )
      )

      yield* Effect.forkScoped(Effect.repeat(leaving.writeAll, Schedule.spaced(limits.retryMax)))

      const host: InstanceHost = {
        call,
        feed,
        release,
        resident: Effect.sync(() => [...slots.keys()])
      }
      yield* placement.host(host)
      return host
    })
  )
}

const loadOf = (mail: ReadonlyArray<Mail>): number =>
  mail.reduce((sum, { weight }) => sum + weight, 0)
