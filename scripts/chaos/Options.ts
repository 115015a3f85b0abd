/** What `npm run chaos` may be told, and what is wrong with what it was told. */
import { parseArgs } from "node:util"
import { type Kind, kinds } from "./Schedule.ts"
import { type World, worlds } from "./Worlds.ts"

/** How a run is to be. */
export interface Options {
  readonly seconds: number
  readonly seed: number
  readonly json: string | undefined
  readonly bots: number
  readonly runners: number
  readonly gateways: number
  readonly floor: number
  readonly only: ReadonlyArray<Kind> | undefined
  readonly evidence: string | undefined
  readonly world: World
}

/** What was asked for: a run, an explanation, or nothing that makes sense (why, in one line). */
export type Asked =
  | { readonly _tag: "Run"; readonly options: Options }
  | { readonly _tag: "Help"; readonly text: string }
  | { readonly _tag: "Wrong"; readonly why: string }

const help = `npm run chaos -- [--seconds 60] [--seed N] [--json FILE] [--bots 24] [--runners 3] [--gateways 2]
  --floor N    fails below so many accepted Commands a second (50)
  --only A,B   these kinds of faults alone: ${kinds.join(", ")}
  --world W    ${Object.keys(worlds).join(" or ")}: the tests' own, or the one that is shipped (small)
  --evidence DIR  what clients remember, what the tables say, what the processes printed`

const options = {
  seconds: { type: "string", default: "60" },
  seed: { type: "string" },
  json: { type: "string" },
  bots: { type: "string", default: "24" },
  runners: { type: "string", default: "3" },
  gateways: { type: "string", default: "2" },
  floor: { type: "string", default: "50" },
  only: { type: "string" },
  evidence: { type: "string" },
  world: { type: "string", default: "small" },
  help: { type: "boolean", default: false }
} as const

/** Numbers, with the least and the greatest that make sense. */
const bounds = {
  seconds: [1, 86_400],
  seed: [0, Number.MAX_SAFE_INTEGER / 10_000],
  bots: [1, 260],
  runners: [1, 20],
  gateways: [1, 20],
  floor: [0, 1_000_000]
} as const
type Numeric = keyof typeof bounds

class Wrong extends Error {}

const number = (name: Numeric, text: string): number => {
  const [least, most] = bounds[name].map(Math.floor) as [number, number]
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  const whole = name === "floor" || Number.isInteger(value)
  if (!whole || !(value >= least && value <= most))
    throw new Wrong(
      `--${name}: "${text}" is no ${name === "floor" ? "" : "whole "}number from ${least} to ${most}`
    )
  return value
}

const only = (text: string): ReadonlyArray<Kind> =>
  text.split(",").map((each) => {
    const kind = kinds.find((kind) => kind === each.trim())
    if (kind === undefined) throw new Wrong(`--only: there is no fault "${each.trim()}"`)
    return kind
  })

const worldOf = (name: string): World => {
  const world = worlds[name]
  if (world === undefined) throw new Wrong(`--world: there is no world "${name}"`)
  return world
}

/** Reads a command line. `anySeed` where it names none. */
export const parse = (args: ReadonlyArray<string>, anySeed: number): Asked => {
  try {
    const { values } = parseArgs({ args: [...args], options })
    if (values.help) return { _tag: "Help", text: help }
    return {
      _tag: "Run",
      options: {
        seconds: number("seconds", values.seconds),
        seed: number("seed", values.seed ?? String(anySeed)),
        json: values.json,
        bots: number("bots", values.bots),
        runners: number("runners", values.runners),
        gateways: number("gateways", values.gateways),
        floor: number("floor", values.floor),
        only: values.only === undefined ? undefined : only(values.only),
        evidence: values.evidence,
        world: worldOf(values.world)
      }
    }
  } catch (error) {
    // The parser's own words run over several sentences: the first says which option it is.
    const [why = ""] = String((error as Error).message).split(/\. |\n/)
    return { _tag: "Wrong", why }
  }
}
