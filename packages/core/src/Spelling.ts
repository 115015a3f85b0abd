/** How far two words are apart: for what a player or an author may have meant. */

/**
 * How many letters to change, add, leave out, or swap with their neighbour, to get from one word to the other. Time
 * grows with the product of their lengths: bound them.
 */
export const edits = (a: string, b: string): number => {
  let before: ReadonlyArray<number> = []
  let row: ReadonlyArray<number> = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      next.push(
        Math.min(
          row[j]! + 1,
          next[j - 1]! + 1,
          row[j - 1]! + changed,
          swapped ? before[j - 2]! + 1 : Infinity
        )
      )
    }
    before = row
    row = next
  }
  return row[b.length]!
}
