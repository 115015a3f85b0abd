/**
 * How values cross the wire: whole numbers and times are plain JavaScript numbers on this side.
 *
 * The driver gives `bigint` for int8 and `Date` for timestamptz. Everything WR2 keeps is a safe
 * integer, and times are whole milliseconds, so a registry of our own reads and writes them as
 * numbers: exact, and without a BigInt or a Date for each value of a batch.
 */
import { PgTypes } from "@effect/sql-pg"
import { Result } from "effect"

const { OID } = PgTypes
const XID = 28
const high = 4_294_967_296
/** Milliseconds from 1970 to 2000, where PostgreSQL's timestamps begin. */
const epoch = 946_684_800_000
/** What can be multiplied by 1,000 and still be a safe integer. */
const exactMillis = 9_007_199_254_740

/** One for all values: a batch writes thousands. */
const written: Result.Result<void, PgTypes.CodecError> = Result.succeed(undefined)

const fail = (message: string) => Result.fail(new PgTypes.CodecError({ message }))

const int32 = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!

const bigAt = (bytes: Uint8Array, at: number): bigint =>
  new DataView(bytes.buffer, bytes.byteOffset + at, 8).getBigInt64(0)

interface Sink {
  readonly int32: (value: number) => void
}

const writeInt64 = (sink: Sink, value: number): void => {
  const upper = Math.floor(value / high)
  sink.int32(upper)
  sink.int32((value - upper * high) | 0)
}

const writeBig = (sink: Sink, value: bigint): void => {
  sink.int32(Number(BigInt.asIntN(32, value >> 32n)))
  sink.int32(Number(BigInt.asIntN(32, value)))
}

/** Bytes of a value by its writer, for the paths that want an array. */
const encoded = (write: (sink: Sink) => Result.Result<void, PgTypes.CodecError>) => {
  const bytes = new Uint8Array(8)
  const view = new DataView(bytes.buffer)
  let at = 0
  const sink = {
    int32: (value: number) => {
      view.setInt32(at, value)
      at += 4
    }
  }
  return Result.map(write(sink), () => bytes)
}

const writeWhole = (sink: Sink, value: unknown): Result.Result<void, PgTypes.CodecError> => {
  if (typeof value === "bigint") {
    writeBig(sink, value)
    return written
  }
  if (!Number.isSafeInteger(value))
    return fail(`Expected a safe integer, received ${String(value)}`)
  writeInt64(sink, value as number)
  return written
}

/** A number where it is exact; else the bigint, which no schema of ours takes for a whole number. */
const readWhole = (bytes: Uint8Array, at: number): number | bigint => {
  const upper = int32(bytes, at)
  return upper >= -0x200000 && upper < 0x200000
    ? upper * high + (int32(bytes, at + 4) >>> 0)
    : bigAt(bytes, at)
}

const writeTime = (sink: Sink, value: unknown): Result.Result<void, PgTypes.CodecError> => {
  if (!Number.isSafeInteger(value)) {
    return fail(`Expected whole milliseconds, received ${String(value)}`)
  }
  const millis = (value as number) - epoch
  if (millis > -exactMillis && millis < exactMillis) writeInt64(sink, millis * 1000)
  else writeBig(sink, BigInt(millis) * 1000n)
  return written
}

const readTime = (bytes: Uint8Array, at: number): number => {
  const upper = int32(bytes, at)
  if (upper >= -0x200000 && upper < 0x200000) {
    return Math.floor((upper * high + (int32(bytes, at + 4) >>> 0)) / 1000) + epoch
  }
  return Number(bigAt(bytes, at) / 1000n) + epoch
}

/** The types of every connection of this package. */
export const registry: PgTypes.Registry = PgTypes.makeRegistry()
registry.register<unknown>(
  OID.int8,
  {
    encode: (value) => encoded((sink) => writeWhole(sink, value)),
    decode: (bytes) => Result.succeed(readWhole(bytes, 0)),
    write: writeWhole,
    read: (bytes, at) => Result.succeed(readWhole(bytes, at))
  },
  { arrayOid: OID.int8Array }
)
registry.register<unknown>(
  OID.timestamptz,
  {
    encode: (value) => encoded((sink) => writeTime(sink, value)),
    decode: (bytes) => Result.succeed(readTime(bytes, 0)),
    write: writeTime,
    read: (bytes, at) => Result.succeed(readTime(bytes, at))
  },
  { arrayOid: OID.timestamptzArray }
)
registry.register<unknown>(XID, {
  encode: () => fail("xid is only read"),
  decode: (bytes) => Result.succeed(int32(bytes, 0) >>> 0),
  read: (bytes, at) => Result.succeed(int32(bytes, at) >>> 0)
})

/** Half a surrogate pair would silently become another character on its way. */
const writeText = (
  sink: { readonly utf8: (value: string) => void },
  value: unknown
): Result.Result<void, PgTypes.CodecError> => {
  if (typeof value !== "string") return fail(`Expected a text, received ${typeof value}`)
  if (!value.isWellFormed()) return fail("text is not well-formed")
  sink.utf8(value)
  return written
}
const readText = (bytes: Uint8Array) =>
  Result.map(PgTypes.decode(bytes, OID.varchar, 1), (value) => value as string)
registry.register<unknown>(
  OID.text,
  {
    encode: (value) =>
      typeof value === "string" && value.isWellFormed()
        ? PgTypes.encode(value, OID.varchar)
        : fail("text is not well-formed"),
    decode: readText,
    write: writeText,
    read: (bytes, at, size) => readText(bytes.subarray(at, at + size))
  },
  { arrayOid: OID.textArray }
)

/** How a column's values travel: as one array per column, unnested by the statement. */
export type Kind = "int" | "text" | "bool" | "json" | "time" | "texts"

/** The SQL type of one value as it travels. */
export const type: Readonly<Record<Kind, string>> = {
  int: "bigint",
  text: "text",
  bool: "boolean",
  json: "text",
  time: "timestamptz",
  texts: "text"
}

/** What a value that travelled is cast to: JSON and arrays travel as text, which is cheapest. */
export const cast: Readonly<Record<Kind, string>> = {
  int: "",
  text: "",
  bool: "",
  json: "::jsonb",
  time: "",
  texts: "::text[]"
}

const arrayOid: Readonly<Record<Kind, number>> = {
  int: OID.int8Array,
  text: OID.textArray,
  bool: OID.boolArray,
  json: OID.textArray,
  time: OID.timestamptzArray,
  texts: OID.textArray
}

const oids: Readonly<Record<Kind, number>> = {
  int: OID.int8,
  text: OID.text,
  bool: OID.bool,
  json: OID.text,
  time: OID.timestamptz,
  texts: OID.text
}

const parameter = (oid: number, value: unknown): PgTypes.Parameter => ({
  [PgTypes.ParameterTypeId]: PgTypes.ParameterTypeId,
  oid,
  value
})

/** A column of a batch. JSON and arrays are given as their text. */
export const array = (kind: Kind, values: ReadonlyArray<unknown>): PgTypes.Parameter =>
  parameter(arrayOid[kind], values)

/** One value of a column. */
export const one = (kind: Kind, value: unknown): PgTypes.Parameter => parameter(oids[kind], value)

/** One whole number. */
export const int = (value: number | null): PgTypes.Parameter => one("int", value)
/** One text. */
export const text = (value: string | null): PgTypes.Parameter => one("text", value)
/** One time, in milliseconds since 1970. */
export const time = (value: number | null): PgTypes.Parameter => one("time", value)

/** JSON text of a plain value; null is the SQL null where the column may be null. */
export const json = (value: unknown, nullable: boolean): string | null =>
  value === undefined || (value === null && nullable) ? null : JSON.stringify(value)

/** The text of an array of texts. */
export const texts = (values: ReadonlyArray<string>): string =>
  values.length === 0
    ? "{}"
    : `{${values.map((value) => `"${value.replace(/["\\]/g, "\\$&")}"`).join(",")}}`
