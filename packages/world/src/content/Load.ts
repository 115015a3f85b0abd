/**
 * Authored files to content, all or nothing. Files hold sections (`settings`, `places`, `rooms`,
 * `items`, `mobs`, `spawners`, `archetypes`, `skills`, `factions`, `zones`) of entries by slug; a section may be spread over files. What an entry
 * leaves out has a default; `north: market` is short for an exit without a door. Every mistake is
 * told with file, line and reason.
 */
import { Plain } from "@wr2/core"
import type { Content } from "@wr2/core"
import { Result, Schema, SchemaIssue } from "effect"
import { check } from "./Check.ts"
import * as JsonSchema from "./JsonSchema.ts"
import { nearest } from "./Problem.ts"
import type { Problem } from "./Problem.ts"
import * as Source from "./Source.ts"
import * as Triggers from "./Triggers.ts"
import { sections, Settings, World } from "./World.ts"
import type { Authored } from "./World.ts"

/** What an entry need not say. */
const defaults: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  settings: { gold: 0, carry: 20, decay: 120, day: 1_200, topics: {} },
  places: { copies: false },
  rooms: {
    safe: false,
    details: [],
    secret: false,
    exits: {},
    items: [],
    onEnter: null,
    outdoors: false,
    flags: [],
    triggers: [],
    portal: null
  },
  items: {
    takeable: true,
    container: false,
    contains: [],
    capacity: 20,
    gold: 0,
    damage: null,
    strikes: "crush",
    slot: null,
    armour: 0,
    use: null,
    worth: 0
  },
  mobs: {
    strikes: "crush",
    critical: 0,
    level: 1,
    dodge: 0,
    armour: 0,
    resists: {},
    gold: { low: 0, high: 0 },
    loot: [],
    aggressive: false,
    faction: null,
    guards: false,
    assists: false,
    flees: 0,
    roams: 0,
    thinks: 0,
    friendly: false,
    shop: null,
    auctions: null,
    triggers: []
  },
  spawners: { mob: null, item: null, count: 1, respawn: 60 },
  archetypes: { faction: null, armour: 0, dodge: 0, critical: 0 },
  factions: { hates: [] },
  zones: {},
  quests: { kills: null, brings: null, sees: null, level: 1, after: null, reward: {} },
  skills: { level: 1, cost: 0, cooldown: 0, damage: null, heals: null, lasting: null }
}
const inner: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  onEnter: { gives: null, again: 60 },
  use: { says: null, heals: 0, spends: true },
  lasting: { amount: 0, type: "blight", every: 2 },
  reward: { gold: 0, exp: 0, item: null },
  shop: { markup: 120, pays: 50, restock: 300 }
}
const plainExit = { door: null, key: null, starts: "closed" }
const slugRule = /^[a-z][a-z0-9-]*$/
const entries: Readonly<Record<string, Schema.Top>> = { settings: Settings, ...sections }

/** Reads files to content; or all that is wrong with them, by file and line. */
export const parse = (
  files: ReadonlyArray<Source.File>
): Result.Result<Content.Value, ReadonlyArray<Problem>> => {
  const problems: Array<Problem> = []
  const found = new Map<string, Source.Entry>()
  for (const file of files) {
    const read = Source.read(file, ["settings"])
    problems.push(...read.problems)
    for (const entry of read.entries) {
      const before = found.get(keyOf(entry.section, entry.slug))
      const wrong = misplaced(entry, before)
      if (wrong === undefined) found.set(keyOf(entry.section, entry.slug), entry)
      else problems.push({ ...entry.at([]), ...wrong })
    }
  }
  const authored: Record<string, Record<string, unknown>> = Object.fromEntries(
    Object.keys(entries).map((section) => [section, {}])
  )
  for (const entry of found.values()) {
    const { unread, value } = Triggers.expand(completed(entry.section, entry.value))
    for (const { path, reason, suggestion } of unread) {
      const name = [keyOf(entry.section, entry.slug), ...path].join(".")
      problems.push({ ...entry.at(path), reason: `${name}: ${reason}`, suggestion })
    }
    problems.push(...misfits(entry, value))
    if (entry.slug === null) authored[entry.section] = value as Record<string, unknown>
    else authored[entry.section]![entry.slug] = value
  }
  if (!found.has("settings") && problems.length === 0) {
    const file = files[0]?.name ?? "(no files)"
    problems.push({ file, line: 1, reason: "no file has `settings:`", suggestion: null })
  }
  // References are looked up only in entries that have their shape.
  if (problems.length === 0) {
    const at = (section: string, slug: string | null, path: ReadonlyArray<PropertyKey>) =>
      found.get(keyOf(section, slug))!.at(path)
    problems.push(...check(authored as unknown as Authored, at))
  }
  return problems.length === 0
    ? Result.succeed(World.make(authored as unknown as Authored))
    : Result.fail([...problems].sort(inOrder))
}

const keyOf = (section: string, slug: string | null) =>
  slug === null ? section : `${section}.${slug}`

const inOrder = (a: Problem, b: Problem): number =>
  a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1

/** An entry of no section, without a proper slug, or for the second time. */
const misplaced = (
  { section, slug }: Source.Entry,
  before: Source.Entry | undefined
): { readonly reason: string; readonly suggestion: string | null } | undefined => {
  if (!Object.hasOwn(entries, section)) {
    return {
      reason: `no section is called "${section}"`,
      suggestion: nearest(section, Object.keys(entries))
    }
  }
  if (slug !== null && !slugRule.test(slug)) {
    const reason = `"${slug}" is no slug: lower case letters, digits and -`
    return { reason, suggestion: slug.toLowerCase().replace(/[^a-z0-9]+/g, "-") }
  }
  if (before === undefined) return undefined
  const first = before.at([])
  return {
    reason: `${keyOf(section, slug)} is already in ${first.file}:${first.line}`,
    suggestion: null
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** An entry with its defaults, and short exits written out. */
export const completed = (section: string, value: unknown): unknown => {
  if (!isRecord(value)) return value
  const full: Record<string, unknown> = { ...defaults[section], ...value }
  for (const [key, more] of Object.entries(inner)) {
    const given = full[key]
    if (isRecord(given)) full[key] = { ...more, ...given }
  }
  const exits = full["exits"]
  if (section === "rooms" && isRecord(exits)) {
    full["exits"] = Object.fromEntries(
      Object.entries(exits).map(([direction, exit]) => [
        direction,
        typeof exit === "string"
          ? { ...plainExit, to: exit }
          : isRecord(exit)
            ? { ...plainExit, ...exit }
            : exit
      ])
    )
  }
  return full
}

const toIssues = SchemaIssue.makeFormatterStandardSchemaV1()

/** Where an entry is not of its section's schema. */
const misfits = (entry: Source.Entry, value: unknown): ReadonlyArray<Problem> => {
  const schema = entries[entry.section] as Schema.Codec<unknown>
  const decoded = Schema.decodeUnknownResult(schema, {
    errors: "all",
    onExcessProperty: "error"
  })(value)
  if (Result.isSuccess(decoded)) {
    // What is of its shape may hold what no row can.
    const odd = Plain.problem(value, keyOf(entry.section, entry.slug))
    return odd === undefined ? [] : [{ ...entry.at([]), reason: odd, suggestion: null }]
  }
  return toIssues(decoded.failure.issue).issues.map(({ message, path = [] }): Problem => {
    const keys = path.map((part) => (typeof part === "object" ? part.key : part))
    const name = [keyOf(entry.section, entry.slug), ...keys.map(String)].join(".")
    const unknown = message === "Expected no excess property"
    return {
      ...entry.at(keys),
      reason: unknown
        ? `${name}: there is no such field`
        : `${name}: ${message === "Missing key" ? "is missing" : message}`,
      suggestion: unknown ? nearest(String(keys.at(-1)), fieldsAt(schema, keys)) : null
    }
  })
}

/** The names of the fields beside which a path ends. */
const fieldsAt = (schema: unknown, path: ReadonlyArray<PropertyKey>): ReadonlyArray<string> => {
  interface Node {
    readonly fields?: Readonly<Record<string, Node>>
    readonly members?: ReadonlyArray<Node>
    readonly value?: Node
    readonly schema?: Node
  }
  const from = (
    node: Node | undefined,
    keys: ReadonlyArray<PropertyKey>
  ): ReadonlyArray<string> => {
    if (node === undefined) return []
    const struct = node.members?.find((member) => member.fields !== undefined) ?? node
    const [key, ...rest] = keys
    if (rest.length === 0) return Object.keys(struct.fields ?? {})
    return from(struct.fields?.[String(key)] ?? struct.value ?? struct.schema, rest)
  }
  return from(schema as Node, path)
}

/** What an editor is told about a file: its sections, their entries, and what need not be said. */
export const jsonSchema: Readonly<Record<string, unknown>> = JsonSchema.ofFiles(entries, {
  whole: ["settings"],
  defaults,
  inner
})
