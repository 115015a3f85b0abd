/** The engine's test game on a real database: instances full of people, one engine after the other. */
import * as Engine from "@wr2/engine/Engine"
import * as InstanceStore from "@wr2/engine/InstanceStore"
import { defaults, Limits } from "@wr2/engine/Limits"
import { Placement } from "@wr2/engine/Placement"
import type { ActionRecord } from "@wr2/engine/Records"
import { Runner } from "@wr2/engine/Runner"
import * as Waker from "@wr2/cluster"
import * as DecideGuard from "@wr2/server/DecideGuard"
import { Context, Effect, Exit, Layer, Scope } from "effect"
import { people, yard } from "../../packages/engine/test/Yard.ts"

/** An engine on the database of the fixture; ended in order by `stop`. */
export const engine = Effect.fnUntraced(function* (name: string, limits: Partial<Limits> = {}) {
  const scope = yield* Scope.make()
  const services = yield* Layer.buildWithScope(
    Layer.fresh(
      Waker.Waker.layerLocal.pipe(
        Layer.provideMerge(Engine.layer(yard)),
        Layer.provideMerge(Layer.fresh(Placement.layerLocal)),
        Layer.provide([
          Layer.succeed(Limits, { ...defaults, decideWithin: 100, ...limits }),
          Layer.succeed(Runner, { name, incarnation: `${name} ${crypto.randomUUID()}` }),
          DecideGuard.layer
        ])
      )
    ),
    scope
  )
  const placement = Context.get(services, Placement)
  yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
  return {
    call: placement.call,
    wake: (instance: number) =>
      Effect.asVoid(Effect.orDie(placement.call(instance, { _tag: "Wake" }))),
    stop: Scope.close(scope, Exit.void)
  }
})

/** Founds an instance of so many people, all inside, with these Actions pending. */
export const founded = Effect.fnUntraced(function* (
  instance: number,
  count: number,
  queue: ReadonlyArray<ActionRecord> = []
) {
  const store = yield* InstanceStore.InstanceStore
  yield* store.found({ instance, rows: people(count, true), queue })
})
