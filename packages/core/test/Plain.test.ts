import { assert, describe, it } from "@effect/vitest"
import { Aggregate, Plain } from "@wr2/core"
import { Schema } from "effect"

const Text = Schema.String.check(
  Schema.makeFilter((text) => text.isWellFormed() && !text.includes("\0"))
)
/** Any plain value, as a Schema: what the laws below range over. */
const Any: Schema.Codec<Plain.Plain> = Schema.Union([
  Schema.Null,
  Schema.Boolean,
  Schema.Int.check(Schema.makeFilter((n) => !Object.is(n, -0))),
  Text,
  Schema.Array(Schema.suspend((): Schema.Codec<Plain.Plain> => Any)),
  Schema.Record(
    Text,
    Schema.suspend((): Schema.Codec<Plain.Plain> => Any)
  )
])

describe("a value", () => {
  it.prop("of plain parts is plain, and stays itself through JSON", [Any], ([value]) => {
    assert.strictEqual(Plain.problem(value), undefined)
    assert.deepStrictEqual(JSON.parse(JSON.stringify(value)), value)
  })

  const bad: ReadonlyArray<readonly [what: string, value: unknown, told: string]> = [
    ["a float", 1.5, "value: 1.5 is not a safe integer"],
    ["-0", -0, "value: -0 is not a safe integer"],
    ["NaN", Number.NaN, "value: NaN is not a safe integer"],
    ["Infinity", Number.POSITIVE_INFINITY, "value: Infinity is not a safe integer"],
    ["an integer past 2^53", 2 ** 53, "value: 9007199254740992 is not a safe integer"],
    ["NUL in text", "a\0b", "value: text holds NUL"],
    ["half of a surrogate pair", "a\ud83d", "value: text is not well-formed"],
    ["undefined", undefined, "value: undefined is not plain"],
    ["a bigint", 1n, "value: bigint is not plain"],
    ["a symbol", Symbol.iterator, "value: symbol is not plain"],
    ["a function", () => 1, "value: function is not plain"],
    ["a Date", new Date(0), "value: not a plain record"],
    ["a Map", new Map(), "value: not a plain record"],
    ["an instance of a class", new URL("wr2:room"), "value: not a plain record"],
    ["a field left undefined", { a: { b: undefined } }, "a.b: undefined is not plain"],
    ["a hole in an array", { a: [0, ...Array(1), 2] }, "a[1]: undefined is not plain"],
    ["a bad value deep inside", { a: [{ b: 0.1 }] }, "a[0].b: 0.1 is not a safe integer"],
    ["NUL in a key", { "a\0": 1 }, " key: text holds NUL"]
  ]
  for (const [what, value, told] of bad) {
    it(`is not plain: ${what}`, () => assert.strictEqual(Plain.problem(value), told))
  }
  it("is plain: the extremes, and records without a prototype", () => {
    for (const value of [
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
      "",
      "\u{1F409}",
      [],
      {},
      null,
      Object.create(null)
    ]) {
      assert.strictEqual(Plain.problem(value), undefined)
    }
    assert.strictEqual(Plain.problem(JSON.parse('{"__proto__": 1}')), undefined)
    assert.strictEqual(
      Plain.problem(JSON.parse('{"__proto__": 1.5}')),
      "__proto__: 1.5 is not a safe integer"
    )
  })
})

describe("canonical JSON", () => {
  it("sorts keys, at every depth, and nothing else", () => {
    assert.strictEqual(
      Plain.canonical({ b: [3, 1, { d: null, c: "x" }], a: true, B: "é\n" }),
      '{"B":"é\\n","a":true,"b":[3,1,{"c":"x","d":null}]}'
    )
  })
  it("does not tell a field that is undefined from one that is not there", () =>
    assert.strictEqual(Plain.canonical({ a: 1, b: undefined }), Plain.canonical({ a: 1 })))
  it.prop("is JSON of the same value, and canonical already", [Any], ([value]) => {
    const text = Plain.canonical(value)
    assert.deepStrictEqual(JSON.parse(text), value)
    assert.strictEqual(Plain.canonical(JSON.parse(text)), text)
  })
  it.prop(
    "is the same however a record was put together",
    [Schema.Record(Schema.String, Schema.Int)],
    ([record]) => {
      const turned = Object.fromEntries(Object.entries(record).toReversed())
      assert.strictEqual(Plain.canonical(turned), Plain.canonical(record))
    }
  )
  it.prop("differs where values differ", [Any, Any], ([a, b]) => {
    const same = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
    assert.strictEqual(Plain.canonical(a) === Plain.canonical(b), same)
  })
})

/** Another way to the same order: entries instead of records. */
const sorted = (value: Plain.Plain): unknown =>
  Array.isArray(value)
    ? ["array", ...value.map(sorted)]
    : typeof value === "object" && value !== null
      ? [
          "record",
          ...Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, inner]) => [key, sorted(inner)])
        ]
      : value

describe("a field of a definition", () => {
  const define = (field: Schema.Top) => () =>
    Aggregate.define("Thing", { rank: 1, fields: { field } as any })
  /** A schema whose lists hold lists of itself. */
  interface Tree {
    readonly name: string
    readonly under: ReadonlyArray<Tree>
  }
  const Tree = Schema.Struct({
    name: Schema.String,
    under: Schema.Array(Schema.suspend((): Schema.Codec<Tree> => Tree))
  })
  interface Floating {
    readonly by: number
    readonly under: ReadonlyArray<Floating>
  }
  const Floating: Schema.Codec<Floating> = Schema.Struct({
    by: Schema.Finite,
    under: Schema.Array(Schema.suspend((): Schema.Codec<Floating> => Floating))
  })
  const nested = (depth: number, inner: Schema.Top): Schema.Top =>
    depth === 0 ? inner : Schema.Struct({ in: nested(depth - 1, inner) } as any)

  const refused: ReadonlyArray<readonly [what: string, schema: Schema.Top, told: RegExp]> = [
    ["any number", Schema.Number, /Thing\.field: numbers must be Schema\.Int/],
    ["a finite number", Schema.Finite, /numbers must be Schema\.Int/],
    [
      "a number whose check only speaks of isInt",
      Schema.Number.check(Schema.makeFilter(() => true, { expected: "isInt" })),
      /numbers must be Schema\.Int/
    ],
    ["a float among literals", Schema.Literals(["a", 1.5]), /1\.5 is not a safe integer/],
    ["text that holds NUL among literals", Schema.Literal("\0"), /holds NUL/],
    ["a bigint", Schema.BigInt, /BigInt is not plain/],
    ["a bigint literal", Schema.Literal(1n), /bigint is not plain/],
    ["undefined", Schema.Undefined, /Undefined is not plain/],
    ["undefined or text", Schema.UndefinedOr(Schema.String), /Undefined is not plain/],
    ["a symbol", Schema.Symbol, /Symbol is not plain/],
    ["anything at all", Schema.Any, /Any is not plain/],
    ["a Date", Schema.Date, /Declaration is not plain/],
    ["a Map", Schema.ReadonlyMap(Schema.String, Schema.Int), /Declaration is not plain/],
    [
      "a field that may be missing",
      Schema.optionalKey(Schema.String),
      /Thing\.field: optional fields are not plain/
    ],
    [
      "a field that may be missing, inside",
      Schema.Struct({ a: Schema.optional(Schema.Int) }),
      /Thing\.field\.a: optional/
    ],
    [
      "a default that make would not apply",
      Schema.Int.pipe(Schema.withConstructorDefault(1 as never)),
      /defaults are not applied/
    ],
    ["a transformed schema", Schema.FiniteFromString, /a transformed schema cannot be stored/],
    [
      "a transformed schema, inside",
      Schema.Array(Schema.Struct({ at: Schema.DateFromString })),
      /Thing\.field\[\]\.at: a transformed/
    ],
    [
      "a class",
      class Coin extends Schema.Class<Coin>("Coin")({ gold: Schema.Int }) {},
      /a transformed schema/
    ],
    [
      "a record with symbols for keys",
      Schema.Record(Schema.Symbol, Schema.Int),
      /records have keys of text/
    ],
    [
      "a symbol for a key",
      Schema.Struct({ [Symbol.for("wr2/test")]: Schema.Int }),
      /symbol is not plain/
    ],
    [
      "a record of floats",
      Schema.Record(Schema.String, Schema.Number),
      /Thing\.field\.\*: numbers must be/
    ],
    ["a schema given later, of floats", Schema.suspend(() => Schema.Finite), /numbers must be/],
    ["a recursive schema of floats", Floating, /by: numbers must be/],
    ["a float, however deep", nested(50, Schema.Number), /numbers must be Schema\.Int/]
  ]
  for (const [what, schema, told] of refused) {
    it(`may not be ${what}`, () => assert.throws(define(schema), told))
  }

  const kept: ReadonlyArray<
    readonly [what: string, schema: Schema.Top, kind: Plain.ColumnKind, nullable: boolean]
  > = [
    ["an integer", Schema.Int, "int", false],
    ["an integer with further checks", Schema.Int.check(Schema.isGreaterThan(0)), "int", false],
    ["an integer of 32 bits", Schema.Number.check(Schema.isInt32()), "int", false],
    ["a branded id", Schema.Int.pipe(Schema.brand("RoomId")), "int", false],
    ["text", Schema.String, "text", false],
    ["text of a pattern", Schema.TemplateLiteral(["room:", Schema.Int]), "text", false],
    ["a literal", Schema.Literal("north"), "text", false],
    ["one of several literals", Schema.Literals(["north", "south"]), "text", false],
    ["numbers as literals", Schema.Literals([1, 2]), "int", false],
    ["a truth", Schema.Boolean, "bool", false],
    ["an integer or null", Schema.NullOr(Schema.Int), "int", true],
    ["one of several literals or null", Schema.NullOr(Schema.Literals(["a", "b"])), "text", true],
    [
      "null hidden in a union of unions",
      Schema.Union([Schema.NullOr(Schema.Int), Schema.Int]),
      "int",
      true
    ],
    ["integers or text", Schema.Union([Schema.Int, Schema.String]), "json", false],
    ["null alone", Schema.Null, "json", true],
    ["a list", Schema.Array(Schema.Int), "json", false],
    ["a pair", Schema.Tuple([Schema.Int, Schema.String]), "json", false],
    ["a record", Schema.Record(Schema.String, Schema.Int), "json", false],
    [
      "a record of two shapes, or null",
      Schema.NullOr(
        Schema.Union([Schema.Struct({ a: Schema.Int }), Schema.Struct({ b: Schema.Int })])
      ),
      "json",
      true
    ],
    ["a tree", Tree, "json", false],
    ["whatever is plain", Schema.Unknown, "json", false]
  ]
  for (const [what, schema, kind, nullable] of kept) {
    it(`may be ${what}, kept as ${kind}${nullable ? " or null" : ""}`, () =>
      assert.deepStrictEqual(define(schema)().columns, [
        { field: "field", name: "field", kind, nullable }
      ]))
  }
})

describe("only the named fields", () => {
  const only = Plain.only(["a", "b"])
  it("stay, in a record of the same value", () =>
    assert.deepStrictEqual(only({ c: 1, b: 2, a: 3 }) as unknown, { a: 3, b: 2 }))
  it("stay missing when they are", () =>
    assert.deepStrictEqual(only({ c: 1, b: 2 }) as unknown, { b: 2 }))
  it("leave the record as it is when there are no others", () => {
    const record = { a: 1 }
    assert.strictEqual(only(record), record)
  })
})
