/**
 * Lines of one's own making, typed by a word. They are kept with the character, and put in by the client:
 * what reaches the world is what everybody types, and the world need not know them to understand it.
 */
import { Schema } from "effect"
import type { WorldEvent } from "./Events.ts"
import type { Snapshot } from "./Players.ts"

/** Anybody has so many. */
export const most = 20

/** What is typed for a line. */
export const Word = Schema.String.check(Schema.isPattern(/^[a-z0-9]{1,12}$/))
/** What it stands for: one Command, or several with `;` between them. */
export const Line = Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(120))

/** By these words one gets rid of the others. */
export const reserved: ReadonlyArray<string> = ["alias", "unalias"]

/** By the word that is typed. */
export type Aliases = Readonly<Record<string, string>>

/** Those of who enters. */
export const start = ({ aliases }: Snapshot): Aliases => aliases

/** Those that there are once this has happened to whom they belong. */
export const after = (aliases: Aliases, event: WorldEvent): Aliases =>
  event._tag === "AliasSet" ? set(aliases, event.word, event.line) : aliases

/** With a word that stands for a line; null: for nothing more. */
export const set = (aliases: Aliases, word: string, line: string | null): Aliases => {
  const others = Object.entries(aliases).filter(([each]) => each !== word)
  return Object.fromEntries(line === null ? others : [...others, [word, line]])
}

/** What a line stands for, with what follows its word at the end; undefined: itself. Not taken further. */
export const expand = (aliases: Aliases, typed: string): string | undefined => {
  const [, word = "", rest = ""] = /^\s*(\S+)(.*)$/s.exec(typed) ?? []
  const known = word.toLowerCase()
  return Object.hasOwn(aliases, known) ? `${aliases[known]!}${rest}` : undefined
}
