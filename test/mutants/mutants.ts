/**
 * One deliberate break of each invariant at least, swapped in as a layer, a store or a rule: nothing
 * in the product knows of them. Each must make its check fail.
 */
import type { Game } from "@wr2/core"
import { Ingress } from "@wr2/engine/Ingress"
import type { InstanceStore } from "@wr2/engine/InstanceStore"
import type { Database } from "@wr2/engine/Memory"
import { Publisher } from "@wr2/engine/Publisher"
import type { Writes } from "@wr2/engine/Records"
import { Effect, Layer, Result } from "effect"
import type * as Lab from "../../packages/engine/test/Lab.ts"
import { Coin, yard } from "../../packages/engine/test/Yard.ts"
import type * as checks from "./checks.ts"

/** A break, the invariant of ARCHITECTURE.md's list that it breaks, and the check that must see it. */
export interface Mutant {
  readonly name: string
  readonly invariant: number
  readonly check: keyof typeof checks
  readonly engine: Lab.Options
}

type Store = InstanceStore["Service"]
type Any = any

/** What a cycle writes, changed on its way to the store. */
const writing = (change: (writes: Writes, cycle: Any) => Writes): Lab.Options => ({
  store: (store) => ({
    ...store,
    commit: (cycles) =>
      store.commit(
        cycles.map((cycle) => ({
          ...cycle,
          decide: (locked) => {
            const writes = cycle.decide(locked)
            return writes === undefined ? undefined : change(writes, cycle)
          }
        }))
      )
  })
})

/** The store with one method changed. */
const storing = (change: (store: Store, db: Database) => Partial<Store>): Lab.Options => ({
  store: (store, db) => ({ ...store, ...change(store, db) })
})

/** The game with one of its definitions changed. */
const playing = (change: (game: Any) => Any): Lab.Options => ({
  game: change(yard) as Game.Game<any, any, any, any>
})
const rule = (tag: string, change: (rule: Any) => Any) =>
  playing((game) => ({
    ...game,
    actions: game.actions.map((each: Any) =>
      each._tag === tag ? { ...each, ...change(each) } : each
    )
  }))
const event = (tag: string, change: (event: Any) => Any) =>
  playing((game) => ({
    ...game,
    events: game.events.map((each: Any) =>
      each._tag === tag ? { ...each, ...change(each) } : each
    )
  }))

let calls = 0

export const mutants: ReadonlyArray<Mutant> = [
  {
    name: "doubled accept: the cursor is not written",
    invariant: 1,
    check: "acceptedOnce",
    engine: writing((writes) => ({ ...writes, cursors: [] }))
  },
  {
    name: "lost follow-up: what waits is not queued",
    invariant: 1,
    check: "nothingIsLost",
    engine: writing((writes) => ({ ...writes, queued: [] }))
  },
  {
    name: "early answer: acknowledged, and never committed",
    invariant: 1,
    check: "answeredAfterTheCommit",
    engine: storing(() => ({
      commit: (cycles) =>
        Effect.map(
          Effect.sync(() =>
            cycles.map((cycle) => {
              const rows = cycle.locks.map((ref) => ({ ref, stamp: 1, runtime: undefined }))
              return cycle.decide({ now: Date.UTC(2026, 10, 23), rows, skipped: [], missing: [] })
            })
          ),
          (made) =>
            made.map((writes) =>
              writes === undefined
                ? { _tag: "Nothing" as const }
                : { _tag: "Committed" as const, stamp: 1 }
            )
        )
    }))
  },
  {
    name: "row without an Event: a write that no evolve made",
    invariant: 2,
    check: "rowsAreFold",
    engine: writing((writes) => ({
      ...writes,
      rows: writes.rows.map((write) =>
        write.op === "delete" || write.aggregate._tag !== "Coin"
          ? write
          : { ...write, row: { ...write.row, value: write.row.value + 1 } }
      )
    }))
  },
  {
    name: "reused seq: an owner begins below the last",
    invariant: 3,
    check: "seqsGoOn",
    engine: storing((store) => ({
      activate: (instance, owner) =>
        Effect.map(store.activate(instance, owner), (activation) => ({
          ...activation,
          lastSeq: Math.max(0, activation.lastSeq - 1)
        }))
    }))
  },
  {
    name: "seq with a gap: an owner begins above the last",
    invariant: 3,
    check: "seqsGoOn",
    engine: storing((store) => ({
      activate: (instance, owner) =>
        Effect.map(store.activate(instance, owner), (activation) => ({
          ...activation,
          lastSeq: activation.lastSeq === 0 ? 0 : activation.lastSeq + 1
        }))
    }))
  },
  {
    name: "reordered actor: the last that came goes first",
    invariant: 4,
    check: "inOrder",
    engine: {
      parts: {
        ingress: Layer.effect(
          Ingress,
          Effect.map(Ingress, ({ open }) => ({
            open: (cursors) => {
              const inboxes = open(cursors)
              const begin = inboxes.begin.bind(inboxes)
              inboxes.begin = (box) => {
                box.inbox.reverse()
                return begin(box)
              }
              return inboxes
            }
          }))
        )
      }
    }
  },
  {
    name: "impure decide: it counts its own calls",
    invariant: 5,
    check: "sameSeedSameEvents",
    engine: rule("Mint", ({ decide }) => ({
      decide: (payload: Any, deciding: Any) => decide({ ...payload, value: ++calls }, deciding)
    }))
  },
  {
    name: "forgotten lock: a rule reads what it does not declare",
    invariant: 5,
    check: "locksAreDeclared",
    engine: rule("Hand", ({ locks }) => ({
      locks: (payload: Any, look: Any) =>
        locks(payload, look).filter((ref: Any) => ref.aggregate !== Coin)
    }))
  },
  {
    name: "unfenced write: the epoch is whatever it is now",
    invariant: 6,
    check: "onlyTheOwnerCommits",
    engine: storing((store, db) => ({
      commit: (cycles) =>
        Effect.flatMap(
          Effect.forEach(cycles, (cycle) =>
            Effect.map(db.kept(cycle.instance), (kept) => ({ ...cycle, epoch: kept!.owner.epoch }))
          ),
          store.commit
        )
    }))
  },
  {
    name: "stale read: the epoch is not confirmed",
    invariant: 6,
    check: "readsAreOwned",
    engine: storing(() => ({ confirm: () => Effect.succeed(true) }))
  },
  {
    name: "one for all: a held row keeps the whole cycle waiting",
    invariant: 7,
    check: "othersGoOn",
    engine: storing((store) => ({
      commit: (cycles) => {
        let held = false
        return Effect.flatMap(
          store.commit(
            cycles.map((cycle) => ({
              ...cycle,
              decide: (locked) => {
                held ||= locked.skipped.length > 0
                return held ? undefined : cycle.decide(locked)
              }
            }))
          ),
          (outcomes) =>
            held
              ? Effect.as(
                  Effect.sleep(20),
                  outcomes.map(() => ({ _tag: "Held" as const }))
                )
              : Effect.succeed(outcomes)
        )
      }
    }))
  },
  {
    name: "stale projection: rows as they once were, called current",
    invariant: 8,
    check: "projectionIsTheRows",
    engine: storing((store) => ({
      activate: (instance, owner) =>
        Effect.map(store.activate(instance, owner), (activation) => ({
          ...activation,
          rows: activation.rows.map((row) =>
            row.aggregate._tag === "Person"
              ? { ...row, row: { ...(row.row as object), place: 0 } }
              : row
          )
        }))
    }))
  },
  {
    name: "unbounded inbox",
    invariant: 9,
    check: "inboxesAreBounded",
    engine: { limits: { commandsWaitingPerActor: 1_000_000 } }
  },
  {
    name: "duplicated item: handed on, and kept",
    invariant: 10,
    check: "coinsAreConserved",
    engine: event("Handed", () => ({
      evolve: (e: Any) => [Coin.insert({ id: e.coin + 1_000, holder: e.to, value: 5 })]
    }))
  },
  {
    name: "vanished item: a hand-over that keeps nothing",
    invariant: 10,
    check: "coinsAreConserved",
    engine: rule("Hand", () => ({
      emits: [],
      decide: (payload: Any, { every }: Any) => {
        const coin = every(Coin, "holder", payload.person)[0]
        return Result.succeed({
          events:
            coin === undefined ? [] : [{ _tag: "Melted", coin: coin.id, holder: payload.person }]
        })
      }
    }))
  },
  {
    name: "leaked Event: strangers hear it",
    invariant: 11,
    check: "heardByWhomItConcerns",
    engine: event("Rang", ({ heardBy }) => ({
      heardBy: (e: Any) => [...heardBy(e), "place:0"]
    }))
  },
  {
    name: "doubled hand-over: published twice",
    invariant: 11,
    check: "heardOnceInOrder",
    engine: {
      parts: {
        publisher: Layer.effect(
          Publisher,
          Effect.map(Publisher, (publisher) => ({
            ...publisher,
            publish: (...given: Parameters<typeof publisher.publish>) => {
              publisher.publish(...given)
              publisher.publish(...given)
            }
          }))
        )
      }
    }
  }
]
