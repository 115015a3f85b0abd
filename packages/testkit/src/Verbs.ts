/** What players at random may type in a world. */
import type { Command, Game } from "@wr2/core"

/**
 * Every verb of a game by itself, but `quit`, and those that take something with every word that things
 * and persons go by in these authored files.
 */
export const everyLine = (
  game: Game.Any,
  files: ReadonlyArray<{ readonly text: string }>
): ReadonlyArray<string> => {
  const names = new Set(
    files.flatMap(({ text }) =>
      [...text.matchAll(/keywords: \[([^\]]*)\]/g)].flatMap(([, words]) => words!.split(", "))
    )
  )
  return game.commands.flatMap(({ patterns }: Command.Any) =>
    patterns.flatMap(({ parts, verbs }) =>
      parts.length === 0
        ? verbs.filter((verb) => verb !== "quit")
        : [...names].map((name) => `${verbs[0]!} ${name}`)
    )
  )
}
