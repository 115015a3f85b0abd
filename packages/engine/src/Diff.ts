/** What differs between two plain values, part by part: short enough to read. */
import { Plain } from "@wr2/core"

/** One part that differs; a path like `items[2].gold`, empty for the whole. */
export interface Part {
  readonly path: string
  readonly recorded: unknown
  readonly now: unknown
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The parts that differ, at most `most`: the deepest that have something on both sides. */
export const parts = (
  recorded: unknown,
  now: unknown,
  most: number,
  path = ""
): ReadonlyArray<Part> => {
  if (Plain.canonical(recorded ?? null) === Plain.canonical(now ?? null)) return []
  const below = (
    keys: Iterable<string | number>,
    name: (key: string | number) => string
  ): ReadonlyArray<Part> => {
    const found: Array<Part> = []
    for (const key of keys) {
      if (found.length >= most) break
      const [one, other] = [recorded, now].map((value) => (value as any)[key])
      found.push(...parts(one, other, most - found.length, name(key)))
    }
    return found
  }
  if (Array.isArray(recorded) && Array.isArray(now)) {
    const length = Math.max(recorded.length, now.length)
    return below(
      Array.from({ length }, (_, i) => i),
      (i) => `${path}[${i}]`
    )
  }
  if (isRecord(recorded) && isRecord(now)) {
    const keys = new Set([...Object.keys(recorded), ...Object.keys(now)])
    return below(keys, (key) => (path === "" ? String(key) : `${path}.${key}`))
  }
  return [{ path, recorded, now }]
}
