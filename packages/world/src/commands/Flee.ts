/** `flee`: run from a fight, and look at where you got to. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { Flee } from "../actions/Flee.ts"
import { Look } from "../actions/Look.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import { NotFighting, NotHere, NoWayOut } from "../Failures.ts"
import { me } from "../Me.ts"
import * as Ways from "../Ways.ts"

/** Plans the flight, and a look at where it ended. */
export const flee = Command.define("flee", {
  grammar: "flee",
  fields: {},
  rejects: [NotHere, NotFighting, NoWayOut],
  from: ["Character"],
  help: "Run from a fight.",
  plan: (_, planning) =>
    Result.gen(function* () {
      const { content, projection } = planning
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
