/** `look`, `look north`, `look at sword`: the room, a way out of it, a thing, mob or person in it, or something carried. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { Examine } from "../actions/Examine.ts"
import { Exits } from "../actions/Exits.ts"
import { Look } from "../actions/Look.ts"
import * as Direction from "../Direction.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import { chooseOne } from "../Selector.ts"
import * as Things from "../Things.ts"

/** Plans one of the views Look, Exits and Examine. */
export const look = Command.define("look", {
  grammar: ["look|l [at] [<target...>]", "examine|x <target...>"],
  fields: { target: Schema.NullOr(Schema.String) },
  rejects: [NotHere, Rejected.Ambiguous],
  precedence: 10,
  from: ["Character"],
  help: "Look around, or at something: look rat, look at sword, look north.",
  plan: ({ target }, planning) =>
    Result.gen(function* () {
      const { id, room } = yield* me(planning)
      if (target === null) return [Look.make({ character: id, unless: null })]
      const direction = Direction.named(target)
      if (direction !== undefined) return [Exits.make({ character: id, direction })]
      if (target === "me" || target === "self") {
        return [Examine.make({ character: id, kind: "character", id })]
      }
      const thing = yield* chooseOne<Things.ItemThing | Things.MobThing | Things.CharacterThing>(
        target,
        [
          ...Things.mobs(planning, room),
          ...Things.persons(planning, room),
          ...Things.items(planning, "room", room),
          ...Things.items(planning, "character", id)
        ]
      )
      return [Examine.make({ character: id, kind: thing.kind, id: thing.id })]
    })
})
