/** `npm run chaos`: its judge on a small world in which all is well, its schedule, its options. */
import { assert, describe, it } from "@effect/vitest"
import { Conservation } from "@wr2/world"
import type { Evidence } from "../scripts/chaos/History.ts"
import { conserved } from "../scripts/chaos/Holdings.ts"
import { acted, long, peaceful, resync, room, small } from "../scripts/chaos/Peace.ts"
import type { World } from "../scripts/chaos/Peace.ts"
import { parse } from "../scripts/chaos/Options.ts"
import { worlds } from "../scripts/chaos/Worlds.ts"
import { effective, journeys, judge, resyncs } from "../scripts/chaos/Rules.ts"
import { kinds, plan } from "../scripts/chaos/Schedule.ts"

describe("the judge", () => {
  it("finds nothing where nothing is wrong", () => {
    assert.deepStrictEqual(judge(small, peaceful() as Evidence), [])
  })

  it("knows that each instance has its own reader of its log", () => {
    const world = peaceful()
    for (const { log } of world.instances)
      log.push({ ...acted(77, "Count", "consumer:achievements:0#5", 1), firstSeq: null } as never)
    assert.deepStrictEqual(judge(small, world as Evidence), [])
  })

  it("knows messages that carry nobody", () => {
    const world = peaceful()
    world.instances[0]!.outbox.push({
      n: 500,
      target: 2,
      command: { _tag: "credit", character: 1 }
    })
    const found = judge(small, world as Evidence).map(({ rule }) => rule)
    assert.deepStrictEqual(found, ["nothing is left over"])
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
    const found = judge(small, world as Evidence).map(({ rule }) => rule)
    assert.notInclude(found, "gold and items are conserved")
    assert.notInclude(found, "one place each")
    assert.include(found, "nothing is left over")
  })

  it("counts what Events make as the game does, from another table", () => {
    const [purse, pile] = [
      { id: 1, gold: 5 },
      { id: 2, gold: 7 }
    ]
    const made: ReadonlyArray<{ readonly _tag: string; readonly [key: string]: unknown }> = [
      { _tag: "CharacterCreated", character: purse },
      { _tag: "MobsSpawned", mobs: [purse], items: [pile, pile] },
      { _tag: "MobSummoned", mob: purse, items: [pile] },
      { _tag: "ShopRestocked", made: [pile, pile], gone: [8], goneGold: 4, purse: 6 },
      { _tag: "InstanceReshaped", items: [pile, pile] },
      { _tag: "QuestDone", gold: 3, made: [pile], brought: [8, 9], broughtGold: 1 },
      { _tag: "CopyTornDown", gold: 9, items: [8, 9] },
      { _tag: "ItemMade", items: [pile] },
      { _tag: "MobDied", corpse: pile, items: [8, 9] },
      { _tag: "CharacterDied", corpse: pile },
      { _tag: "CharacterDied", corpse: null },
      { _tag: "GoldDropped", pile: 2, amount: 3 },
      { _tag: "GoldTaken", pile: true, amount: 3 },
      { _tag: "GoldTaken", pile: false, amount: 3 },
      { _tag: "CorpseDecayed", corpse: 2, items: [8, 9], gold: 7 },
      { _tag: "ItemUsed", item: 2, spent: true },
      { _tag: "ItemUsed", item: 2, spent: false },
      { _tag: "GoldGiven", amount: 2 }
    ]
    for (const payload of made) {
      const { gold, items } = Conservation.made(payload as never)
      const { instances } = peaceful() as Evidence
      const event = { ...instances[0]!.events[0]!, type: payload._tag, payload }
      const found = conserved({
        instances: [{ ...instances[0]!, birth: [], rows: [], events: [event] }],
        histories: [],
        characters: []
      })
      const due = (["gold", "items"] as const)
        .filter((what) => ({ gold, items })[what] !== 0)
        .map((what) => `there are 0 ${what}, and ought to be ${{ gold, items }[what]}`)
      assert.deepStrictEqual(found, due, payload._tag)
    }
  })

  it("counts as work done only what left a row in a log", () => {
    const { histories, instances } = peaceful() as Evidence
    // Six were answered: one rejected, one only looked.
    assert.strictEqual(effective({ histories, instances }), 4)
    assert.strictEqual(effective({ histories, instances: [] }), 0)
  })

  it("lets a client begin anew from a snapshot that was too far behind, and counts it", () => {
    const world = peaceful()
    long(world)
    world.histories[0]!.seen.splice(2, 1, resync("behind"))
    const found = judge(small, world as Evidence)
    assert.deepStrictEqual(
      found.filter(({ rule }) => rule === "clients see what they may"),
      []
    )
    const { histories } = world as Evidence
    assert.deepStrictEqual([resyncs(histories), journeys(histories)], [1, 1])
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
    const planned = plan({ seed: 1, seconds: 80, only: ["runner killed", "Postgres killed"] })
    assert.isAbove(planned.length, 10)
    assert.strictEqual(planned.length % 2, 0)
  })
})

describe("the options", () => {
  const run = (line: string) => parse(line.split(" "), 4)

  it("have defaults, and are read", () => {
    const good = parse(["--seconds", "15", "--only", "runner killed, Postgres killed"], 4)
    assert.deepStrictEqual(good._tag === "Run" && good.options, {
      seconds: 15,
      seed: 4,
      json: undefined,
      bots: 24,
      runners: 3,
      gateways: 2,
      floor: 50,
      only: ["runner killed", "Postgres killed"],
      evidence: undefined,
      world: worlds["small"]!
    })
    assert.strictEqual(run("--help")._tag, "Help")
  })

  it.each([
    ["--seconds x", `--seconds: "x" is no whole number from 1 to 86400`],
    ["--seconds 0", `--seconds: "0" is no whole number from 1 to 86400`],
    ["--seconds=-5", `--seconds: "-5" is no whole number from 1 to 86400`],
    ["--seconds 1.5", `--seconds: "1.5" is no whole number from 1 to 86400`],
    ["--seconds=", `--seconds: "" is no whole number from 1 to 86400`],
    ["--seed 1e3", `--seed: "1e3" is no whole number from 0 to 900719925474`],
    ["--floor Infinity", `--floor: "Infinity" is no number from 0 to 1000000`],
    ["--bots 0", `--bots: "0" is no whole number from 1 to 260`],
    ["--runners two", `--runners: "two" is no whole number from 1 to 20`],
    ["--only earthquake", `--only: there is no fault "earthquake"`],
    ["--world mars", `--world: there is no world "mars"`],
    ["--mutant x", `Unknown option '--mutant'`],
    ["quick", `Unexpected argument 'quick'`]
  ])("are turned down in one line: %s", (line, why) => {
    const asked = run(line)
    assert.strictEqual(asked._tag === "Wrong" && asked.why, why)
  })
})
