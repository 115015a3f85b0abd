/** Making an instance: the game's birth, as rows at seq 0 and first Actions, in one transaction. */
import { Content, Hash, Ids } from "@wr2/core"
import type { Game } from "@wr2/core"
import { Clock, Effect } from "effect"
import { InstanceStore } from "./InstanceStore.ts"
import type { ActionRecord } from "./Records.ts"
import { Seeds } from "./Seeds.ts"

/** The first queue rows of a birth; `now` in milliseconds. */
export const firstActions = (
  game: Game.Any,
  instance: number,
  planned: Game.Birth["actions"],
  now: number,
  seed: (key: string) => number
): ReadonlyArray<ActionRecord> =>
  planned.map((action, index) => {
    const rule = game.actions.find(({ _tag }) => _tag === action._tag)
    if (rule === undefined)
      throw new Error(`birth of ${game.name} plans ${action._tag}, which is not registered`)
    const key = Hash.hex(`birth/${instance}/${index}`)
    return {
      no: index + 1,
      type: action._tag,
      version: rule.action.version,
      payload: action.payload,
      actor: null,
      commandId: null,
      cause: null,
      key,
      seed: seed(key),
      priority: action.priority ?? rule.action.options.priority,
      runAt: now + (action.after ?? action.every ?? 0),
      attempts: 0,
      depth: 0
    }
  })

/**
 * Founds an instance of a game. Fails with InstanceExists when it is there already: harmless where
 * several processes start at once.
 */
export const found = Effect.fn("wr2.found")(function* (
  game: Game.Game<any, any, any, any>,
  instance: number
) {
  const store = yield* InstanceStore
  const seed = yield* Seeds
  const content = Content.reader(game.content)
  // Birth is pure: once to count the ids it takes, once more with ids of its own.
  const counting = Ids.countingFrom(1)
  game.birth({ instance, ids: counting, content })
  const taken = counting.next() - 1
  const base = yield* store.ids(Math.max(1, taken))
  const { actions, rows } = game.birth({ instance, ids: Ids.countingFrom(base), content })
  const now = yield* Clock.currentTimeMillis
  yield* store.found({
    instance,
    rows,
    queue: firstActions(game as Game.Any, instance, actions, now, seed)
  })
})

/** Takes an instance; one that is not there is made first, if the game has it on demand. */
export const activated = (
  game: Game.Any,
  store: InstanceStore["Service"],
  instance: number,
  as: Parameters<InstanceStore["Service"]["activate"]>[1]
) => {
  const take = store.activate(instance, as)
  const made = found(game, instance).pipe(
    // Another was faster: it is there.
    Effect.catchTag("InstanceExists", () => Effect.void),
    Effect.provideService(InstanceStore, store)
  )
  return Effect.catchTag(take, "NoInstance", (missing) =>
    game.onDemand(instance) ? Effect.andThen(made, take) : Effect.fail(missing)
  )
}
