/** What is wrong with authored content, told so that its author can mend it at once. */

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
    const distance = edits(word, name)
    if (distance < least) {
      best = name
      least = distance
    }
  }
  return best
}

/** How many letters to change, add, leave out, or swap with their neighbour. */
const edits = (a: string, b: string): number => {
  let before: ReadonlyArray<number> = []
  let row: ReadonlyArray<number> = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      next.push(
        Math.min(
          row[j]! + 1,
          next[j - 1]! + 1,
          row[j - 1]! + same,
          swapped ? before[j - 2]! + 1 : Infinity
        )
      )
    }
    before = row
    row = next
  }
  return row[b.length]!
}
