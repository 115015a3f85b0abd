/** Who reads an instance's feed in a simulated world, as a gateway does, and the log where it came too late. */
import type { Database } from "@wr2/engine/Memory"
import type { FeedEvent } from "@wr2/engine/Messages"
import { feedEvent } from "@wr2/engine/Publisher"
import { Effect, Stream } from "effect"
import type { Network } from "./Network.ts"
import type { Story } from "./Story.ts"

/** Reads until it is over. What was heard is in `heard`, in order. */
export const read = Effect.fnUntraced(function* (
  instance: number,
  heard: Array<FeedEvent>,
  world: {
    readonly db: Database
    readonly network: Network
    readonly story: Story
    readonly isOver: () => boolean
  }
) {
  const { db, isOver, network, story } = world
  const tables = () => db.state.instances.get(instance)!
  const readLog = (): number => {
    const { events } = tables()
    if (events.length > heard.length) story.count("read from the log")
    heard.push(...events.slice(heard.length).map(feedEvent))
    return events.length
  }
  const wrong = (what: string) => story.wrong("hearing", `the feed of instance ${instance} ${what}`)
  for (let turn = 1; !isOver(); turn++) {
    // A gateway reads where it has players.
    if (tables().runtimes.size > 0) {
      const after = heard.length
      let last = after
      let behind: boolean | undefined
      yield* network.feed(instance, heard.length).pipe(
        Stream.runForEach(({ events, upTo }) =>
          Effect.sync(() => {
            // An owner that slept through its commit tells what the log told long ago.
            behind ??= events.length === 0 && upTo < after
            for (const event of events) {
              if (behind && event.seq <= after) continue
              if (event.seq <= last) wrong(`tells ${event.seq} after ${last}`)
              last = event.seq
              if (event.seq === heard.length + 1) heard.push(event)
            }
            if (upTo > heard.length && readLog() < upTo)
              wrong(`tells of ${upTo}, which is not there`)
          })
        ),
        Effect.ignoreCause,
        Effect.timeoutOption(500 + ((turn * 733 + instance * 211) % 4_500))
      )
    }
    readLog()
    yield* Effect.sleep(50 + ((turn * 67) % 250))
  }
  readLog()
})
