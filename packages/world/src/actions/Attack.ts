/** A character attacks a mob, or a mob a character: the fight begins with its first round. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import * as Lookup from "../content/Lookup.ts"
import { FightBegan } from "../events/FightBegan.ts"
import { Elsewhere, Fighting, NotHere } from "../Failures.ts"
import * as Fights from "../Fights.ts"
import { AttackRound } from "./AttackRound.ts"

export const Attack = Action.make("Attack", {
  /** Who attacks. */
  by: Schema.Literals(["character", "mob"]),
  character: Character.Id,
  mob: Mob.Id,
  room: Room.Id
})
/**
 * Locks both. Every fight has a number, and one chain of rounds: who strikes back at an attacker
 * joins the attacker's fight, or both would strike twice.
 */
export const attackRule = Attack.rule({
  emits: [FightBegan],
  fails: [Elsewhere, NotHere, Fighting],
  locks: (a) => [Character.ref(a.character), Mob.ref(a.mob)],
  decide: (a, { content, ids, runtime, the }) =>
    Result.gen(function* () {
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
      if ((a.by === "character" ? character : mob).fighting !== null) {
        return yield* Result.fail(new Fighting())
      }
      const theirs =
        character.fighting === mob.id
          ? character.fight
          : mob.fighting === character.id
            ? mob.fight
            : null
      const fight = theirs ?? ids.next(Mob)
      const remembered = Fights.memory(runtime, mob.id)
      const began = FightBegan.make({
        fight,
        by: a.by,
        character: character.id,
        name: character.name,
        mob: mob.id,
        mobName,
        room: a.room,
        characterTurns: character.fighting === null,
        mobTurns: mob.fighting === null,
        memory: a.by === "character" ? { ...remembered, grudge: character.id } : remembered
      })
      const round = AttackRound.make({ fight, character: character.id, mob: mob.id })
      return { events: [began], next: theirs === null ? [round] : [] }
    })
})
