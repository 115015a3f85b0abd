/** A cycle that does everything there is, so that it makes every statement of the second flight. */
import * as S from "@wr2/testkit/PortSuites/Support"
import { Counter, Purse } from "@wr2/testkit/TestGame"

/** The birth after which it can be committed, once. */
export const before = {
  rows: [S.counter(2, {}, "old"), S.counter(3, {}, "old"), ...[2, 3].map((id) => S.purse(id, 1))],
  queue: [S.action(1), S.action(3)]
}

const runtime = { aggregate: Counter, id: 1 } as const

/** A cycle that does everything there is. */
export const everything = (instance: number) => ({
  instance,
  writes: S.writes({
    cursors: [S.cursor("counter:1", 1)],
    rows: [
      S.put("insert", S.counter(1)),
      S.put("update", S.counter(2)),
      { op: "delete", ...Counter.ref(3) },
      S.put("insert", S.purse(1, 1)),
      S.put("update", S.purse(2, 1)),
      { op: "delete", ...Purse.ref(3) }
    ],
    runtimes: [
      { op: "insert", ...runtime, data: { mood: "a" }, builtAt: 1 },
      { op: "update", ...runtime, id: 2, data: { mood: "b" }, builtAt: 1 },
      { op: "delete", ...runtime, id: 3 }
    ],
    events: [S.event(1)],
    log: [S.done(1)],
    dequeued: [1],
    queued: [S.action(2)],
    attempted: [3],
    dead: [S.dead(4)],
    outbox: [S.message(1)],
    delivered: [1]
  })
})
