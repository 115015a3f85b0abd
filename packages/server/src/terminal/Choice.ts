/** A Command that could mean several: its candidates, one of which is chosen by a digit. */

export interface Choice {
  /** What was typed. */
  readonly command: string
  /** The part of it that means several. */
  readonly word: string
  readonly candidates: ReadonlyArray<string>
}

/** Candidates beyond these have no key. */
const most = 9

/** What a reason offers to choose from, if it does. */
export const of = (command: string, reason: unknown): Choice | undefined => {
  const { _tag, candidates, word } = reason as Partial<Choice> & { readonly _tag?: string }
  return _tag === "Ambiguous" && word !== undefined && candidates !== undefined
    ? { command, word, candidates: candidates.slice(0, most) }
    : undefined
}

/** How it is offered. */
export const offer = ({ candidates }: Choice): string =>
  `(${candidates.map((name, i) => `${i + 1} ${name}`).join(", ")})`

/** The Command that a line chooses, if it is a digit of one of them. */
export const chosen = ({ candidates, command, word }: Choice, line: string): string | undefined => {
  const name = /^[1-9]$/.test(line) ? candidates[Number(line) - 1] : undefined
  if (name === undefined) return undefined
  const at = command.toLowerCase().lastIndexOf(word.toLowerCase())
  return at < 0 ? undefined : command.slice(0, at) + name + command.slice(at + word.length)
}
