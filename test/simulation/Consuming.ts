/**
 * The consumer of a simulated world: how it is set, what befalls it and its Commands on their way, who
 * lets it go on when it was parked, and what is asked of its offsets whenever they move.
 */
import { ConsumerLimits, defaults } from "@wr2/engine/ConsumerLimits"
import type { ConsumerOffsets } from "@wr2/engine/ConsumerOffsets"
import { Consumers } from "@wr2/engine/Consumers"
import type { Database } from "@wr2/engine/Memory"
import type { Request } from "@wr2/engine/Messages"
import { Effect, Layer } from "effect"
import type * as Lab from "../../packages/engine/test/Lab.ts"
import type { Processes } from "./Processes.ts"
import type { Form } from "./Schedule.ts"
import { broken, heard, scribe, taken } from "./Scribe.ts"
import type { Step } from "./Scribe.ts"
import type { Story } from "./Story.ts"
import type { Virtual } from "./Virtual.ts"

/** Time is short here: what takes a server a minute takes a few seconds. */
const limitsOf = ({ unheardMax, unreadMax }: Form): ConsumerLimits => ({
  ...defaults,
  waitingMax: unheardMax,
  batchMax: unreadMax,
  attemptsMax: 4,
  retryMax: 1_000,
  within: 2_000,
  checkpointEvery: 500,
  skimEvery: 5_000,
  lookEvery: 2_000
})

/** Consumers as they are made, or as a mutant makes them, in a world where answers get lost. */
export const unlucky =
  (
    form: Form,
    own: Lab.Options["consumers"],
    world: {
      readonly virtual: Virtual
      readonly story: Story
      readonly take: Processes["take"]
      readonly who: () => string
    }
  ): NonNullable<Lab.Options["consumers"]> =>
  (make) => {
    const { story, take, virtual, who } = world
    const told = (instance: number, request: Request) =>
      `${request._tag === "Consume" ? `#${request.n}` : request._tag} in instance ${instance}`
    return Layer.effect(
      Consumers,
      Effect.map(Consumers, (consumers) => ({
        ...consumers,
        follow: (owned, call) => {
          const { instance } = owned
          const here = (fault: { readonly instance: number }) => fault.instance === instance
          return consumers.follow(
            owned,
            Effect.fnUntraced(function* (request) {
              const doubled = take("doubled consumer Command", here)
              if (doubled !== undefined) {
                const what = `${told(instance, request)}, ${doubled.late} ms later`
                story.fault(doubled.kind, who(), what)
                const again = Effect.delay(call(request), doubled.late)
                yield* Effect.forkDetach(virtual.timed(again))
              }
              const answer = yield* call(request)
              if (answer._tag !== "Done" || !take("lost consumer answer", here)) return answer
              story.fault("lost consumer answer", who(), told(instance, request))
              return yield* Effect.never
            })
          )
        }
      }))
    ).pipe(
      Layer.provide(own?.(make) ?? make),
      Layer.provide(Layer.succeed(ConsumerLimits, limitsOf(form)))
    )
  }

/** An operator: whoever is parked goes on, once what it was parked for is over. */
export const resumed = (
  db: Database,
  offsets: ConsumerOffsets["Service"],
  story: Story,
  isBroken: () => boolean
): Effect.Effect<void> =>
  Effect.suspend(() => {
    const parked = [...db.state.offsets.values()].filter((row) => row.parked !== null)
    return Effect.forEach(
      isBroken() ? [] : parked,
      ({ consumer, instance, parked }) => {
        if (!parked!.error.includes(broken))
          story.wrong("consumers", `parked in instance ${instance}: ${parked!.error}`)
        story.count("parked")
        story.tell("operator", `lets ${consumer} go on in instance ${instance}`)
        return Effect.orDie(offsets.resume(instance, consumer, null))
      },
      { discard: true }
    )
  })

/** Where an instance's offset is, and how much of its log that is known to be had. */
export interface Read {
  seq: number
  events: number
}

/** An offset moves on only over what is done: of each Event that it passes the Command was had. */
export const passed = (db: Database, instance: number, read: Read, story: Story): void => {
  const seq = db.state.offsets.get(`${instance}/${scribe}`)?.seq ?? 0
  if (seq === read.seq) return
  const wrong = (what: string) => story.wrong("consumers", `instance ${instance}: ${what}`)
  if (seq < read.seq) wrong(`the offset went back from ${read.seq} to ${seq}`)
  read.seq = Math.max(seq, read.seq)
  const { dead, events, log, queue } = db.state.instances.get(instance)!
  if (seq > (events.at(-1)?.seq ?? 0)) wrong(`the offset is ${seq}, past all that happened`)
  const steps: Array<number> = []
  for (; read.events < events.length && events[read.events]!.seq <= seq; read.events++)
    if (events[read.events]!.type === heard) steps.push(events[read.events]!.seq)
  if (steps.length === 0) return
  const had = new Set<number>()
  for (const records of [log, queue, dead])
    for (const { payload, type } of records.values())
      if (taken.has(type) && (payload as Step).instance === instance) had.add((payload as Step).seq)
  for (const step of steps)
    if (!had.has(step)) wrong(`the offset is ${seq}, but Event ${step} was not consumed`)
}
