/**
 * What triggers do, line by line: `say Mind the step.`, `wait 3`, `if not carries lantern` ... `else` ...
 * `end`. Lines become steps, one each; what cannot be read is told by its line.
 */
import { Schema } from "effect"
import { Direction } from "../Direction.ts"
import * as Directions from "../Direction.ts"
import { nearest } from "./Problem.ts"

const Whole = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))
const Told = Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(400))

/** One step. `if` and `skip` say how many steps are passed over. */
export const Step = Schema.Union([
  Schema.Struct({ do: Schema.Literals(["say", "emote", "echo"]), text: Told }),
  Schema.Struct({ do: Schema.Literals(["open", "move"]), direction: Direction }),
  Schema.Struct({ do: Schema.Literal("give"), item: Schema.String }),
  Schema.Struct({ do: Schema.Literal("spawn"), mob: Schema.String }),
  Schema.Struct({ do: Schema.Literals(["mark", "unmark"]), flag: Schema.String }),
  Schema.Struct({ do: Schema.Literal("wait"), seconds: Whole }),
  Schema.Struct({ do: Schema.Literal("skip"), steps: Whole }),
  Schema.Struct({
    do: Schema.Literal("if"),
    not: Schema.Boolean,
    test: Schema.Literals(["carries", "level", "night", "marked"]),
    /** The item, the least level, or the flag of the room. */
    what: Schema.String,
    /** When it does not hold. */
    steps: Whole
  })
])
export type Step = typeof Step.Type

const verbs = "say emote echo open move give spawn mark unmark wait if else end".split(" ")
const flagRule = /^[a-z][a-z0-9-]{0,30}$/

/** Why a line cannot be read. */
export interface Unread {
  /** From 0. */
  readonly line: number
  readonly reason: string
  readonly suggestion: string | null
}

/** Reads lines to as many steps, or to all that is wrong with them. */
export const parse = (
  lines: ReadonlyArray<unknown>
): { readonly steps: ReadonlyArray<Step>; readonly unread: ReadonlyArray<Unread> } => {
  const steps: Array<Step> = []
  const unread: Array<Unread> = []
  /** Where the `if` and `else` are that have no end yet. */
  const open: Array<number> = []
  const nothing: Step = { do: "skip", steps: 0 }
  const closes = (at: number, upTo: number) => {
    const from = steps[at]!
    if ("steps" in from) steps[at] = { ...from, steps: upTo - at }
  }
  for (const [line, said] of lines.entries()) {
    const wrong = (reason: string, suggestion: string | null = null) => {
      unread.push({ line, reason, suggestion })
      steps.push(nothing)
    }
    if (typeof said !== "string") {
      wrong('is no line of text: put it in "quotes"')
      continue
    }
    const [, verb = "", rest = ""] = /^\s*(\S+)\s*(.*?)\s*$/.exec(said) ?? []
    if (verb === "else" || verb === "end") {
      const begun = open.pop()
      const isElse = begun !== undefined && steps[begun]!.do === "skip"
      if (begun === undefined || (verb === "else" && isElse)) {
        wrong(`${verb} without an if`)
        continue
      }
      closes(begun, line)
      if (verb === "else") open.push(line)
      steps.push(nothing)
      continue
    }
    const step = read(verb, rest)
    if (typeof step === "string") {
      wrong(step, verbs.includes(verb) ? null : nearest(verb, verbs))
      continue
    }
    if (step.do === "if") open.push(line)
    steps.push(step)
  }
  for (const line of open) unread.push({ line, reason: "has no end", suggestion: null })
  return { steps, unread }
}

/** A line by its verb and what follows it; or why not. */
const read = (verb: string, rest: string): Step | string => {
  switch (verb) {
    case "say":
    case "emote":
    case "echo":
      return rest === "" || rest.length > 400
        ? `${verb} what? 400 characters at most`
        : { do: verb, text: rest }
    case "open":
    case "move":
      return Directions.is(rest) ? { do: verb, direction: rest } : `"${rest}" is no direction`
    case "give":
      return rest === "" ? "give which item?" : { do: verb, item: rest }
    case "spawn":
      return rest === "" ? "spawn which mob?" : { do: verb, mob: rest }
    case "mark":
    case "unmark":
      return flagRule.test(rest)
        ? { do: verb, flag: rest }
        : `${verb} with what? One word: lower case letters, digits and -`
    case "wait":
      return /^\d{1,6}$/.test(rest)
        ? { do: verb, seconds: Number(rest) }
        : "wait how many seconds? A whole number"
    case "if":
      return condition(rest)
    default:
      return `there is no "${verb}" in scripts`
  }
}

const condition = (text: string): Step | string => {
  const [, not, test = "", what = ""] = /^(not\s+)?(\S*)\s*(.*)$/.exec(text) ?? []
  const step = { do: "if", not: not !== undefined, what, steps: 0 } as const
  if (test === "night" && what === "") return { ...step, test }
  if (test === "carries" && what !== "") return { ...step, test }
  if (test === "level" && /^\d{1,3}$/.test(what)) return { ...step, test }
  if (test === "marked" && flagRule.test(what)) return { ...step, test }
  return "if what? carries <item>, level <number>, marked <flag> or night, with or without `not`"
}
