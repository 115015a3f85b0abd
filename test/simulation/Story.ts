/** What happened in a simulated world: told line by line, counted, and what was wrong about it. */
import { Hash } from "@wr2/core"
import type { Reply, Request, Response } from "@wr2/engine/Messages"
import * as Lab from "../../packages/engine/test/Lab.ts"

/** Something that must not be. */
export interface Violation {
  /** Which check says so. */
  readonly check: string
  readonly what: string
}

export class Story {
  readonly lines: Array<string> = []
  readonly violations: Array<Violation> = []
  /** Misfortunes that came to pass, by kind. */
  readonly faults = new Map<string, number>()
  readonly counts = new Map<string, number>()
  private readonly millis: () => number

  constructor(millis: () => number) {
    this.millis = millis
  }

  tell(who: string, what: string): void {
    const millis = this.millis()
    const time = `${Math.floor(millis / 1_000)}.${String(millis % 1_000).padStart(3, "0")}`
    this.lines.push(`${time.padStart(8)}  ${who.padEnd(9)} ${what}`)
  }

  /** A misfortune comes to pass. */
  fault(kind: string, who: string, what = ""): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1)
    this.tell(who, `!! ${kind}${what && ` ${what}`}`)
  }

  count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by)
  }

  wrong(check: string, what: string): void {
    this.violations.push({ check, what })
    this.tell("WRONG", `${check}: ${what}`)
  }

  /** The same for the same turn of events. */
  get hash(): string {
    return Hash.hex(this.lines.join("\n"))
  }
}

/** A request as it is told. */
export const requested = (request: Request): string => {
  switch (request._tag) {
    case "Submit":
      return request.intents.map(({ n, text }) => `#${n} ${short(text ?? "")}`).join(", ")
    case "Deliver":
      return `message ${request.source}/${request.n}`
    case "Enter":
    case "Leave":
    case "Disconnect":
      return `${request._tag} as ${request.session}`
    default:
      return request._tag
  }
}

/** An answer as it is told. */
export const answered = (response: Response | undefined): string => {
  if (response === undefined) return "nothing"
  if (response._tag === "Inside") return `Inside at ${response.seq}, next #${response.nextN}`
  return response._tag === "Replies" ? response.replies.map(replied).join(", ") : Lab.tag(response)
}

const replied = (reply: Reply): string => {
  if (reply._tag === "Rejected") return `#${reply.n} ${Lab.tag(reply)}`
  const shown = reply.answers.map(({ payload }) => payload).join()
  return `#${reply.n} Accepted at ${reply.asOf}${shown && ` ${shown}`}`
}

const short = (text: string): string =>
  text.length > 40 ? `"${text.slice(0, 20)}..." (${text.length})` : `"${text}"`
