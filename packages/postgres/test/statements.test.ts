/** The statements as texts, without a server. */
import { readdirSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import type { Statement } from "../src/Statement.ts"
import * as Volumes from "../src/queries/volumes.ts"
import { writing } from "../src/Writing.ts"
import { everything } from "./everything.ts"
import { modules, none, statements } from "./statementsOf.ts"

/** Statements of no instance, or of all, and why. */
const ofNone: Readonly<Record<string, string>> = {
  "accounts.register": "an account is of no instance",
  "accounts.find": "an account is of no instance",
  "accounts.openSession": "a session is of an account",
  "accounts.session": "a session is of an account",
  "accounts.closeSession": "a session is of an account",
  "accounts.created": "the directory has a character wherever it is",
  "accounts.unreserve": "the directory has a character wherever it is",
  "audit.bounds": "settings of the transaction",
  "fence.clock": "the transaction and the time",
  "history.alone": "a lock, which is named by the instance and is of no table",
  "history.letGo": "a lock, which is named by the instance and is of no table",
  "load.begin": "begins",
  "own.unblock": "sessions of the server",
  "own.end": "sessions of the server",
  "own.heartbeat": "a process is of no instance",
  "own.ids": "ids are the whole world's",
  "retention.lock": "one at a time in the whole world",
  "retention.unlock": "one at a time in the whole world",
  "retention.turned": "a volume is of all instances",
  "retention.volumes": "a volume is of all instances",
  "retention.isEmpty": "a volume is of all instances",
  "retention.tables": "a volume is of all instances",
  "retention.known": "a volume is of all instances",
  "retention.make": "a volume is of all instances",
  "retention.turn": "a volume is of all instances",
  "retention.writers": "a volume is of all instances",
  "retention.sealed": "a volume is of all instances",
  "retention.giveUp": "a volume is of all instances",
  "retention.detach": "a volume is of all instances",
  "retention.drop": "a volume is of all instances",
  "retention.holders": "a volume is of all instances"
}

/** What is only said in a comment is not said to the database. */
const namesInstance = ({ text }: { readonly text: string }) =>
  text.replaceAll(/\/\*.*?\*\//g, "").includes("instance_id")

describe("every statement", () => {
  it("is known here: nothing that a module of queries exports is left out", () => {
    const folder = new URL("../src/queries", import.meta.url)
    assert.deepStrictEqual(
      Object.keys(modules),
      readdirSync(folder)
        .map((file) => file.replace(/\.ts$/, ""))
        .sort()
    )
    const exported = Object.entries(modules).flatMap(([module, all]) =>
      Object.keys(all).flatMap((name) => (none[module] === undefined ? [`${module}.${name}`] : []))
    )
    const excused = Object.keys(none).filter((name) => name.includes("."))
    assert.deepStrictEqual([...Object.keys(statements), ...excused].sort(), exported.sort())
  })

  it("that is of an instance names it", () => {
    const unnamed = Object.entries(statements).flatMap(([name, all]) =>
      all.every(namesInstance) ? [] : [name]
    )
    assert.deepStrictEqual(unnamed.sort(), Object.keys(ofNone).sort())
    const { last, newest, oldest } = Volumes
    for (const text of [last("s.last_no"), newest("$1"), oldest("$1")])
      assert.isTrue(namesInstance({ text }), text)
  })

  it("has as many parameters as it names", () => {
    for (const { params, text } of Object.values(statements).flat()) {
      const named = new Set([...text.matchAll(/\$(\d+)/g)].map((match) => Number(match[1])))
      assert.deepStrictEqual(
        [...named].sort((a, b) => a - b),
        params.map((_, i) => i + 1),
        text
      )
    }
  })
})

describe("a statement of a cycle", () => {
  it("is one of those", () => {
    const known = new Set(
      Object.values(statements)
        .flat()
        .map(({ text }) => text)
    )
    for (const { text } of writing([everything(1)])) assert.isTrue(known.has(text), text)
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
