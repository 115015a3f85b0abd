/** A character attacks a mob, or a mob a character: the fight begins with its first round. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import * as Attacks from "../Attacks.ts"
import * as Lookup from "../content/Lookup.ts"
import { StanceTaken } from "../events/StanceTaken.ts"
import { FightBegan } from "../events/FightBegan.ts"
import { Elsewhere, Fighting, NotAttackable, NotHere } from "../Failures.ts"

export const Attack = Action.make("Attack", {
  /** Who attacks. */
  by: Schema.Literals(["character", "mob"]),
  character: Character.Id,
  mob: Mob.Id,
  room: Room.Id
})
/** Locks both. */
export const attackRule = Attack.rule({
  version: 2,
  emits: [StanceTaken, FightBegan],
  fails: [Elsewhere, NotHere, NotAttackable, Fighting],
  locks: (a) => [Character.ref(a.character), Mob.ref(a.mob)],
  decide: (a, deciding) =>
    Result.gen(function* () {
      const { content, the } = deciding
      const character = yield* the(Character, a.character)
      const mob = yield* the(Mob, a.mob)
      const mobName = Lookup.mobName(content, mob)
      const characterIsHere = character.inside && character.room === a.room
      const mobIsHere = mob.room === a.room
      if (!(a.by === "character" ? characterIsHere : mobIsHere)) {
        return yield* Result.fail(new Elsewhere())
      }
      if (!characterIsHere) return yield* Result.fail(new NotHere({ what: character.name }))
      if (!mobIsHere) return yield* Result.fail(new NotHere({ what: mobName }))
      if (Lookup.mob(content, mob.template).friendly) {
        return yield* Result.fail(new NotAttackable({ what: mobName }))
      }
      if ((a.by === "character" ? character : mob).fighting !== null) {
        return yield* Result.fail(new Fighting())
      }
      return Attacks.begin(deciding, a.by, character, mob)
    })
})
