/** What is said and what the world itself does. */
import type { Greeted } from "../events/Greeted.ts"
import type { MobsAppeared } from "../events/MobsAppeared.ts"
import type { Said } from "../events/Said.ts"
import { capital, isMe, you } from "./Words.ts"
import type { View } from "./Words.ts"

/** Speech. */
export const said: View<typeof Said> = (e, who) => [
  isMe(e.speaker, who) ? `You say: ${e.text}` : `${capital(e.speaker.name)} says: ${e.text}`
]
/** A room's trigger speaks to who came in. */
export const greeted: View<typeof Greeted> = (e, who) => [
  `${capital(e.speaker)} says to ${you(e.character, e.name, who)}: ${e.text}`
]
/** Mobs come back. */
export const mobsAppeared: View<typeof MobsAppeared> = (e) =>
  e.mobs.map(() => `${capital(e.mobName)} appears.`)
