/**
 * Checks one instance's Actions: each accepted one is in exactly one of queue, log and dead letters,
 * under one number and one key; numbers have no gap; Events and Actions know each other; nothing
 * waits for somebody who never was. Fed in any order: log, queue, dead letters and Events; then, after
 * the Audit's rows, `finish`.
 */
import { EngineEvents } from "@wr2/core"
import type { Audit } from "./Audit.ts"
import * as DeadLetters from "./DeadLetters.ts"
import type { Definition } from "./GameDef.ts"
import type { ActionLogRecord, ActionRecord, EventRecord } from "./Records.ts"

/** Where an Action is kept. */
export type Table = "queue" | "log" | "dead"

/** What is looked at of any. */
export type Kept = Pick<ActionRecord, "no" | "key" | "type" | "commandId" | "cause"> &
  Partial<Pick<ActionLogRecord, "firstSeq">>

const named = { queue: "the queue", log: "the log", dead: "the dead letters" }

export class AuditActions {
  private readonly audit: Audit
  private readonly definition: Definition
  /** Numbers up to here may be gone with old volumes of the log. */
  gone = 0
  private readonly tables = new Map<number, Table>()
  private readonly keys = new Map<string, number>()
  /** The first Event of an Action by the log, and by the Events. */
  private readonly first = new Map<number, number>()
  private readonly made = new Map<number | null, number>()
  /** The first Event of an Action that tells of more than its death. */
  private readonly told = new Map<number | null, Pick<EventRecord, "seq" | "type">>()
  private readonly pending: Array<ActionRecord> = []
  /** Root Actions of messages that came in, by `instance:1#7`. */
  readonly came = new Map<string, number>()
  actions = 0

  constructor(audit: Audit, definition: Definition) {
    this.audit = audit
    this.definition = definition
  }

  /** An Action that is kept. */
  action(table: Table, { cause, commandId, firstSeq, key, no, type }: Kept): void {
    this.actions++
    const other = this.tables.get(no)
    const name = `Action ${no} (${type})`
    if (other !== undefined) {
      this.audit.note("actions", `${name} is in ${named[other]} and in ${named[table]}`, {
        action: no
      })
    }
    const same = this.keys.get(key)
    if (same !== undefined && same !== no) {
      const what = `${name} has the key of Action ${same}, ${key}: it is there twice`
      this.audit.note("actions", what, { action: no })
    }
    this.tables.set(no, table)
    this.keys.set(key, no)
    if (firstSeq !== undefined && firstSeq !== null && firstSeq > this.audit.since)
      this.first.set(no, firstSeq)
    if (cause === null && commandId?.startsWith("instance:") === true) this.came.set(commandId, no)
  }

  /** Whether an Action was given. */
  knows(no: number): boolean {
    return this.tables.has(no)
  }

  /** An Action that waits. */
  queued(record: ActionRecord): void {
    this.action("queue", record)
    this.pending.push(record)
  }

  /** An Event. */
  event({ actionNo, seq, type }: EventRecord): void {
    if (!this.made.has(actionNo)) this.made.set(actionNo, seq)
    if (type !== EngineEvents.ActionFailed._tag && !this.told.has(actionNo))
      this.told.set(actionNo, { seq, type })
  }

  /** The greatest number there is. */
  get lastNo(): number {
    let last = 0
    for (const no of this.tables.keys()) last = Math.max(last, no)
    return last
  }

  /**
   * Everything was given. `gone`: Actions up to this number may be gone with old volumes; `forgotten`:
   * numbers of dead letters that were let go of.
   */
  finish(gone: number, forgotten: ReadonlySet<number> = new Set()): void {
    this.gone = gone
    for (const [no, seq] of this.first) {
      const made = this.made.get(no)
      // One that died before it was done has told of that.
      if (made === seq || (made !== undefined && this.told.get(no)?.seq === seq)) continue
      const what = `Action ${no} made Event ${seq} first by the log, and by the Events ${made ?? "none"}`
      this.audit.note("actions", what, { seq, action: no })
    }
    for (const [no, seq] of this.made) {
      if (no !== null && (no <= gone || (forgotten.has(no) && !this.told.has(no)))) continue
      const table = no === null ? undefined : this.tables.get(no)
      // Of one that died and was put back the Event that told of its death is there before it is done.
      if (table === "log" || table === "dead" || (table === "queue" && !this.told.has(no))) continue
      const event = table === "queue" ? this.told.get(no)! : { seq, type: "" }
      const what = `Event ${event.seq}${event.type === "" ? "" : ` (${event.type})`} is of Action ${no}, which is not done`
      this.audit.note("actions", what, { seq: event.seq, action: no })
    }
    const numbers = [...new Set([...this.tables.keys(), ...forgotten])]
      .filter((no) => no > this.gone)
      .sort((a, b) => a - b)
    let before = this.gone
    for (const no of numbers) {
      if (no > before + 1) {
        const [from, to] = [before + 1, no - 1]
        const what = from === to ? `Action ${from} is` : `Actions ${from} to ${to} are`
        this.audit.note("actions", `${what} nowhere: neither pending, nor done, nor dead`, {
          action: from
        })
      }
      before = no
    }
    for (const record of this.pending) this.orphan(record)
  }

  private orphan({ actor, no, type }: ActionRecord): void {
    const at = { action: no }
    if (!this.definition.rules.has(type) && type !== DeadLetters.message)
      this.audit.note(
        "orphans",
        `Action ${no} waits and is a ${type}, which this game does not know`,
        at
      )
    if (actor === null || !this.definition.aggregates.has(actor.type)) return
    if (this.audit.wasHere(actor.type, actor.id)) return
    const what = `Action ${no} (${type}) waits for ${actor.type} ${actor.id}, who never was here`
    this.audit.note("orphans", what, at)
  }
}
