/** What the consumer `achievements` has seen somebody do. It counts where they are by now. */
import { Command } from "@wr2/core"
import { Result, Schema } from "effect"
import { GrantAchievement } from "../actions/GrantAchievement.ts"
import { PassDeedOn } from "../actions/PassDeedOn.ts"
import * as Achievements from "../Achievements.ts"
import { Character } from "../aggregates/Character.ts"
import { Feats, featsOf } from "../aggregates/Feats.ts"
import { Room } from "../aggregates/Room.ts"
import { NotHere } from "../Failures.ts"

/** Plans nothing for what adds nothing: most steps lead to where one has been. */
export const witness = Command.define("witness", {
  fields: {
    character: Character.Id,
    did: Achievements.Deed.fields.did,
    /** The live room that was seen. */
    room: Schema.NullOr(Room.Id),
    /** The name of what was killed. */
    mob: Schema.NullOr(Schema.String)
  },
  from: ["consumer:achievements"],
  rejects: [NotHere],
  plan: ({ character, did, mob, room }, { content, departed, projection }) => {
    const slug = room === null ? null : (projection.get(Room, room)?.template ?? null)
    const deed: Achievements.Deed = { did, room: slug, mob }
    if (projection.get(Character, character) !== undefined) {
      const id = featsOf(character)
      const feats = projection.get(Feats, id) ?? Achievements.none(id)
      return Result.succeed(
        Achievements.after(feats, deed, content) === feats
          ? []
          : [GrantAchievement.make({ character, deed })]
      )
    }
    const target = departed({ type: Character._tag, id: character })
    return target === null
      ? Result.fail(new NotHere({ what: "who did it" }))
      : Result.succeed([PassDeedOn.make({ character, deed, target })])
  }
})
