/**
 * New ids from blocks that the runner holds. Within one Action they are consecutive, so that its
 * logged first id is all that replay needs.
 */
import { Context, Effect, Layer, Schedule, Semaphore } from "effect"
import { InstanceStore } from "./InstanceStore.ts"
import { Limits } from "./Limits.ts"

export class EntityIds extends Context.Service<
  EntityIds,
  {
    /** Begins a run of at least `idsPerAction` consecutive ids; false: there is none until `ready`. */
    readonly contiguous: () => boolean
    /** The next id; throws when an Action takes more than `idsPerAction` and the block ends. */
    readonly next: () => number
    /** Waits until there is a run to begin; a spare block is fetched beside the work. */
    readonly ready: Effect.Effect<void>
  }
>()("wr2/engine/EntityIds") {
  static readonly layer: Layer.Layer<EntityIds, never, InstanceStore> = Layer.effect(
    EntityIds,
    Effect.gen(function* () {
      const store = yield* InstanceStore
      const { idBlock, idsPerAction, retryMax } = yield* Limits
      const size = Math.max(idBlock, idsPerAction * 2)
      const scope = yield* Effect.scope
      const one = Semaphore.makeUnsafe(1)
      const blocks: Array<{ at: number; readonly end: number }> = []
      const runs = (): number => blocks.filter(({ at, end }) => end - at >= idsPerAction).length
      const fetch = store.ids(size).pipe(
        Effect.tapError((error) => Effect.logWarning("no ids from the database", error.message)),
        Effect.retry(Schedule.spaced(retryMax)),
        Effect.orDie,
        Effect.map((base) => {
          blocks.push({ at: base, end: base + size })
        })
      )
      const atLeast = (wanted: number) =>
        one.withPermits(1)(Effect.suspend(() => (runs() < wanted ? fetch : Effect.void)))
      let fetching = false
      return {
        contiguous: () => {
          while (blocks.length > 1 && blocks[0]!.end - blocks[0]!.at < idsPerAction) blocks.shift()
          const [block] = blocks
          return block !== undefined && block.end - block.at >= idsPerAction
        },
        next: () => {
          const block = blocks[0]
          if (block === undefined || block.at >= block.end) {
            throw new Error(`an Action took more than ${idsPerAction} new ids`)
          }
          return block.at++
        },
        ready: Effect.suspend(() => {
          if (runs() === 0) return atLeast(1)
          if (runs() > 1 || fetching) return Effect.void
          fetching = true
          return atLeast(2).pipe(
            Effect.ensuring(Effect.sync(() => (fetching = false))),
            Effect.forkIn(scope),
            Effect.asVoid
          )
        })
      }
    })
  )
}
