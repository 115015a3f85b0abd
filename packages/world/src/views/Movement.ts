/** Who walks where, and what becomes of doors. */
import { opposite } from "../Direction.ts"
import type { Direction } from "../Direction.ts"
import type { CharacterFled } from "../events/CharacterFled.ts"
import type { CharacterMoved } from "../events/CharacterMoved.ts"
import type { DoorClosed } from "../events/DoorClosed.ts"
import type { DoorLocked } from "../events/DoorLocked.ts"
import type { DoorOpened } from "../events/DoorOpened.ts"
import type { DoorUnlocked } from "../events/DoorUnlocked.ts"
import type { FleeFailed } from "../events/FleeFailed.ts"
import type { InstanceReshaped } from "../events/InstanceReshaped.ts"
import type { MobFled } from "../events/MobFled.ts"
import type { MobMoved } from "../events/MobMoved.ts"
import type { Perceiver } from "./Perceiver.ts"
import { capital, does, whence, You } from "./Words.ts"
import type { View } from "./Words.ts"

/** As seen from the room that is left, or from the one that is reached. */
const passes = (
  e: { readonly name: string; readonly from: number; readonly direction: Direction },
  who: Perceiver,
  leaves: string
): ReadonlyArray<string> => [
  who.room === e.from
    ? `${capital(e.name)} ${leaves} ${e.direction}.`
    : `${capital(e.name)} arrives ${whence(opposite(e.direction))}.`
]
/** A step. */
export const characterMoved: View<typeof CharacterMoved> = (e, who) =>
  e.character === who.character ? [`You walk ${e.direction}.`] : passes(e, who, "leaves")
/** A flight. */
export const characterFled: View<typeof CharacterFled> = (e, who) =>
  e.character === who.character ? [`You flee ${e.direction}!`] : passes(e, who, "flees")
/** A mob's flight. */
export const mobFled: View<typeof MobFled> = (e, who) => passes(e, who, "flees")
/** No flight. */
export const fleeFailed: View<typeof FleeFailed> = (e, who) => [
  `${You(e.character, e.name, who)} ${does(e.character, who, "try", "tries")} to flee, and cannot.`
]
/** A mob's step. */
export const mobMoved: View<typeof MobMoved> = (e, who) => passes(e, who, "leaves")

/** From the other side one sees the door, not who moves it. */
const door =
  (yours: string, theirs: string): View<typeof DoorOpened | typeof DoorClosed> =>
  (e, who) => [
    who.room === e.beyond
      ? `The ${e.door} ${theirs}.`
      : `${You(e.character, e.name, who)} ${does(e.character, who, yours, theirs)} the ${e.door}.`
  ]
const lock =
  (yours: string, theirs: string): View<typeof DoorLocked | typeof DoorUnlocked> =>
  (e, who) => [
    who.room === e.beyond
      ? `The lock of the ${e.door} turns.`
      : `${You(e.character, e.name, who)} ${does(e.character, who, yours, theirs)} the ${e.door} with ${e.keyName}.`
  ]
/** A door opens. */
export const doorOpened: View<typeof DoorOpened> = door("open", "opens")
/** A door closes. */
export const doorClosed: View<typeof DoorClosed> = door("close", "closes")
/** A door is locked. */
export const doorLocked: View<typeof DoorLocked> = lock("lock", "locks")
/** A door is unlocked. */
export const doorUnlocked: View<typeof DoorUnlocked> = lock("unlock", "unlocks")
/** Where one stood is nothing any more. */
export const instanceReshaped: View<typeof InstanceReshaped> = (e) => [
  `The world shifts: where you stood is nothing any more. You find yourself in ${e.startName}.`
]
