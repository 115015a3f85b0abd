/**
 * Names that no player may have: what the world itself is called by. Else somebody called Rat would be
 * met where the rat is meant, and somebody called as one of its people would speak as that one.
 */
import type { Content } from "@wr2/core"
import { World } from "./content/World.ts"

/** How text and Commands speak of persons and things in general. */
const general = new Set([
  ..."all me self you your the someone somebody nobody everyone everybody anyone anybody".split(
    " "
  ),
  ..."gold coins north east south west up down from to".split(" "),
  ..."system server world admin administrator operator moderator".split(" ")
])

/** They stand in names, and say nothing. */
const small = new Set(["a", "an", "the", "of"])

/** The words that somebody named a thing by, without those that say nothing. */
export const said = (text: string): ReadonlyArray<string> => {
  const all = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
  const telling = all.filter((word) => !small.has(word))
  return telling.length === 0 ? all : telling
}

/** Whether all that somebody says is among the words that something is called by. */
export const fits = (text: string, own: ReadonlyArray<string>): boolean =>
  said(text).every((word) => own.includes(word))

/** The words of a name. */
export const words = (text: string): ReadonlyArray<string> =>
  text.toLowerCase().split(/[^\p{L}\p{N}'-]+/u)

/** Whether the world has this name for something. */
export const isReserved = (name: string, content: Content.Read): boolean => {
  const { items, mobs, rooms } = content(World)
  const wanted = name.toLowerCase()
  return (
    general.has(wanted) ||
    [...Object.values(items), ...Object.values(mobs)].some(
      (thing) => thing.keywords.includes(wanted) || words(thing.name).includes(wanted)
    ) ||
    Object.values(rooms).some(
      ({ onEnter, portal, triggers }) =>
        (onEnter !== null && words(onEnter.speaker).includes(wanted)) ||
        triggers.some(({ speaker }) => words(speaker ?? "").includes(wanted)) ||
        (portal !== null && portal.keywords.includes(wanted))
    )
  )
}
