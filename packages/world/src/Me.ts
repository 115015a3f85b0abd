/** Who is speaking: the row of the character that a Command comes from. */
import type { Command } from "@wr2/core"
import { Result } from "effect"
import { Character } from "./aggregates/Character.ts"
import { NotHere } from "./Failures.ts"

/** The character, as the projection has it. */
export const me = ({ actor, projection }: Command.Planning): Result.Result<Character, NotHere> => {
  const character = projection.get(Character, actor)
  return character === undefined
    ? Result.fail(new NotHere({ what: "you" }))
    : Result.succeed(character)
}
