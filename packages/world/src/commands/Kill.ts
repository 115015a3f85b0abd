/** `kill rat`: attack. Mobs attack characters by it. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { Attack } from "../actions/Attack.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import * as Lookup from "../content/Lookup.ts"
import { Fighting, NotAttackable, NotHere, Safe } from "../Failures.ts"
import { me } from "../Me.ts"
import { chooseOne } from "../Selector.ts"
import * as Things from "../Things.ts"

/** Plans Attack, by the character or by the mob. */
export const kill = Command.define("kill", {
  grammar: "kill|attack <target...>",
  fields: { target: Schema.String },
  rejects: [NotHere, NotAttackable, Safe, Fighting, Rejected.Ambiguous],
  precedence: 5,
  from: ["Character", "Mob"],
  help: "Attack a creature.",
  plan: ({ target }, planning) =>
    Result.gen(function* () {
      const { actor, actorType, content, projection } = planning
      const fighter = actorType === Mob._tag ? projection.get(Mob, actor) : yield* me(planning)
      const here = fighter && projection.get(Room, fighter.room)
      if (fighter === undefined || here === undefined) {
        return yield* Result.fail(new NotHere({ what: "you" }))
      }
      const [room, mobs, persons] = [
        here.id,
        Things.mobs(planning, here.id),
        Things.persons(planning, here.id)
      ]
      const thing = yield* chooseOne<Things.MobThing | Things.CharacterThing>(target, [
        ...mobs,
        ...persons
      ])
      // Mobs attack characters, characters mobs.
      const byMob = "spawner" in fighter
      if (byMob === (thing.kind === "mob") || Things.isFriendly(content, thing)) {
        return yield* Result.fail(new NotAttackable({ what: thing.name }))
      }
      if (Lookup.room(content, here.template).safe) return yield* Result.fail(new Safe())
      if (fighter.fighting !== null) return yield* Result.fail(new Fighting())
      if (byMob && thing.kind === "character") {
        return [Attack.make({ by: "mob", character: thing.row.id, mob: fighter.id, room })]
      }
      if (!byMob && thing.kind === "mob") {
        return [Attack.make({ by: "character", character: fighter.id, mob: thing.row.id, room })]
      }
      return []
    })
})
