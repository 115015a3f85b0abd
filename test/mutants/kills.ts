/**
 * Each mutant in a world that is killed (scripts/kill-matrix): the cell that shows it, and what the judge
 * says then; or why no kill can. Where a mutant is made of the test game's rules, or of the memory
 * database, the same break is made of the played game's and of PostgreSQL's.
 */
import type { PgClient } from "@effect/sql-pg"
import { ConsumerOffsets } from "@wr2/engine/ConsumerOffsets"
import { Consumers } from "@wr2/engine/Consumers"
import { Planner } from "@wr2/engine/Planner"
import { Publisher } from "@wr2/engine/Publisher"
import { Effect, Layer, Result } from "effect"
import { Say } from "../../packages/world/src/actions/Say.ts"
import { Character } from "../../packages/world/src/aggregates/Character.ts"
import { Item } from "../../packages/world/src/aggregates/Item.ts"
import { erased } from "../../scripts/kill-matrix/Game.ts"
import { mutants } from "./index.ts"
import type { With } from "./Mutant.ts"
import * as Swaps from "./Swaps.ts"

/** What shows it. */
interface Shown {
  readonly cell: string
  /** What the judge says, among other things. */
  readonly rule: string
  readonly released?: boolean
  readonly lives?: number
  /** Every Action is accepted in a transaction of its own first. */
  readonly queueFirst?: boolean
  /** The same break of what is played here. */
  readonly with?: With
}
/** Why nothing does. */
interface Unseen {
  readonly no: string
}
type Kill = Shown | Unseen

/** A break of what the store does, with the tables at hand. */
const store = (
  change: (
    store: Parameters<NonNullable<With["store"]>>[0],
    sql: PgClient.PgClient
  ) => ReturnType<NonNullable<With["store"]>>
): Pick<With, "store"> => ({ store: (own, sql) => change(own, sql as never) })

const evolve = (tag: string, change: (event: any) => ReadonlyArray<unknown>) =>
  Swaps.event(tag, () => ({ evolve: change as never }), erased)

let asked = 0
const rooms = new Set<string>()

/** After some transaction of it. */
const afterCommit = (scenario: string) => `after InstanceStore.commit: COMMIT/${scenario}`
/** What was said is committed, and nobody has been told. */
const unanswered = (scenario: string) => `after Placement.call Submit/${scenario}`

/** By the mutants' names. */
const kills: Readonly<Record<string, Kill>> = {
  "doubled accept: an n that was had before is taken again": {
    cell: unanswered("Say"),
    rule: "accepted once, rejected never"
  },
  "lost cursor: it is not written with the Actions": {
    cell: unanswered("Say"),
    rule: "accepted once, rejected never"
  },
  "lost write: Committed is answered, nothing was": {
    cell: unanswered("Say"),
    rule: "accepted once, rejected never",
    // What is said: nobody would come in otherwise.
    with: store((own) => ({
      ...own,
      commit: (cycles) =>
        Effect.map(
          own.commit(
            cycles.map((cycle) => ({
              ...cycle,
              decide: (locked) => {
                const writes = cycle.decide(locked)
                return writes?.log.some(({ type }) => type === "Say") === true ? undefined : writes
              }
            }))
          ),
          (outcomes) =>
            outcomes.map((outcome) =>
              outcome._tag === "Nothing" ? { _tag: "Committed", stamp: 1 } : outcome
            )
        )
    }))
  },
  "lost follow-up: what an Action causes for later is not queued": {
    cell: afterCommit("AttackRound"),
    rule: "comes to rest"
  },
  "a rejection that writes: it rings the bell": {
    cell: "after Planner.plan/(rejected)",
    rule: "(rejected)",
    with: {
      parts: {
        planner: Layer.effect(
          Planner,
          Effect.map(Planner, ({ plan }) => ({
            plan: (input) =>
              Result.orElse(plan(input), () =>
                Result.succeed({
                  command: "oops",
                  actions: [Say.make({ character: input.actor.id as never, text: "oops" })]
                })
              )
          }))
        )
      }
    }
  },
  "checkpoint before effect: the offset is written before the Commands are had": {
    cell: "before Consumers.follow calls back Consume/GrantAchievement",
    rule: "comes to rest",
    with: {
      consumers: (make) =>
        Layer.effect(
          Consumers,
          Effect.gen(function* () {
            const [inner, offsets] = [yield* Consumers, yield* ConsumerOffsets]
            const runFork = Effect.runForkWith(yield* Effect.context<never>())
            /** All up to here counts as done. */
            const done = Effect.fnUntraced(function* (instance: number, to: number) {
              const rows = yield* offsets.open(instance, to, erased.consumers)
              yield* offsets.advance(
                rows.map(({ consumer, seq }) => ({ instance, consumer, from: seq, to }))
              )
            })
            return {
              ...inner,
              follow: (owned, call) => {
                const following = inner.follow(owned, call)
                return {
                  ...following,
                  published: (upTo, events) =>
                    void runFork(
                      Effect.ensuring(
                        Effect.ignore(done(owned.instance, upTo)),
                        Effect.sync(() => following.published(upTo, events))
                      )
                    )
                }
              }
            }
          })
        ).pipe(Layer.provide(make))
    }
  },
  "no dedup key: each try of a consumer's Command has a number of its own": {
    cell: "after Consumers.follow calls back Consume/GrantAchievement",
    rule: "consumers have each Event once"
  },
  "a consumer's cursor is lost: what it sent is had again": {
    cell: "after Consumers.follow calls back Consume/GrantAchievement",
    rule: "accepted once, rejected never"
  },
  "lost timer: a release does not say when to wake": {
    cell: "after InstanceStore.release: own.release instance_owner/(left in a fight)",
    rule: "comes to rest"
  },
  "lost timer: beyond the horizon nobody looks": {
    cell: "after ActionQueue.due/(time goes by)",
    rule: "comes to rest"
  },
  "uncounted attempts: poison goes from runner to runner": {
    cell: "before InstanceStore.commit: appendActionLog.appendActionLog action_log/Say",
    lives: 7,
    rule: "an Action ends few runners"
  },
  "a row changed past evolve: the transaction rings once more": {
    cell: unanswered("Move"),
    rule: "rows are the fold of Events",
    with: Swaps.writes((writes) => ({
      ...writes,
      rows: writes.rows.map((write) =>
        write.op === "update" && write.aggregate._tag === "Character"
          ? { ...write, row: { ...write.row, gold: write.row.gold + 1 } }
          : write
      )
    }))
  },
  "impure evolve: an Event changes its row by how often it was asked": {
    cell: unanswered("Move"),
    rule: "rows are the fold of Events",
    with: evolve("CharacterMoved", (e) => [
      Character.update(e.character, (c) => ({ ...c, room: e.to, gold: ++asked }))
    ])
  },
  // The tables refuse a seq that was had: so nothing is done any more.
  "reused seq: the next owner begins one too low, and INSERT overwrites": {
    cell: unanswered("Move"),
    rule: "nothing is left over",
    with: store((own) => ({
      ...own,
      activate: (instance, owner) =>
        Effect.map(own.activate(instance, owner), (activation) => ({
          ...activation,
          lastSeq: Math.max(0, activation.lastSeq - 1)
        }))
    }))
  },
  "lost Event: of several in a cycle the first is not written": {
    cell: unanswered("Depart"),
    rule: "seqs without gap"
  },
  "reordered actor: the last Command that came is the first to be planned": {
    cell: unanswered("(in a row)"),
    rule: "in order per actor"
  },
  "reordered queue: it is loaded with its due times exchanged": {
    cell: afterCommit("(all at once)"),
    queueFirst: true,
    rule: "in order per actor",
    with: store((own) => ({
      ...own,
      activate: (instance, owner) =>
        Effect.map(own.activate(instance, owner), (activation) => ({
          ...activation,
          queue: activation.queue.map((record, i) => ({ ...record, runAt: record.runAt - i }))
        }))
    }))
  },
  "impure decide: a rule counts how often it was asked": {
    no: "the judge has what was decided, and does not decide again"
  },
  "forgotten lock: a rule does not name the row that it reads": {
    cell: unanswered("GetItem"),
    rule: "nothing is left over",
    with: Swaps.rule("GetItem", () => ({ locks: () => [] }), erased)
  },
  "unfenced write: the epoch is not compared": {
    no: "who was killed writes nothing any more; it takes one that is frozen"
  },
  "unconfirmed stale read: the epoch is confirmed without a look": {
    no: "who was killed answers nothing any more; it takes one that is frozen"
  },
  "lock that waits: a transaction with a held row fails until it is free": {
    no: "in the end the row is free: how long others waited is not asked"
  },
  "stale projection: the next owner loads what the first one had loaded": {
    cell: unanswered("GiveGold"),
    rule: "projection is the rows",
    with: store((own) => ({
      ...own,
      activate: (instance, owner) =>
        Effect.map(own.activate(instance, owner), (activation) => ({
          ...activation,
          // As when they came.
          rows: activation.rows.map((loaded) =>
            loaded.aggregate._tag === "Character"
              ? { ...loaded, row: { ...(loaded.row as object), gold: 20 } }
              : loaded
          )
        }))
    }))
  },
  "unbounded inbox": { no: "no bound is reached: kills make no queue longer" },
  "unbounded text: what is too long is cut and planned all the same": {
    no: "no bound is reached: kills make no text longer"
  },
  "duplicated item: who crosses leaves the coins behind as well": {
    cell: unanswered("Depart"),
    rule: "one place each",
    // What is left behind lies there: the tables let nothing be held by nobody.
    with: evolve("CharacterSent", (e) => [
      ...e.items.map((item: Item) =>
        Item.update(item.id, (i) => ({ ...i, holder: "room", holderId: e.character.room }))
      ),
      Character.remove(e.character.id)
    ])
  },
  "lost message: it is not written with the Event that sends it": {
    cell: unanswered("Depart"),
    rule: "one place each"
  },
  "message not kept: its row goes before it is acknowledged": {
    cell: "after InstanceStore.commit/Depart",
    rule: "one place each",
    with: store((own, sql) => ({
      ...own,
      commit: (cycles) =>
        Effect.tap(own.commit(cycles), () =>
          Effect.forEach(cycles, ({ instance }) =>
            Effect.orDie(sql`DELETE FROM wr2.instance_outbox WHERE instance_id = ${instance}`)
          )
        )
    }))
  },
  "doubled message: what was delivered is taken in again": {
    cell: "after Placement.call Deliver/Admit",
    rule: "accepted once, rejected never"
  },
  "non-conserving transfer: a coin grows when it is handed on": {
    cell: unanswered("GiveGold"),
    rule: "gold and items are conserved",
    with: evolve("GoldGiven", (e) => [
      Character.update(e.from, (c) => ({ ...c, gold: c.gold - e.amount })),
      Character.update(e.to, (c) => ({ ...c, gold: c.gold + e.amount + 1 }))
    ])
  },
  "leaked Event: everybody at the place hears it, too": {
    cell: afterCommit("MoveMob"),
    rule: "clients see what they may",
    with: {
      parts: {
        publisher: Layer.effect(
          Publisher,
          Effect.map(Publisher, (publisher) => ({
            ...publisher,
            publish: (instance, upTo, events) => {
              for (const { streams } of events)
                for (const stream of streams) if (stream.startsWith("room:")) rooms.add(stream)
              return publisher.publish(
                instance,
                upTo,
                events.map((event) => ({
                  ...event,
                  streams: [...new Set([...event.streams, ...rooms])] as typeof event.streams
                }))
              )
            }
          }))
        )
      }
    }
  },
  "leaked Event: a refusal is written for all to hear": {
    cell: unanswered("(refused)"),
    rule: "clients see what they may"
  },
  "hearsay: Events are handed over in another order": {
    no: "a gateway takes Events by their seqs, and reads the log where they do not follow"
  },
  "a feed that begins one too late": {
    no: "a gateway takes Events by their seqs, and no Event twice"
  }
}

/** What a kill shows of a mutant. */
export const killOf = ({ name }: { readonly name: string }): Kill => kills[name]!

/** All of them as they are in a world that is killed. */
export const breaks = mutants.flatMap(({ name, with: given }) => {
  const kill = killOf({ name })
  return "no" in kill ? [] : [{ name, with: kill.with ?? given }]
})
