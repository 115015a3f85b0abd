/** What differs between two versions of content, entry by entry: what an author is about to change. */
import { Plain } from "@wr2/core"
import { sections } from "./World.ts"
import type { Authored, Section } from "./World.ts"

/** What is compared. */
export type Of = Authored

/** An entry that is not the same in both. */
export interface Change {
  readonly section: Section | "settings"
  /** Null: the settings, which are one entry. */
  readonly slug: string | null
  readonly how: "added" | "removed" | "changed"
  /** Of what is changed: the names of its fields. */
  readonly fields: ReadonlyArray<string>
}

const same = (a: unknown, b: unknown): boolean => Plain.canonical(a) === Plain.canonical(b)

const fieldsOf = (before: object, after: object): ReadonlyArray<string> => {
  const [a, b] = [before, after] as ReadonlyArray<Readonly<Record<string, unknown>>>
  // Sorted: content that was kept in a database has its keys in another order.
  return [...new Set([...Object.keys(a!), ...Object.keys(b!)])]
    .filter((field) => !same(a![field] ?? null, b![field] ?? null))
    .sort()
}

/** All of them, in the order of sections and slugs. */
export const between = (before: Authored, after: Authored): ReadonlyArray<Change> => {
  const settings = fieldsOf(before.settings, after.settings)
  const changes: Array<Change> =
    settings.length === 0
      ? []
      : [{ section: "settings", slug: null, how: "changed", fields: settings }]
  for (const section of Object.keys(sections) as ReadonlyArray<Section>) {
    const [a, b] = [before[section], after[section]] as ReadonlyArray<
      Readonly<Record<string, object>>
    >
    for (const slug of [...new Set([...Object.keys(a!), ...Object.keys(b!)])].sort()) {
      const [was, is] = [a![slug], b![slug]]
      if (was === undefined) changes.push({ section, slug, how: "added", fields: [] })
      else if (is === undefined) changes.push({ section, slug, how: "removed", fields: [] })
      else {
        const fields = fieldsOf(was, is)
        if (fields.length > 0) changes.push({ section, slug, how: "changed", fields })
      }
    }
  }
  return changes
}
