/** A character says something to its group, wherever they are. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { GroupTold } from "../events/GroupTold.ts"
import { Elsewhere, NotGrouped } from "../Failures.ts"
import * as Groups from "../Groups.ts"
import { Speech } from "../Speech.ts"

export const TellGroup = Action.make("TellGroup", { character: Character.Id, text: Speech })
/** Locks all who are in it: they are who hears. */
export const tellGroupRule = TellGroup.rule({
  emits: [GroupTold],
  fails: [Elsewhere, NotGrouped],
  locks: (a, { projection }) => Groups.refs(projection, a.character),
  decide: (a, { every, the }) =>
    Result.gen(function* () {
      const speaker = yield* the(Character, a.character)
      if (!speaker.inside) return yield* Result.fail(new Elsewhere())
      if (speaker.party === null) return yield* Result.fail(new NotGrouped({ who: "you" }))
      const members = Groups.members(every, speaker).map(({ id }) => id)
      return { events: [GroupTold.make({ ...a, name: speaker.name, members })] }
    })
})
