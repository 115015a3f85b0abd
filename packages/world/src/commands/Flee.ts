/** `flee`: run from a fight, and look at where you got to. Mobs flee by it too, but not into safety. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { Flee } from "../actions/Flee.ts"
import { FleeMob } from "../actions/FleeMob.ts"
import { Look } from "../actions/Look.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import * as Lookup from "../content/Lookup.ts"
import { NotFighting, NotHere, NoWayOut } from "../Failures.ts"
import { me } from "../Me.ts"
import * as Ways from "../Ways.ts"

/** Plans the flight, and a look at where it ended. */
export const flee = Command.define("flee", {
  grammar: "flee",
  fields: {},
  rejects: [NotHere, NotFighting, NoWayOut],
  precedence: 5,
  from: ["Character", "Mob"],
  help: "Run from a fight.",
  plan: (_, planning) =>
    Result.gen(function* () {
      const { actor, actorType, content, projection } = planning
      if (actorType === Mob._tag) {
        const mob = projection.get(Mob, actor)
        const here = mob && projection.get(Room, mob.room)
        if (mob === undefined || here === undefined) {
          return yield* Result.fail(new NotHere({ what: "you" }))
        }
        const ways = Ways.from(here, projection, content).filter(
          ({ to }) => !isSafe(to, projection, content)
        )
        return [FleeMob.make({ mob: mob.id, from: here.id, ways })]
      }
      const { fighting, id: character, room } = yield* me(planning)
      if (fighting === null && projection.by(Mob, "fighting", character).length === 0) {
        return yield* Result.fail(new NotFighting())
      }
      const here = projection.get(Room, room)
      const ways = here === undefined ? [] : Ways.from(here, projection, content)
      if (ways.length === 0) return yield* Result.fail(new NoWayOut())
      return [Flee.make({ character, from: room, ways }), Look.make({ character, unless: room })]
    })
})

const isSafe = (
  room: Room["id"],
  projection: Command.Planning["projection"],
  content: Command.Planning["content"]
): boolean => {
  const there = projection.get(Room, room)
  return there === undefined || Lookup.room(content, there.template).safe
}
