/** Small tools of language. */
import type { Event } from "@wr2/core"
import type { Party } from "../Party.ts"
import type { Perceiver } from "./Perceiver.ts"

/** What shows an Event of this definition to somebody. */
export type View<E> = (event: Event.Value<E>, who: Perceiver) => ReadonlyArray<string>

/** With a capital first letter. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
/** `You`, or the name. */
export const You = (id: number, name: string, who: Perceiver): string =>
  id === who.character ? "You" : capital(name)
/** `you`, or the name, inside a sentence. */
export const you = (id: number, name: string, who: Perceiver): string =>
  id === who.character ? "you" : name
/** The verb for `You` or for a name: `does(e.character, who, "get", "gets")`. */
export const does = (id: number, who: Perceiver, yours: string, theirs: string): string =>
  id === who.character ? yours : theirs
/** Whether a side of a fight is the one who looks on. */
export const isMe = (party: Party, who: Perceiver): boolean =>
  party.kind === "character" && party.id === who.character
/** A side of a fight as what a sentence begins with. */
export const subject = (party: Party, who: Perceiver): string =>
  isMe(party, who) ? "You" : capital(party.name)
/** A side of a fight inside a sentence. */
export const object = (party: Party, who: Perceiver): string =>
  isMe(party, who) ? "you" : party.name
/** `7 gold coins`. */
export const coins = (amount: number): string =>
  amount === 1 ? "a gold coin" : `${amount} gold coins`
/** `a, b and c`. */
export const list = (parts: ReadonlyArray<string>): string =>
  parts.length < 2
    ? parts.join("")
    : `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`
/** Where something comes from: `from the south`, `from above`. */
export const whence = (direction: string): string =>
  direction === "up" ? "from above" : direction === "down" ? "from below" : `from the ${direction}`
/** Names that occur several times, counted: `a rat (3)`. */
export const counted = (names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => (count === 1 ? name : `${name} (${count})`))
}
