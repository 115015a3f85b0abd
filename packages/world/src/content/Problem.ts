/** What is wrong with authored content, told so that its author can mend it at once. */
import { Spelling } from "@wr2/core"

export interface Problem {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly reason: string
  /** What may have been meant. */
  readonly suggestion: string | null
}

/** One line, as compilers write it: `rooms.yaml:12: no room "harbor" (did you mean "harbour"?)` */
export const format = (problem: Problem): string =>
  `${problem.file}:${problem.line}: ${problem.reason}${
    problem.suggestion === null ? "" : ` (did you mean "${problem.suggestion}"?)`
  }`

/** The nearest of the names, when it is near enough to have been meant. */
export const nearest = (word: string, names: Iterable<string>): string | null => {
  let best: string | null = null
  let least = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const name of names) {
    const distance = Spelling.edits(word, name)
    if (distance < least) {
      best = name
      least = distance
    }
  }
  return best
}
