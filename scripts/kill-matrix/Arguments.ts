/** What is asked for on the command line: understood, or told in one line what is not. */
import { parseArgs } from "node:util"
import type { ParseArgsConfig } from "node:util"

/** It cannot be done as it was asked for; the message says why. */
export class Misunderstood extends Error {}

/** Options as node reads them. */
export const options = <const O extends NonNullable<ParseArgsConfig["options"]>>(
  known: O,
  given?: ReadonlyArray<string>
) => {
  try {
    const args = given === undefined ? {} : { args: [...given] }
    return parseArgs({ options: known, ...args }).values
  } catch (error) {
    const [line] = (error as Error).message.split("\n")
    throw new Misunderstood(line!.replace(/\. To specify a positional.*$/, ""))
  }
}

/** A whole number, not below `least`. */
export const whole = (name: string, given: string, least = 0): number => {
  const number = Number(given)
  if (given.trim() !== "" && Number.isSafeInteger(number) && number >= least) return number
  throw new Misunderstood(`--${name}: "${given}" is no whole number from ${least} on`)
}

/** Names, separated by commas, all of them known. */
export const names = (
  option: string,
  given: string,
  known: ReadonlyArray<string>
): ReadonlyArray<string> =>
  given.split(",").map((each) => {
    const name = each.trim()
    if (known.includes(name)) return name
    throw new Misunderstood(`--${option}: "${name}" is none of ${known.join(", ")}`)
  })

/** The beginning of a name that is known; nothing is the beginning of any. */
export const beginning = (option: string, given: string, known: ReadonlyArray<string>): string => {
  if (known.some((name) => name.startsWith(given))) return given
  throw new Misunderstood(
    `--${option}: nothing is called "${given}"; there are ${known.map((name) => name.split(":")[0]).join(", ")}`
  )
}

/** Does it; what is not understood is told in one line, and the process ends with 2. */
export const understood = <A>(read: () => A): A => {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Misunderstood)) throw error
    console.error(error.message)
    process.exit(2)
  }
}
