/** The triggers of rooms and mobs, as content: when something happens, and what it is. */
import { Schema } from "effect"
import * as Script from "./Script.ts"

const Words = Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(60))

/** What may set one off. */
export const On = Schema.Literals(["enter", "leave", "say", "get", "timer", "death", "type"])
export type On = typeof On.Type

/** A trigger, its script read. */
export const Trigger = Schema.Struct({
  on: On,
  /**
   * Of `say`: one of these is said, as a word or words of their own; none: whatever is said. Of `type`:
   * one of these is typed, word for word; it means this here, whatever verbs begin alike.
   */
  words: Schema.Array(Words),
  /** Of `get`: the item; null: any. */
  item: Schema.NullOr(Schema.String),
  /** Of `timer`: seconds. */
  every: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 })),
  /** Who speaks in a room. A mob speaks for itself. */
  speaker: Schema.NullOr(Words),
  script: Schema.Array(Script.Step)
})
export type Trigger = typeof Trigger.Type

/** What a trigger need not say. */
const defaults = { words: [], item: null, every: 0, speaker: null }

/** What is wrong with a script, by where it is in its entry. */
export interface Unread extends Script.Unread {
  readonly path: ReadonlyArray<PropertyKey>
}

/** The triggers of an entry with their scripts read, and what could not be read of them. */
export const expand = (
  value: unknown
): { readonly value: unknown; readonly unread: ReadonlyArray<Unread> } => {
  const triggers = isRecord(value) ? value["triggers"] : undefined
  if (!isRecord(value) || !Array.isArray(triggers)) return { value, unread: [] }
  const unread: Array<Unread> = []
  const read = triggers.map((trigger: unknown, i): unknown => {
    if (!isRecord(trigger) || !Array.isArray(trigger["script"])) return trigger
    const script = Script.parse(trigger["script"])
    unread.push(
      ...script.unread.map((each) => ({ ...each, path: ["triggers", i, "script", each.line] }))
    )
    return { ...defaults, ...trigger, script: script.steps }
  })
  return { value: { ...value, triggers: read }, unread }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
