/** Values on their way to the server and back, and what its errors mean; without a server. */
import { PgTypes } from "@effect/sql-pg"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { ConnectionError, SqlError, UniqueViolation, UnknownError } from "effect/sql/SqlError"
import * as Codec from "../src/Codec.ts"
import { fromSql } from "../src/StoreErrors.ts"

const { OID } = PgTypes
const there = (value: unknown, oid: number) => PgTypes.encode(value, oid, Codec.registry)
const back = (value: unknown, oid: number) =>
  Result.flatMap(there(value, oid), (bytes) => PgTypes.decode(bytes, oid, 1, Codec.registry))
/** Through a column of a batch, as statements send it. */
const inArray = (values: ReadonlyArray<unknown>, oid: number) => back(values, oid)

const whole = [0, 1, -1, 2 ** 31, -(2 ** 31), 2 ** 32, -(2 ** 32) - 1, 2 ** 53 - 1, 1 - 2 ** 53]
const times = [0, 1, -1, 946_684_800_000, 946_684_799_999, 1_795_000_000_123, 8_640_000_000_000_000]

describe("a value", () => {
  it("that is a whole number comes back as the number", () => {
    for (const value of whole) assert.deepStrictEqual(back(value, OID.int8), Result.succeed(value))
    const column = [...whole, null]
    assert.deepStrictEqual(inArray(column, OID.int8Array), Result.succeed(column))
  })

  it("that is a time comes back to the millisecond", () => {
    for (const value of times) {
      assert.deepStrictEqual(back(value, OID.timestamptz), Result.succeed(value))
    }
    const column = [...times, null]
    assert.deepStrictEqual(inArray(column, OID.timestamptzArray), Result.succeed(column))
  })

  it("that is not what its column holds is not sent", () => {
    for (const value of [1.5, NaN, Infinity, 2 ** 53, "1", true, {}, undefined]) {
      for (const oid of [OID.int8, OID.timestamptz]) {
        assert.isTrue(Result.isFailure(there(value, oid)), `${String(value)} as ${oid}`)
      }
    }
    for (const value of [1, true, {}, undefined, "a\ud83db"]) {
      assert.isTrue(Result.isFailure(there(value, OID.text)), String(value))
      assert.isTrue(Result.isFailure(there(["a", value], OID.textArray)), String(value))
    }
  })

  it("that is beyond the safe integers comes as a bigint, which no schema takes", () => {
    assert.deepStrictEqual(back(2n ** 60n, OID.int8), Result.succeed(2n ** 60n))
  })

  it("that is a text comes back, whatever its letters", () => {
    for (const text of ["", "a", "Zoë 😀", "x".repeat(100), "ë".repeat(50)]) {
      assert.deepStrictEqual(back(text, OID.text), Result.succeed(text))
      assert.deepStrictEqual(inArray([text, null], OID.textArray), Result.succeed([text, null]))
    }
  })

  it("that is a list of texts is written as PostgreSQL reads it", () => {
    assert.strictEqual(Codec.texts([]), "{}")
    assert.strictEqual(Codec.texts(["room:1", ""]), '{"room:1",""}')
    assert.strictEqual(Codec.texts(['a"b\\c,{}']), '{"a\\"b\\\\c,{}"}')
  })
})

describe("an error", () => {
  const reported = (code: string, some: Record<string, string> = {}) =>
    new SqlError({
      reason: new UnknownError({
        cause: Object.assign(new Error("as the server says"), { code, ...some }),
        message: "PgConnection: Query failed",
        operation: "query"
      })
    })
  const reason = (error: SqlError, commitSent = true) => fromSql(error, commitSent).reason

  it("of the server is told by its code", () => {
    const codes = {
      Wrong: ["WR001", "21000"],
      Contents: ["22003", "22P05", "23502", "23503", "23514", "54000", "44000", "P0001"],
      Transient:
        "40001 40P01 55P03 57014 25P03 25P04 53300 57P01 57P03 25P02 0A000 XX000 58030 08006".split(
          " "
        ),
      Unusable: "42P01 42703 42501 42601 42883 28000 3D000 3F000 25006 XX001 WR002".split(" ")
    }
    for (const [expected, each] of Object.entries(codes)) {
      for (const code of each) assert.strictEqual(reason(reported(code)), expected, code)
    }
  })

  it("of a key is told by the key", () => {
    const key = (table: string, constraint: string) =>
      reason(reported("23505", { table, constraint }))
    assert.strictEqual(key("event_log", "event_log_pkey"), "Fenced")
    assert.strictEqual(key("event_log_12", "event_log_12_pkey"), "Fenced")
    assert.strictEqual(key("action_log", "action_log_pkey"), "Wrong")
    assert.strictEqual(key("action_log_12", "action_log_12_pkey"), "Wrong")
    assert.strictEqual(key("purse", "purse_pkey"), "Wrong")
    assert.strictEqual(key("purse", "purse_owner_key"), "Contents")
  })

  it("of a volume that is not there poisons no Action", () => {
    assert.strictEqual(reason(reported("23514", { table: "event_log" })), "Unusable")
    assert.strictEqual(reason(reported("23514", { table: "action_log" })), "Unusable")
    assert.strictEqual(reason(reported("23514", { table: "purse" })), "Contents")
    assert.strictEqual(
      reason(reported("23514", { table: "event_log_3", constraint: "payload_small" })),
      "Contents"
    )
  })

  it("of a connection is Unknown once COMMIT was sent, Transient before", () => {
    const lost = new SqlError({
      reason: new ConnectionError({
        cause: new Error("Connection closed"),
        message: "PgConnection: Connection closed",
        operation: "query"
      })
    })
    assert.strictEqual(reason(lost, true), "Unknown")
    assert.strictEqual(reason(lost, false), "Transient")
  })

  it("of what was never sent is Contents", () => {
    const unsent = new SqlError({
      reason: new UnknownError({
        cause: new PgTypes.CodecError({ message: "Expected a safe integer" }),
        message: "PgConnection: Failed to encode query",
        operation: "query"
      })
    })
    assert.strictEqual(reason(unsent), "Contents")
  })

  it("classified by the driver is told by its code all the same", () => {
    const unique = new SqlError({
      reason: new UniqueViolation({
        cause: Object.assign(new Error("duplicate key"), {
          code: "23505",
          constraint: "event_log_pkey"
        }),
        constraint: "event_log_pkey",
        message: "PgConnection: Query failed",
        operation: "query"
      })
    })
    assert.strictEqual(reason(unique), "Fenced")
  })
})
