/** The statements as texts, without a server. */
import { assert, describe, it } from "@effect/vitest"
import { Counter, Purse } from "@wr2/testkit/TestGame"
import * as Accounts from "../src/queries/accounts.ts"
import * as Events from "../src/queries/appendEvents.ts"
import * as Fence from "../src/queries/fence.ts"
import * as FindUnlocked from "../src/queries/findUnlocked.ts"
import * as Found from "../src/queries/found.ts"
import * as History from "../src/queries/history.ts"
import * as Load from "../src/queries/load.ts"
import * as LockRows from "../src/queries/lockRows.ts"
import * as LockRuntimes from "../src/queries/lockRuntimes.ts"
import * as Own from "../src/queries/own.ts"
import * as Queue from "../src/queries/queue.ts"
import { gather, type Statement } from "../src/Statement.ts"
import { writing } from "../src/Writing.ts"
import { everything } from "./everything.ts"

const keys = { instances: [1], ids: [2] }
const hot: ReadonlyArray<Statement> = [
  Fence.fence([1], [1]),
  Fence.epochs([1]),
  LockRows.lockRows(LockRows.text(Counter), keys),
  LockRows.lockRows(LockRuntimes.text(Counter), keys),
  FindUnlocked.findUnlocked(Counter, "row", keys),
  FindUnlocked.findUnlocked(Counter, "runtime", keys),
  ...writing([everything(1)]),
  Queue.due(1, { after: 0, until: 1, limit: 1 }),
  Queue.nextDue(1, 0),
  Events.read(1, 0, 1),
  Events.head(1),
  Events.arrival(1, "instance:2#3"),
  Own.take(1, "runner", "incarnation"),
  Own.confirm(1, 1),
  Own.release(1, 1, { nextDue: null, lastSeq: 0, lastNow: 0 }),
  Load.owner(1),
  Load.queue(1, 1, 1),
  Load.cursors(1),
  Load.outbox(1),
  Load.rows(Counter)(1),
  Load.rows(Purse)(1),
  Found.birth(1, null),
  Found.snapshot(gather()),
  History.logged(1, [1]),
  History.silent(1, { asOf: 0, no: 0 }, 1, 1),
  History.letter(1, 1, "reference"),
  History.ranAt(1, 1, 1),
  History.snapshots(1),
  History.part(1, 0, 0),
  History.page(Counter)(1, 0, 1),
  History.page(Purse)(1, 0, 1),
  History.head(gather()),
  History.supplies(1),
  History.alone(1),
  History.letGo(1),
  History.whereabouts(Counter, [1], 1)
]

describe("a statement", () => {
  it("that is of an instance names it", () => {
    assert.isAbove(hot.length, 35)
    for (const { text } of hot) assert.include(text, "instance_id", text)
  })

  it("has as many parameters as it names", () => {
    const others = [
      Own.heartbeat("a"),
      Own.sleeping(1, 1),
      Own.ids(1),
      Own.unblock(1),
      Own.end(1),
      Accounts.register("a", "b"),
      Accounts.reserve(1, "a", 1),
      Accounts.openSession("a", 1, 1)
    ]
    for (const { params, text } of [...hot, ...others]) {
      const named = new Set([...text.matchAll(/\$(\d+)/g)].map((match) => Number(match[1])))
      assert.deepStrictEqual(
        [...named].sort((a, b) => a - b),
        params.map((_, i) => i + 1),
        text
      )
    }
  })

  it("has the same text, and types of parameters, whatever it is given: the server keeps its plan", () => {
    const one = writing([everything(1)])
    const two = writing([everything(1), everything(2)])
    const shape = (statements: ReadonlyArray<Statement>) =>
      statements.map(({ params, text }) => [text, params.map(({ oid }) => oid)])
    assert.deepStrictEqual(shape(two), shape(one))
  })
})

describe("the second flight", () => {
  it("makes and changes rows in rank order, removes them in reverse, runtime rows first", () => {
    const order = writing([everything(1)]).map(({ text }) =>
      /(INSERT INTO|UPDATE|DELETE FROM) wr2\."?(\w+)/.exec(text)!.slice(1).join(" ")
    )
    assert.deepStrictEqual(order, [
      "INSERT INTO command_cursor",
      "INSERT INTO test_counter",
      "UPDATE test_counter",
      "INSERT INTO test_counter_runtime",
      "UPDATE test_counter_runtime",
      "INSERT INTO purse",
      "UPDATE purse",
      "DELETE FROM purse",
      "DELETE FROM test_counter_runtime",
      "DELETE FROM test_counter",
      "INSERT INTO event_log",
      "INSERT INTO action_log",
      "DELETE FROM action_queue",
      "UPDATE action_queue",
      "INSERT INTO action_queue",
      "INSERT INTO dead_letter",
      "INSERT INTO instance_outbox",
      "DELETE FROM instance_outbox"
    ])
  })
})
