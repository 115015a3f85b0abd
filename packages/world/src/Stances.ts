/** How characters sit down and get up. */
import type { Character, Stance } from "./aggregates/Character.ts"
import * as Combat from "./Combat.ts"
import * as Energy from "./Energy.ts"
import { StanceTaken } from "./events/StanceTaken.ts"
import * as Health from "./Health.ts"

/** Takes a stance, with what it has healed until now. */
export const take = (character: Character, stance: Stance, now: number) =>
  StanceTaken.make({
    character: character.id,
    name: character.name,
    room: character.room,
    stance,
    hp: Health.at(character, Combat.maxHp(character.exp), now),
    energy: Energy.at(character, now),
    at: now
  })

/** Whoever is in a fight stands. */
export const roused = (character: Character, now: number) =>
  character.stance === "resting" ? [take(character, "standing", now)] : []
