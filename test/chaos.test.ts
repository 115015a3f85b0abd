/** The judge of `npm run chaos` on a small world in which all is well, and on everything that may go wrong in it. */
import { assert, describe, it } from "@effect/vitest"
import { onlyInSnapshots } from "../scripts/chaos/Hearing.ts"
import type { Evidence } from "../scripts/chaos/History.ts"
import { acted, biscuit, me, peaceful, person, room, shipped } from "../scripts/chaos/Peace.ts"
import type { World } from "../scripts/chaos/Peace.ts"
import { judge, resyncs } from "../scripts/chaos/Rules.ts"
import { kinds, plan } from "../scripts/chaos/Schedule.ts"

const broken = (harm: (world: World) => void): ReadonlyArray<string> => {
  const world = peaceful()
  harm(world)
  return [...new Set(judge(shipped, world as Evidence).map(({ rule }) => rule))]
}

const rowOf = (world: World, instance: number, id: number): Record<string, unknown> =>
  world.instances[instance]!.rows.find(({ row }) => row.id === id)!.row as never

describe("the judge", () => {
  it("finds nothing where nothing is wrong", () => {
    assert.deepStrictEqual(judge(shipped, peaceful() as Evidence), [])
  })

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
      "an Event that does not fold",
      "rows are the fold of Events",
      ({ instances: [one] }) =>
        void ((one!.events[2]!.payload as Record<string, unknown>)["to"] = 99)
    ]
  ]
  it.each(plants)("finds %s", (_, rule, harm) => {
    assert.include(broken(harm), rule)
  })

  it("takes what is in transit for there", () => {
    const world = peaceful()
    const [one, two] = world.instances as [World["instances"][number], World["instances"][number]]
    const { items, character } = one.events[4]!.payload as never as {
      items: unknown
      character: unknown
    }
    one.outbox.push({ n: 5, target: 2, command: { _tag: "arrive", character, items } })
    Object.assign(two, { events: [], log: [], rows: [room(51)] })
    two.cursors.delete("instance:1")
    const found = judge(shipped, world as Evidence).map(({ rule }) => rule)
    assert.notInclude(found, "gold and items are conserved")
    assert.notInclude(found, "one place each")
    assert.include(found, "nothing is left over")
  })

  it("lets a client begin anew from a snapshot, and counts it", () => {
    const world = peaceful()
    const [ann] = world.histories as [World["histories"][number]]
    ann.seen.splice(2, 1, {
      _tag: "Began",
      why: "resync",
      instance: 1,
      seq: 3,
      streams: [me, "room:1"]
    })
    assert.deepStrictEqual(judge(shipped, world as Evidence), [])
    const { histories, instances } = world as Evidence
    assert.strictEqual(resyncs(histories), 1)
    assert.strictEqual(onlyInSnapshots(histories, instances), 1)
  })
})

describe("the schedule", () => {
  it("is the seed's, and holds every kind within a minute", () => {
    const one = plan({ seed: 7, seconds: 60 })
    assert.deepStrictEqual(one, plan({ seed: 7, seconds: 60 }))
    assert.notDeepEqual(one, plan({ seed: 8, seconds: 60 }))
    assert.sameMembers(
      one.map(({ kind }) => kind),
      [...kinds]
    )
    assert.isTrue(one.every(({ at }) => at > 0 && at < 55_000))
  })

  it("does again what there is time for", () => {
    const planned = plan({ seed: 1, seconds: 40, only: ["runner killed", "Postgres killed"] })
    assert.isAbove(planned.length, 10)
    assert.strictEqual(planned.length % 2, 0)
  })
})
