/** The message that brings a deed to where its character went; from there it may go on. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { GrantAchievement } from "../actions/GrantAchievement.ts"
import { PassDeedOn } from "../actions/PassDeedOn.ts"
import * as Achievements from "../Achievements.ts"
import { Character } from "../aggregates/Character.ts"

/** Never rejected: of who is nowhere, it is written down as forgotten. */
export const credit = Command.define("credit", {
  fields: { character: Character.Id, deed: Achievements.Deed },
  from: ["instance"],
  plan: ({ character, deed }, { departed, projection }) =>
    Result.succeed([
      projection.get(Character, character) === undefined
        ? PassDeedOn.make({
            character,
            deed,
            target: departed({ type: Character._tag, id: character })
          })
        : GrantAchievement.make({ character, deed })
    ])
})
