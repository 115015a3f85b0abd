/** What `npm run simulate` is asked for: its options, read; or what is wrong with them, in one line. */
import { parseArgs } from "node:util"

export interface Asked {
  /** The seeds to run, if it is those that come one after the other. */
  readonly seed: number
  readonly seeds: number
  /** So many that nobody has tried instead; 0: none. */
  readonly fresh: number
  readonly workers: number
  /** Failing seeds whose shortest stretch is looked for. */
  readonly shrink: number
  readonly schedule: string | undefined
  readonly mutant: string | undefined
  readonly story: boolean
  readonly quiet: boolean
  readonly help: boolean
}

/** An option that is not what it must be. */
class Wrong extends Error {}

const whole = (name: string, given: string, least: number): number => {
  const value = Number(given)
  if (/^\d+$/.test(given) && Number.isSafeInteger(value) && value >= least) return value
  throw new Wrong(`--${name}: "${given}" is no whole number of at least ${least}`)
}

/** Reads options; a string says what is wrong with them. */
export const read = (args: ReadonlyArray<string>, threads: number): Asked | string => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seed: { type: "string", default: "1" },
        seeds: { type: "string", default: "1" },
        fresh: { type: "string" },
        workers: { type: "string", default: String(threads) },
        shrink: { type: "string", default: "1" },
        schedule: { type: "string" },
        mutant: { type: "string" },
        story: { type: "boolean", default: false },
        quiet: { type: "boolean", default: false },
        help: { type: "boolean", default: false }
      }
    })
    const { fresh } = values
    return {
      ...values,
      seed: whole("seed", values.seed, 0),
      // None at all would be none that failed.
      seeds: whole("seeds", values.seeds, 1),
      fresh: fresh === undefined ? 0 : whole("fresh", fresh, 1),
      workers: whole("workers", values.workers, 1),
      shrink: whole("shrink", values.shrink, 0),
      schedule: values.schedule,
      mutant: values.mutant
    }
  } catch (error) {
    // parseArgs, too, says in its first line what it does not know.
    return (error as Error).message.split("\n")[0]!
  }
}
