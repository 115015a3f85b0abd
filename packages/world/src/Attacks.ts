/** How a fight begins, whatever began it: a blow, or a skill. */
import type { Action } from "@wr2/core"
import { AttackRound } from "./actions/AttackRound.ts"
import type { Character } from "./aggregates/Character.ts"
import { Mob } from "./aggregates/Mob.ts"
import * as Lookup from "./content/Lookup.ts"
import { FightBegan } from "./events/FightBegan.ts"
import * as Fights from "./Fights.ts"
import * as Stances from "./Stances.ts"

/**
 * The Event and the first round. Every fight has a number, and one chain of rounds: who strikes back at
 * an attacker joins the attacker's fight, or both would strike twice.
 */
export const begin = (
  { content, ids, now, runtime }: Pick<Action.Deciding, "content" | "ids" | "now" | "runtime">,
  by: "character" | "mob",
  character: Character,
  mob: Mob
) => {
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
    by,
    character: character.id,
    name: character.name,
    mob: mob.id,
    mobName: Lookup.mobName(content, mob),
    room: mob.room,
    characterTurns: character.fighting === null,
    mobTurns: mob.fighting === null,
    memory: by === "character" ? { ...remembered, grudge: character.id } : remembered
  })
  const round = AttackRound.make({ fight, character: character.id, mob: mob.id })
  // Whoever is attacked, or attacks, rests no longer.
  return {
    events: [...Stances.roused(character, now), began],
    next: theirs === null ? [round] : []
  }
}
