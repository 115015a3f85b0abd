/** Content for worlds in which each thing is sure to happen. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"

/** Something with a name. */
export const named = (name: string) => ({ name, description: `Here is ${name}.` })
/** An item, or what a mob begins with. */
export const thing = (word: string, more: object = {}) => ({
  ...named(`a ${word}`),
  keywords: [word],
  ...more
})
/** A mob that never misses, and strikes for so much. */
export const beast = (word: string, hp: number, strikes: number, more: object = {}) => ({
  ...thing(word),
  hp,
  hit: 100,
  damage: { low: strikes, high: strikes },
  exp: 0,
  ...more
})
/** A skill that is called as it is typed. */
export const skill = (verb: string, target: string, more: object) => ({
  ...named(verb),
  verb,
  yours: verb,
  theirs: `${verb}s`,
  target,
  cost: 1,
  ...more
})
/** One place, which begins at the gate. */
export const onePlace = {
  settings: {
    name: "Fighting ground",
    place: "ground",
    gold: 20,
    corpse: "corpse",
    coins: "coins",
    decay: 120
  },
  places: { ground: { name: "ground", number: 1, start: "gate" } }
}

/** A folder of such content, for as long as it is played. */
export const folderOf = (content: object) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const made = mkdtempSync(join(tmpdir(), "wr2-authored-"))
      // JSON is YAML.
      writeFileSync(join(made, "content.yaml"), JSON.stringify(content))
      return made
    }),
    (made) => Effect.sync(() => rmSync(made, { recursive: true }))
  )
