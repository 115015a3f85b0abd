/** What is said and what the world itself does. */
import type { Emoted } from "../events/Emoted.ts"
import type { Greeted } from "../events/Greeted.ts"
import type { MobsAppeared } from "../events/MobsAppeared.ts"
import type { Performed } from "../events/Performed.ts"
import type { Said } from "../events/Said.ts"
import type { Told } from "../events/Told.ts"
import type { Yelled } from "../events/Yelled.ts"
import { capital, isMe, you } from "./Words.ts"
import type { View } from "./Words.ts"

/** Speech. */
export const said: View<typeof Said> = (e, who) => [
  isMe(e.speaker, who) ? `You say: ${e.text}` : `${capital(e.speaker.name)} says: ${e.text}`
]
/** What one does or feels. */
export const emoted: View<typeof Emoted> = (e) => [`${e.name} ${e.text}`]
/** Told to one alone. */
export const told: View<typeof Told> = (e, who) => [
  e.from === who.character
    ? `You tell ${e.toName}: ${e.text}`
    : `${e.fromName} tells you: ${e.text}`
]
/** Heard far away. */
export const yelled: View<typeof Yelled> = (e, who) => [
  e.character === who.character
    ? `You yell: ${e.text}`
    : `${e.name} yells${e.room === who.room ? "" : " from somewhere"}: ${e.text}`
]
/** A room's trigger speaks to who came in. */
export const greeted: View<typeof Greeted> = (e, who) => [
  `${capital(e.speaker)} says to ${you(e.character, e.name, who)}: ${e.text}`
]
/** What a script shows. */
export const performed: View<typeof Performed> = ({ how, speaker, text }) => {
  const who = capital(speaker ?? "somebody")
  if (how === "echo") return [capital(text)]
  return [how === "say" ? `${who} says: ${text}` : `${who} ${text}`]
}
/** Mobs come back. */
export const mobsAppeared: View<typeof MobsAppeared> = (e) =>
  e.mobs.map(() => `${capital(e.mobName)} appears.`)
