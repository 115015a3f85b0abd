/** What a line may go on with: verbs at its beginning, names of what is in sight behind them. */

/** What can be named at the moment. */
export interface Words {
  readonly verbs: ReadonlyArray<string>
  /** Names of things, creatures and people, as they are shown. */
  readonly names: ReadonlyArray<string>
}

const small = new Set(["a", "an", "the", "of", "and", "some"])

/** The words by which a name can be meant. */
const parts = (name: string): ReadonlyArray<string> =>
  name
    .toLowerCase()
    .split(/[^\p{L}\p{N}'-]+/u)
    .filter((word) => word.length > 1 && !small.has(word))

/** What the word under way may be, and that word: as readline wants it. */
export const complete = (
  line: string,
  { names, verbs }: Words
): readonly [candidates: Array<string>, word: string] => {
  const command = line.slice(line.lastIndexOf(";") + 1).trimStart()
  const word = command.slice(command.lastIndexOf(" ") + 1).toLowerCase()
  const first = !command.includes(" ")
  const all = first ? verbs : names.flatMap(parts)
  const found = [...new Set(all)].filter((each) => each.startsWith(word)).sort()
  // What is meant is clear: on to the next word.
  return [found.length === 1 ? [`${found[0]!} `] : found, word]
}
