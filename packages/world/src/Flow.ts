/** Which steps of a script are done now, and which after a wait. */
import type { Step } from "./content/Script.ts"

/** A condition of a script. */
export type Condition = Step & { readonly do: "if" }
/** A step that does something. */
export type Deed = Exclude<Step, { readonly do: "if" | "skip" | "wait" }>

/** Follows a script to its next wait. `if` is judged by how things were before. */
export const follow = (
  steps: ReadonlyArray<Step>,
  holds: (condition: Condition) => boolean
): {
  readonly deeds: ReadonlyArray<Deed>
  readonly rest: ReadonlyArray<Step>
  /** Seconds until the rest. */
  readonly wait: number
} => {
  const deeds: Array<Deed> = []
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at]!
    switch (step.do) {
      case "if":
        // What is passed over ends with its else or end, which pass over nothing.
        if (holds(step) === step.not) at += step.steps
        break
      case "skip":
        at += step.steps
        break
      case "wait":
        return { deeds, rest: steps.slice(at + 1), wait: step.seconds }
      default:
        deeds.push(step)
    }
  }
  return { deeds, rest: [], wait: 0 }
}

/** Whether a script is about what its room is marked with. */
export const marks = (steps: ReadonlyArray<Step>): boolean =>
  steps.some((step) => "flag" in step || (step.do === "if" && step.test === "marked"))

/** What a room is marked with after these; the very same where that is nothing new. */
export const marked = (
  flags: ReadonlyArray<string>,
  deeds: ReadonlyArray<Deed>
): ReadonlyArray<string> => {
  let now = flags
  for (const deed of deeds) {
    if (deed.do === "mark" && !now.includes(deed.flag)) now = [...now, deed.flag]
    if (deed.do === "unmark" && now.includes(deed.flag))
      now = now.filter((flag) => flag !== deed.flag)
  }
  return now
}
