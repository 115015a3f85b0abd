/** One Action of the log, or a dead letter, with the rows it met: found by following history up to it. */
import type * as GameDef from "@wr2/engine/GameDef"
import type { StoreError } from "@wr2/engine/InstanceStore"
import { NoInstance } from "@wr2/engine/InstanceStore"
import type { Limits } from "@wr2/engine/Limits"
import type { ActionLogRecord, ActionRecord, EventRecord, Ran } from "@wr2/engine/Records"
import { incomparable, Replay } from "@wr2/engine/Replay"
import { reproduce as again } from "@wr2/engine/Reproduce"
import type { Reproduced } from "@wr2/engine/Reproduce"
import { Effect, Schema } from "effect"
import type { Database } from "./Database.ts"
import * as Lanes from "./Lanes.ts"
import * as Events from "./queries/appendEvents.ts"
import * as History from "./queries/history.ts"
import { begin, load, NoHistory } from "./Reading.ts"
import type { Read } from "./Reading.ts"

/** There is no such Action, or it cannot be run again; the message says which. */
export class NoAction extends Schema.TaggedError<NoAction>()("NoAction", {
  message: Schema.String
}) {}

/** Which Action, and with what. */
export interface Options {
  readonly instance: number
  /** Its number, or the reference of a dead letter. */
  readonly id: string
  readonly definition: GameDef.Definition
  readonly definitionOf: (
    contentHash: string
  ) => Effect.Effect<GameDef.Definition | undefined, StoreError>
  readonly limits: Limits
  readonly guard: <A>(thunk: () => A) => A
}

/** An Action with what it met and what came of it, then and now. */
export interface Recorded {
  readonly instance: number
  readonly action: ActionRecord & Ran
  /** The game with the content that it was decided on. */
  readonly definition: GameDef.Definition
  /** What it came to. */
  readonly was:
    | { readonly _tag: "Done"; readonly events: ReadonlyArray<EventRecord> }
    | { readonly _tag: "Refused"; readonly reason: unknown }
    | { readonly _tag: "Dead"; readonly reference: string; readonly error: string }
  /** The seq of the last Event before it. */
  readonly asOf: number
  readonly again: Reproduced
}

/** Events read at once. */
const page = 1_000

/**
 * Which Action is meant: by its number in an instance, by `instance/number`, or by what one dead letter
 * alone has: its reference, also when it was put back since. A number alone will do where no other
 * instance has it.
 */
export const find = Effect.fn("wr2.find")(function* (
  { control }: Database["Service"],
  instance: number | undefined,
  id: string
): Effect.fn.Return<{ readonly instance: number; readonly no: string }, NoAction | StoreError> {
  const [, of, number] = /^(\d+)\/(\d+)$/.exec(id) ?? []
  if (instance !== undefined && (of === undefined || Number(of) === instance))
    return { instance, no: number ?? id }
  if (instance !== undefined)
    return yield* new NoAction({ message: `${id} is not of instance ${instance}` })
  if (of !== undefined) return { instance: Number(of), no: number! }
  const referred = yield* Lanes.one(control, History.referred(id))
  const found =
    referred.length > 0 || numberOf(id) === null
      ? referred
      : yield* Lanes.one(control, History.numbered(numberOf(id)!))
  const [one, ...others] = found
  if (one === undefined) {
    const what = numberOf(id) === null ? "dead letter was ever called" : "instance has an Action"
    const where = numberOf(id) === null ? " (wr2 dead ls lists them)" : ", neither done nor dead"
    return yield* new NoAction({ message: `no ${what} ${id}${where}` })
  }
  if (others.length > 0) {
    const instances = found.map(([each]) => each as number)
    const told = `${instances.slice(0, 8).join(", ")}${instances.length > 8 ? " ..." : ""}`
    return yield* new NoAction({
      message: `there is an Action ${id} in instances ${told}: which? As in --action ${instances[0]}/${id}`
    })
  }
  return { instance: one[0], no: String(one[1]) }
})

const numberOf = (id: string): number | null =>
  /^\d+$/.test(id) && Number.isSafeInteger(Number(id)) ? Number(id) : null

const kept = Effect.fnUntraced(function* (read: Read, { id, instance }: Options) {
  const no = numberOf(id)
  const [logged] = no === null ? [] : yield* read(History.logged(instance, [no]))
  if (logged !== undefined) return { logged: History.toLogged(logged), letter: undefined }
  const [letter] = yield* read(History.letter(instance, no, id))
  if (letter !== undefined) return { logged: undefined, letter: History.toLetter(letter) }
  const [head] = yield* read(Events.head(instance))
  if (head === undefined) return yield* new NoInstance({ instance })
  return yield* new NoAction({
    message: `instance ${instance} has no Action ${id}, neither done nor dead (it may still be pending)`
  })
})

/** Where it ran: kept since as_of is, else its first Event tells, else its time, nearly. */
const placeOf = Effect.fnUntraced(function* (
  read: Read,
  instance: number,
  action: ActionRecord & Ran,
  firstSeq: number | null
) {
  if (action.asOf !== null) return action.asOf
  if (firstSeq !== null) return firstSeq - 1
  const [row] = yield* read(History.ranAt(instance, action.no, action.now))
  const [told, before] = row!
  return told === null ? (before as number) : (told as number) - 1
})

/** The Events that a logged Action came to. */
const eventsOf = Effect.fnUntraced(function* (
  read: Read,
  instance: number,
  action: ActionLogRecord
) {
  const events: Array<EventRecord> = []
  if (action.firstSeq === null) return events
  while (true) {
    const after = events.at(-1)?.seq ?? action.firstSeq - 1
    const found = (yield* read(Events.read(instance, after, page))).map(Events.toEvent)
    const own = found.filter(({ actionNo }) => actionNo === action.no)
    const until = found.findIndex(({ actionNo }) => actionNo !== action.no)
    events.push(...(until < 0 ? own : found.slice(0, until)))
    if (until >= 0 || found.length < page) return events
  }
})

/** Runs one recorded Action again. */
export const reproduce = Effect.fn("wr2.reproduce")(function* (
  { control }: Database["Service"],
  options: Options
): Effect.fn.Return<Recorded, NoInstance | NoAction | NoHistory | StoreError> {
  const { definition: build, instance, limits } = options
  const read: Read = (statement) => Lanes.one(control, statement)
  const { letter, logged } = yield* kept(read, options)
  const action = logged ?? letter!
  const definition =
    action.contentHash === build.game.content.hash
      ? build
      : yield* options.definitionOf(action.contentHash)
  const why = incomparable(definition, action)
  if (why !== undefined)
    return yield* new NoAction({
      message: `Action ${action.no} cannot be run again: it was ${why}`
    })
  const asOf = yield* placeOf(read, instance, action, logged?.firstSeq ?? null)
  const start = yield* begin(read, instance, asOf + 1)
  const projection = yield* load(read, build, instance, start.seq)
  const world = { instance, limits, projection }
  const replay = new Replay(world, start.seq)
  while (replay.seq < asOf) {
    const size = Math.min(page, asOf - replay.seq)
    const found = (yield* read(Events.read(instance, replay.seq, size))).map(Events.toEvent)
    const next = found[0]?.seq
    if (next !== replay.seq + 1)
      return yield* new NoHistory({ message: `Event ${replay.seq + 1} is missing from the log` })
    const stopped = replay.take(build, found)
    if (stopped !== undefined) return yield* new NoHistory({ message: stopped })
  }
  const events = logged === undefined ? [] : yield* eventsOf(read, instance, logged)
  // Memory that it rebuilt is given, as when a whole history is run again.
  const own = events.findIndex(({ type }) => type !== "RuntimeRebuilt")
  const rebuilt = own < 0 ? events : events.slice(0, own)
  const stopped = replay.take(build, rebuilt)
  if (stopped !== undefined) return yield* new NoHistory({ message: stopped })
  const ran = yield* Effect.try({
    try: () => options.guard(() => again(world, definition!, action, replay.seq)),
    catch: (error) =>
      new NoAction({
        message: `Action ${action.no} (${action.type}) does not end now: ${String(error)}`
      })
  })
  return {
    instance,
    action,
    definition: definition!,
    was:
      letter !== undefined
        ? { _tag: "Dead", reference: letter.reference, error: letter.error }
        : logged!.outcome === "refused"
          ? { _tag: "Refused", reason: logged!.reason }
          : { _tag: "Done", events: events.slice(rebuilt.length) },
    asOf: replay.seq,
    again: ran
  }
})
