/** What triggers refer to, and which of their words belong together. */
import type { Trigger } from "./Triggers.ts"
import type { Section } from "./World.ts"

/** What does not belong to a trigger of a room or a mob, if anything. */
export const misfit = (
  section: Section,
  { every, item, on, script, speaker, words }: Trigger
): { readonly field: string; readonly reason: string } | undefined => {
  if (on === "timer" && every === 0) return { field: "every", reason: "every how many seconds?" }
  if (on !== "timer" && every > 0) return { field: "every", reason: "is for timers" }
  if (on === "type" && words.length === 0) return { field: "words", reason: "which are typed?" }
  if (on !== "say" && on !== "type" && words.length > 0)
    return { field: "words", reason: "are for what is said or typed" }
  if (on !== "get" && item !== null) return { field: "item", reason: "is for what is taken" }
  if (section === "rooms" && on === "death") return { field: "on", reason: "rooms do not die" }
  if (section === "mobs" && speaker !== null) {
    return { field: "speaker", reason: "a mob speaks for itself" }
  }
  const mute = section === "rooms" && speaker === null
  return mute && script.some((step) => step.do === "say" || step.do === "emote")
    ? { field: "script", reason: "who says it? Name a `speaker`, or use echo" }
    : undefined
}

/** A slug that is named, of which section, and where. */
type Named = readonly [slug: string, target: Section, path: ReadonlyArray<PropertyKey>]

/** The items and mobs that a trigger names. */
export const names = ({ item, script }: Trigger): ReadonlyArray<Named> => [
  ...(item === null ? [] : [[item, "items", ["item"]] satisfies Named]),
  ...script.flatMap((step, i): ReadonlyArray<Named> => {
    const path = ["script", i]
    if (step.do === "give") return [[step.item, "items", path]]
    if (step.do === "spawn") return [[step.mob, "mobs", path]]
    return step.do === "if" && step.test === "carries" ? [[step.what, "items", path]] : []
  })
]

/** The flags that a script marks with, and those that it asks for, with where. */
export const flags = ({
  script
}: Trigger): {
  readonly given: ReadonlyArray<string>
  readonly asked: ReadonlyArray<readonly [flag: string, path: ReadonlyArray<PropertyKey>]>
} => ({
  given: script.flatMap((step) => (step.do === "mark" ? [step.flag] : [])),
  asked: script.flatMap((step, i) =>
    step.do === "if" && step.test === "marked" ? [[step.what, ["script", i]] as const] : []
  )
})
