/**
 * Whether a value is what its definition says. Every payload, Event and row that a rule makes is looked
 * at, so the schema is compiled to plain code: a fifth of what the interpreter takes.
 */
import { Plain } from "@wr2/core"
import { Schema } from "effect"
import * as Compiler from "effect/schema/SchemaJITCompiler"

/** Says what is wrong with a value; undefined: it fits. */
export type Misfit = (value: unknown) => string | undefined

const known = new WeakMap<object, Misfit>()

/** The check of a schema, made once. Where code cannot be made at run time, the interpreter's. */
export const of = (schema: Schema.Top): Misfit => {
  let misfit = known.get(schema.ast)
  if (misfit === undefined) {
    Compiler.enable(schema.ast)
    const is = Schema.is(schema as unknown as Schema.Schema<unknown>)
    misfit = (value) => Plain.problem(value) ?? (is(value) ? undefined : "does not fit its fields")
    known.set(schema.ast, misfit)
  }
  return misfit
}
