/** Who comes and goes: into the world, out of it, between instances. */
import type { CharacterArrived } from "../events/CharacterArrived.ts"
import type { CharacterCreated } from "../events/CharacterCreated.ts"
import type { CharacterDeparted } from "../events/CharacterDeparted.ts"
import type { CharacterEntered } from "../events/CharacterEntered.ts"
import type { CharacterLeft } from "../events/CharacterLeft.ts"
import type { CharacterTakenOver } from "../events/CharacterTakenOver.ts"
import { does, You } from "./Words.ts"
import type { View } from "./Words.ts"

/** Nobody else can see it yet. */
export const characterCreated: View<typeof CharacterCreated> = ({ character }) => [
  `${character.name} is born.`
]
/** Somebody is there. */
export const characterEntered: View<typeof CharacterEntered> = (e, who) => [
  e.character === who.character ? `Welcome, ${e.name}.` : `${e.name} wakes up and looks around.`
]
/** Told to the session that lost. */
export const characterTakenOver: View<typeof CharacterTakenOver> = () => [
  "Another session plays this character now."
]
/** Somebody is no longer there. */
export const characterLeft: View<typeof CharacterLeft> = (e, who) => [
  e.character === who.character
    ? "Until next time."
    : e.how === "left"
      ? `${e.name} falls asleep and fades from sight.`
      : `${e.name} stares into nothing, and is gone.`
]
/** Gone through a portal. */
export const characterDeparted: View<typeof CharacterDeparted> = (e, who) => [
  `${You(e.character, e.name, who)} ${does(e.character, who, "step", "steps")} through ${e.portal}.`
]
/** Come through one. */
export const characterArrived: View<typeof CharacterArrived> = (e, who) => [
  e.character === who.character
    ? "The air closes behind you. You are somewhere else."
    : `${e.name} steps out of nowhere.`
]
