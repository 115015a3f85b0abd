/** A character asks how it does. Read-only. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import * as Achievements from "../Achievements.ts"
import { Character } from "../aggregates/Character.ts"
import { Feats } from "../aggregates/Feats.ts"
import { ScoreShown } from "../events/ScoreShown.ts"
import { NotHere } from "../Failures.ts"
import * as Sight from "../Sight.ts"

export const Score = Action.make("Score", { character: Character.Id })
/** Shows health as of now. */
export const scoreView = Score.view({
  emits: [ScoreShown],
  fails: [NotHere],
  view: (a, { content, now, projection }) => {
    const character = projection.get(Character, a.character)
    if (character === undefined) return Result.fail(new NotHere({ what: "you" }))
    const self = Sight.self(character, { projection, content }, now)
    const gained = projection.get(Feats, a.character)?.gained ?? []
    const achievements = gained.map((each) => Achievements.title(content, each))
    return Result.succeed([ScoreShown.make({ self, achievements })])
  }
})
