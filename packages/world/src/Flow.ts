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
