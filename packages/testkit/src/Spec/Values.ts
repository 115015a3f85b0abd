/** Values as a spec sees them: whether they fit a schema, how they are told, and safe from change. */
import { Plain } from "@wr2/core"
import { Result, Schema } from "effect"

/** A tagged value: an Event, a failure, a Command. */
export type Tagged = { readonly _tag: string }

/** Why a value is not of a schema, or not plain; fields that the schema does not name count. */
const misfit = (schema: unknown, value: unknown): string | undefined => {
  const problem = Plain.problem(value)
  if (problem !== undefined) return problem
  const decoded = Schema.decodeUnknownResult(Schema.toType(schema as Schema.Codec<unknown>), {
    onExcessProperty: "error"
  })(value)
  return Result.isFailure(decoded) ? String(decoded.failure.message) : undefined
}
/** Throws what is not of a schema, or not plain. */
export const fit = (what: string, schema: unknown, value: unknown): void => {
  const found = misfit(schema, value)
  if (found !== undefined) throw new Error(`${what} does not fit: ${found}`)
}

/** The fields of a failure (a class instance), its tag included. */
export const fields = (value: Tagged): unknown => ({ ...value })
/** A failure in words. */
export const told = (value: Tagged): string => Plain.canonical(fields(value))

/** A copy that nobody can change, so that a rule which changes its arguments fails. */
export const freeze = <A>(value: A): A => {
  if (value === null || typeof value !== "object") return value
  return Object.freeze(
    Array.isArray(value)
      ? value.map(freeze)
      : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, freeze(inner)]))
  ) as A
}
