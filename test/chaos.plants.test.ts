/** Everything that may go wrong in a small world, and the rule of `npm run chaos` that must find it. */
import { assert, describe, it } from "@effect/vitest"
import type { Evidence } from "../scripts/chaos/History.ts"
import {
  acted,
  biscuit,
  long,
  me,
  peaceful,
  person,
  resync,
  small
} from "../scripts/chaos/Peace.ts"
import type { World } from "../scripts/chaos/Peace.ts"
import { judge } from "../scripts/chaos/Rules.ts"

const broken = (harm: (world: World) => void): ReadonlyArray<string> => {
  const world = peaceful()
  harm(world)
  return [...new Set(judge(small, world as Evidence).map(({ rule }) => rule))]
}

const rowOf = (world: World, instance: number, id: number): Record<string, unknown> =>
  world.instances[instance]!.rows.find(({ row }) => row.id === id)!.row as never

describe("the judge", () => {
  const plants: ReadonlyArray<readonly [string, string, (world: World) => void]> = [
    [
      "a Command without an answer",
      "every Command is answered",
      ({ histories: [ann] }) => void ann!.answers.delete(5)
    ],
    [
      "one n for two Commands",
      "every Command is answered",
      ({ histories: [ann] }) => void ann!.sent.get(1)!.push("say ho")
    ],
    [
      "accepted and lost",
      "accepted once, rejected never",
      ({ instances: [one] }) => void one!.log.splice(2, 1)
    ],
    [
      "done twice",
      "accepted once, rejected never",
      ({ instances: [one] }) => void one!.log.push({ ...one!.log[2]!, no: 9 })
    ],
    [
      "done in two instances",
      "accepted once, rejected never",
      ({ instances: [one, two] }) => void two!.log.push({ ...one!.log[2]!, no: 9, firstSeq: null })
    ],
    [
      "done as a dead letter too",
      "accepted once, rejected never",
      ({ instances: [one] }) => void one!.dead.push({ ...one!.log[2]!, no: 9, error: "x" })
    ],
    [
      "another text",
      "accepted once, rejected never",
      ({ instances: [one] }) => void (one!.log[1]!.payload = { text: "hullo" })
    ],
    [
      "rejected and done",
      "accepted once, rejected never",
      ({ instances: [, two] }) => void two!.log.push(acted(3, "Dance", `${me}#5`, 3) as never)
    ],
    [
      "a look that was written",
      "accepted once, rejected never",
      ({ instances: [, two] }) => void two!.log.push(acted(3, "Look", `${me}#6`, 3) as never)
    ],
    [
      "done and never sent",
      "accepted once, rejected never",
      ({ histories: [ann] }) => void (ann!.sent.delete(4), ann!.answers.delete(4))
    ],
    [
      "done elsewhere than told",
      "accepted once, rejected never",
      ({ histories: [ann] }) => void ann!.answers.set(2, { _tag: "Accepted", instance: 2, asOf: 3 })
    ],
    [
      "complete when nothing ever is",
      "accepted once, rejected never",
      ({ histories: [ann] }) =>
        void ann!.answers.set(2, { _tag: "Accepted", instance: 1, asOf: 77 })
    ],
    [
      "the second before the first",
      "in order per actor",
      ({ instances: [one] }) => void ((one!.log[1]!.firstSeq = 3), (one!.log[2]!.firstSeq = 2))
    ],
    [
      "the fourth in one instance before the third in the next",
      "in order per actor",
      ({ instances: [one, two] }) => {
        one!.log[3]!.commandId = one!.events[3]!.commandId = one!.events[4]!.commandId = `${me}#4`
        two!.log[1]!.commandId = two!.events[2]!.commandId = `${me}#3`
      }
    ],
    [
      "done where its actor was no more",
      "in order per actor",
      ({ instances: [one, two] }) => {
        const [said] = two!.events.splice(2, 1)
        const [done] = two!.log.splice(1, 1)
        one!.events.push({ ...said!, seq: 6, actionNo: 5 })
        one!.log.push({ ...done!, no: 5, firstSeq: 6 })
      }
    ],
    [
      "accepted in another order, with nothing to tell",
      "in order per actor",
      ({ instances: [one] }) => {
        Object.assign(one!.log[1]!, { no: 3, firstSeq: null })
        Object.assign(one!.log[2]!, { no: 2, firstSeq: null })
      }
    ],
    ["a gap", "seqs without gap", ({ instances: [one] }) => void one!.events.splice(1, 1)],
    ["a seq twice", "seqs without gap", ({ instances: [one] }) => void (one!.events[1]!.seq = 1)],
    [
      "an Event of no Action",
      "seqs without gap",
      ({ instances: [one] }) => void (one!.events[1]!.actionNo = 77)
    ],
    [
      "an Action without its Event",
      "seqs without gap",
      ({ instances: [one] }) => void (one!.log[1]!.firstSeq = 77)
    ],
    [
      "done and pending",
      "seqs without gap",
      ({ instances: [one] }) => void one!.queue.push({ ...one!.log[0]! })
    ],
    [
      "a dead letter",
      "nothing is left over",
      ({ instances: [one] }) =>
        void one!.dead.push({ ...one!.log[0]!, no: 9, key: "k", error: "broke" })
    ],
    [
      "accepted and waiting",
      "nothing is left over",
      ({ instances: [one] }) => void one!.queue.push({ ...one!.log[1]!, no: 9 })
    ],
    [
      "a message that lies",
      "nothing is left over",
      ({ instances: [one] }) => void one!.outbox.push({ n: 5, target: 2, command: {} })
    ],
    [
      "an Event not told",
      "clients see what they may",
      ({ histories: [ann] }) => void ann!.seen.splice(2, 1)
    ],
    [
      "an Event told twice",
      "clients see what they may",
      ({ histories: [ann] }) => void ann!.seen.splice(2, 0, ann!.seen[1]!)
    ],
    [
      "Events out of order",
      "clients see what they may",
      ({ histories: [ann] }) => void ann!.seen.splice(1, 2, ann!.seen[2]!, ann!.seen[1]!)
    ],
    [
      "the last of a stay not told",
      "clients see what they may",
      ({ histories: [ann] }) => void ann!.seen.splice(3, 1)
    ],
    [
      "the last of all not told",
      "clients see what they may",
      ({ histories: [ann] }) => void ann!.seen.pop()
    ],
    [
      "told what others heard",
      "clients see what they may",
      ({ instances: [one] }) => void (one!.events[2]!.streams = ["room:7"])
    ],
    [
      "another payload",
      "clients see what they may",
      ({ histories: [ann] }) => void ((ann!.seen[1] as { payload: string }).payload = "{}")
    ],
    [
      "somebody else's told as one's own",
      "clients see what they may",
      ({ instances: [one] }) => void (one!.events[1]!.commandId = null)
    ],
    [
      "streams that nobody joined",
      "clients see what they may",
      ({ histories: [ann] }) =>
        void (ann!.seen[0] as { streams: Array<string> }).streams.push("room:9")
    ],
    [
      "a stay of which nothing is told",
      "clients see what they may",
      ({ histories: [ann] }) => void ann!.seen.splice(4, 4)
    ],
    [
      "a stay that begins too late: what came before it is in no snapshot",
      "clients see what they may",
      ({ histories: [ann] }) => {
        Object.assign(ann!.seen[4]!, { seq: 2, streams: [me, "room:51"] })
        ann!.seen.splice(5, 2)
      }
    ],
    [
      "an arrival not told",
      "clients see what they may",
      ({ histories: [ann] }) => void ann!.seen.splice(5, 1)
    ],
    [
      "a beginning where there was none",
      "clients see what they may",
      ({ histories: [ann] }) => void (ann!.seen[4] = { ...ann!.seen[4]!, _tag: "Began" } as never)
    ],
    [
      "a state before what leads to it",
      "clients see what they may",
      ({ histories: [ann] }) => void ann!.seen.splice(5, 2, ann!.seen[6]!, ann!.seen[5]!)
    ],
    [
      "a state of somewhere else",
      "clients see what they may",
      ({ histories: [ann] }) => void Object.assign(ann!.seen[6]!, { instance: 1 })
    ],
    [
      "a session that ended",
      "clients see what they may",
      ({ histories: [ann] }) => void Object.assign(ann!.seen[6]!, { why: "entered" })
    ],
    [
      "an answer lost sight of",
      "every Command is answered",
      ({ histories: [ann] }) =>
        void ann!.answers.set(3, { _tag: "Rejected", reason: "AlreadyAnswered" })
    ],
    [
      "a resync for no reason",
      "clients see what they may",
      ({ histories: [ann] }) => void ann!.seen.splice(2, 1, resync("behind"))
    ],
    [
      "a resync that is our fault",
      "clients see what they may",
      (world) => {
        long(world)
        world.histories[0]!.seen.splice(2, 1, resync("broken"))
      }
    ],
    [
      "gold out of nothing",
      "gold and items are conserved",
      (world) => void (rowOf(world, 0, 11)["gold"] = 8)
    ],
    [
      "a lost item",
      "gold and items are conserved",
      ({ instances: [, two] }) =>
        void (two!.rows = two!.rows.filter(({ aggregate }) => aggregate !== "Item"))
    ],
    [
      "somebody in two places",
      "one place each",
      ({ instances: [one] }) =>
        void one!.rows.push({ aggregate: "Character", row: person(10, "Ann") as never })
    ],
    ["somebody nowhere", "one place each", ({ characters }) => void characters.push(12)],
    [
      "an item in two places",
      "one place each",
      ({ instances: [one] }) =>
        void one!.rows.push({ aggregate: "Item", row: { ...biscuit, holderId: 11 } as never })
    ],
    [
      "an item held by nobody",
      "one place each",
      (world) => void (rowOf(world, 1, 20)["holderId"] = 77)
    ],
    [
      "a message that never came",
      "one place each",
      ({ instances: [, two] }) => void two!.log.splice(0, 1)
    ],
    [
      "a message that came twice",
      "one place each",
      ({ instances: [, two] }) => void two!.log.push({ ...two!.log[0]!, no: 9 })
    ],
    [
      "a row that no Event made",
      "rows are the fold of Events",
      (world) => void (rowOf(world, 0, 11)["description"] = "by hand")
    ],
    [
      "an Event that brings in who is there",
      "rows are the fold of Events",
      ({ instances: [, two] }) => void two!.events.push({ ...two!.events[0]!, seq: 4 })
    ],
    [
      "an Event that is not declared",
      "rows are the fold of Events",
      ({ instances: [one] }) => void (one!.events[1]!.type = "Sung")
    ],
    [
      "something kept beside a row that no Event keeps there",
      "rows are the fold of Events",
      ({ instances: [one] }) => void Object.assign(one!.rows[0]!, { runtime: { greeted: [] } })
    ],
    [
      "a row without what an Event keeps beside it",
      "rows are the fold of Events",
      ({ instances: [, two] }) =>
        void delete (
          two!.rows.find(({ aggregate }) => aggregate === "Character") as { runtime?: unknown }
        ).runtime
    ],
    [
      "an Event that does not fold",
      "rows are the fold of Events",
      ({ instances: [one] }) =>
        void ((one!.events[2]!.payload as Record<string, unknown>)["to"] = 99)
    ]
  ]
  it.each(plants)("finds %s", (_, rule, harm) => {
    assert.include(broken(harm), rule)
  })
})
