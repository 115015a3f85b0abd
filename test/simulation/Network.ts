/**
 * How requests find a process: mostly the one that is asked for an instance now, sometimes another,
 * sometimes twice, late or in vain. Neither authority nor queue, as any Placement.
 */
import type { Rejected } from "@wr2/core"
import type { Chunk, Request, Response } from "@wr2/engine/Messages"
import { Effect, Stream } from "effect"
import type { Process, Processes, Roads } from "./Processes.ts"
import { requested } from "./Story.ts"
import type { Story } from "./Story.ts"
import type { Virtual } from "./Virtual.ts"

export interface Network extends Roads {
  /** A request of somebody outside. `elsewhere`: not where it belongs. */
  readonly call: (
    instance: number,
    request: Request,
    elsewhere?: boolean
  ) => Effect.Effect<Response>
  readonly feed: (instance: number, after: number) => Stream.Stream<Chunk, Rejected.Unavailable>
}

export const make = (virtual: Virtual, story: Story, processes: () => Processes): Network => {
  const places = new Map<number, number>()
  const disputes = new Map<number, number>()
  let asked = 0
  const place = (instance: number): number => {
    const usual = places.get(instance) ?? 0
    return (disputes.get(instance) ?? 0) > virtual.now && asked++ % 2 === 1 ? 1 - usual : usual
  }
  const away: Response = { _tag: "Denied", reason: { _tag: "Unavailable" } }
  /** Who is gone answers nobody, whatever it still thinks. */
  const alive = (process: Process, answer: Response) =>
    process.gone ? Effect.never : Effect.succeed(answer)
  const ask = (at: number, instance: number, request: Request): Effect.Effect<Response> =>
    Effect.suspend(() => {
      const process = processes().at(at)
      if (process.closed) return Effect.succeed(away)
      return Effect.flatMap(process.machine.call(instance, request), (answer) =>
        alive(process, answer)
      )
    })
  const call: Network["call"] = (instance, request, elsewhere = false) =>
    Effect.suspend(() => {
      const at = place(instance)
      return ask(elsewhere ? 1 - at : at, instance, request)
    })
  const timed = <A>(effect: Effect.Effect<A>) => virtual.timed(effect)
  return {
    call,
    feed: (instance, after) => {
      const process = processes().at(place(instance))
      return process.closed ? Stream.empty : process.machine.feed(instance, after)
    },
    deliver: (instance, request) =>
      Effect.gen(function* () {
        const what = `${requested(request)} to instance ${instance}`
        const doubled = processes().take("doubled message", (fault) => fault.instance === instance)
        if (doubled !== undefined) {
          story.fault(doubled.kind, "network", `${what}, ${doubled.late} ms later`)
          const again = call(instance, request, doubled.late % 2 === 1)
          yield* Effect.forkDetach(timed(Effect.delay(again, doubled.late)))
        }
        // Nothing is there at once: owners that ask each other would use up no time.
        yield* timed(Effect.sleep(1))
        const answer = yield* call(instance, request)
        story.tell("network", `${what}: ${answer._tag}`)
        if (!processes().take("lost acknowledgement", (fault) => fault.instance === instance))
          return answer
        story.fault("lost acknowledgement", "network", what)
        return yield* Effect.never
      }),
    move: (instance, to) => void places.set(instance, to),
    dispute: (instance, until) => void disputes.set(instance, until)
  }
}
