/** What a simulated world is asked when it has come to rest. */
import { defaults } from "@wr2/engine/Limits"
import type { Projection } from "@wr2/engine/Projection"
import * as Fold from "@wr2/testkit/Fold"
import { Clock, Effect, Exit, Scope } from "effect"
import * as Lab from "../../packages/engine/test/Lab.ts"
import { Person } from "../../packages/engine/test/Yard.ts"
import { linesOf } from "./Checks.ts"
import type { Network } from "./Network.ts"
import type { Player } from "./Players.ts"
import type { Story } from "./Story.ts"

/** Says one more line, and asks for an answer for so long. */
const say = Effect.fnUntraced(function* (
  { id, said, session }: Player,
  at: number,
  text: string,
  network: Network,
  seconds: number,
  elsewhere = false
) {
  const n = said.length + 1
  const since = yield* Clock.currentTimeMillis
  const own = {
    intent: Lab.text(n, text, n - 1),
    instance: at,
    since,
    reply: undefined,
    from: at
  }
  said.push(own)
  for (let i = 0; i < seconds * 2; i++) {
    const answer = yield* Effect.timeoutOption(
      network.call(
        at,
        {
          _tag: "Submit",
          actor: { type: "Person", id },
          session,
          intents: [own.intent],
          trace: null
        },
        elsewhere
      ),
      500
    )
    if (answer._tag === "None") continue
    const [reply] = Lab.replies(answer.value)
    if (reply?._tag === "Accepted") return void (own.reply = reply as never)
    yield* Effect.sleep(500)
  }
  return undefined
})

/** Who is inside an instance, as the tables say. */
const inside = (lab: Lab.Lab, players: ReadonlyArray<Player>, instance: number) => {
  const { rows } = lab.db.state.instances.get(instance)!
  return players.filter((player) => player.inside && rows.has(`person:${player.id}`))
}

/** 7. While somebody holds one's row, the others go on; then one goes on, too. */
export const others = Effect.fnUntraced(function* (
  lab: Lab.Lab,
  players: ReadonlyArray<Player>,
  network: Network,
  story: Story
) {
  for (const instance of lab.db.state.instances.keys()) {
    const [first, second] = inside(lab, players, instance)
    if (first === undefined || second === undefined) continue
    const scope = yield* Scope.make()
    yield* Scope.provide(lab.db.holdRow(instance, Person.ref(first.id)), scope)
    story.tell("probe", `p${first.id}'s row is held; p${first.id} and p${second.id} say something`)
    const waits = yield* Effect.forkDetach(say(first, instance, "n", network, 20))
    yield* Effect.sleep(100)
    yield* say(second, instance, "n", network, 5)
    if (second.said.at(-1)!.reply === undefined)
      story.wrong("waiting", `p${second.id} waits for the row of p${first.id}`)
    if (first.said.at(-1)!.reply !== undefined && holding(lab, instance, first))
      story.wrong("waiting", `p${first.id} did not wait for the row that somebody held`)
    yield* Scope.close(scope, Exit.void)
    yield* Effect.sleep(2_000)
    if (waits.pollUnsafe() === undefined) yield* Effect.sleep(18_000)
    if (first.said.at(-1)!.reply === undefined)
      story.wrong("waiting", `p${first.id} still waits when nobody holds the row`)
    return
  }
})

/** Whether an accepted step was also made. */
const holding = (lab: Lab.Lab, instance: number, { id, said }: Player): boolean =>
  [...lab.db.state.instances.get(instance)!.log.values()].some(
    ({ commandId }) => commandId === `person:${id}#${said.length}`
  )

/**
 * 6. A former owner that has slept does not answer from its memory: one process reads, the other writes,
 * and past the lease the first is asked again. Whether the answer was too old, Checks will say.
 */
export const leases = Effect.fnUntraced(function* (
  lab: Lab.Lab,
  players: ReadonlyArray<Player>,
  network: Network,
  story: Story
) {
  for (const instance of lab.db.state.instances.keys()) {
    const [player] = inside(lab, players, instance)
    if (player === undefined) continue
    story.tell("probe", `p${player.id} is at one process, at the other, and at the first again`)
    yield* say(player, instance, "look", network, 5)
    yield* say(player, instance, "n", network, 5, true)
    yield* Effect.sleep(defaults.readStaleness + 500)
    yield* say(player, instance, "look", network, 5)
    return
  }
})

/** 8. A projection equals a rebuild from the tables. */
export const projections = Effect.fnUntraced(function* (
  lab: Lab.Lab,
  players: ReadonlyArray<Player>,
  network: Network,
  story: Story,
  planned: Map<number, Projection>
) {
  for (const instance of lab.db.state.instances.keys()) {
    const [player] = inside(lab, players, instance)
    if (player === undefined) continue
    planned.delete(instance)
    yield* say(player, instance, "look", network, 5)
    const projection = planned.get(instance)
    const kept = yield* lab.db.kept(instance)
    if (projection === undefined || kept === undefined) continue
    story.count("projections compared")
    if (Fold.lines(projection).join() !== linesOf(instance, kept).join())
      story.wrong("projection", `that of instance ${instance} is not what its tables hold`)
  }
})
