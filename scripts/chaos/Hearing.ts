/** What a client was entitled to hear, by the log alone, and what it did hear. */
import { EngineEvents, Plain } from "@wr2/core"
import type { Event, Game } from "@wr2/core"
import { actorOf, commandId } from "./History.ts"
import type { History, Instance, Logged, Seen } from "./History.ts"

type Began = Extract<Seen, { readonly _tag: "Began" }>
type Told = Extract<Seen, { readonly _tag: "Event" }>

/** What was told from one beginning to the next. */
interface Leg {
  readonly began: Began
  readonly told: ReadonlyArray<Told>
  /** How the next one began; undefined: it is the last. */
  readonly next: Began["why"] | undefined
}

const legs = (seen: ReadonlyArray<Seen>): ReadonlyArray<Leg> => {
  const found: Array<{ began: Began; told: Array<Told>; next: Began["why"] | undefined }> = []
  for (const each of seen) {
    const last = found[found.length - 1]
    if (each._tag === "Event") last?.told.push(each)
    else {
      if (last !== undefined) last.next = each.why
      found.push({ began: each, told: [], next: undefined })
    }
  }
  return found
}

const same = (one: ReadonlySet<string>, other: ReadonlySet<string>) =>
  one.size === other.size && [...one].every((each) => other.has(each))

/** Events that one character hears of an instance, by what Events themselves declare. */
const entitled = (game: Game.Any) => {
  const declared = new Map(
    [...game.events, ...EngineEvents.all].map((event: Event.Any) => [event._tag, event])
  )
  return (events: ReadonlyArray<Logged>, character: number, from: number) => {
    const me = actorOf(character)
    const streams = new Set<string>()
    const heard: Array<Logged> = []
    let at = new Set<string>()
    let left: number | undefined
    for (const event of events) {
      const definition = declared.get(event.type)
      const before = event.streams.some((stream) => streams.has(stream))
      for (const { join, leave, subscriber } of definition?.follows?.(event.payload) ?? []) {
        if (subscriber !== me) continue
        for (const stream of leave) streams.delete(stream)
        for (const stream of join) streams.add(stream)
      }
      if (event.seq <= from) {
        at = new Set(streams)
        continue
      }
      if (before || event.streams.some((stream) => streams.has(stream))) heard.push(event)
      const traveller = definition?.sends?.(event.payload)?.traveller
      if (traveller !== undefined && actorOf(traveller.id) === me) {
        left = event.seq
        break
      }
    }
    return { heard, at, left }
  }
}

/** Each leg holds the Events it is entitled to: all of them if it ended in order, else all up to its last. */
export const heard = (game: Game.Any) => {
  const entitlement = entitled(game)
  return (history: History, instances: ReadonlyMap<number, Instance>): ReadonlyArray<string> => {
    const wrong: Array<string> = []
    for (const { began, next, told } of legs(history.seen)) {
      const { character, name } = history
      const where = `${name} in ${began.instance} from ${began.seq}`
      const events = instances.get(began.instance)?.events ?? []
      const { at, heard, left } = entitlement(events, character, began.seq)
      if (!same(at, new Set(began.streams))) {
        wrong.push(
          `${where}: hears ${[...began.streams].join(" ")}, ought to hear ${[...at].join(" ")}`
        )
      }
      const last = told[told.length - 1]?.seq ?? 0
      const asOf = [...history.answers.values()].map((outcome) =>
        outcome._tag === "Accepted" && outcome.instance === began.instance ? outcome.asOf : 0
      )
      const upTo =
        next === "arrived"
          ? Number.POSITIVE_INFINITY
          : Math.max(last, next === undefined ? Math.max(0, ...asOf) : 0)
      if (next === "arrived" && left === undefined)
        wrong.push(`${where}: arrived elsewhere and never left`)
      const due = heard.filter(({ seq }) => seq <= upTo)
      const at0 = due.findIndex((event, i) => told[i]?.seq !== event.seq)
      const i = at0 < 0 ? due.length : at0
      if (told[i]?.seq !== due[i]?.seq) {
        wrong.push(
          `${where}: was told ${told[i]?.type ?? "nothing"} ${told[i]?.seq ?? ""} where ${due[i]?.type ?? "nothing"} ${due[i]?.seq ?? ""} is due`
        )
        continue
      }
      for (const [i, { n, payload, seq, type }] of told.entries()) {
        const event = due[i]!
        const mine = n === null || event.commandId === commandId(character, n)
        if (
          event.type === type &&
          mine &&
          Plain.canonical(event.payload) === Plain.canonical(JSON.parse(payload))
        )
          continue
        wrong.push(`${where}: was told Event ${seq} otherwise than it is logged`)
      }
    }
    return wrong
  }
}

/** An Event of an own, acknowledged Command that the client was not told. */
interface Untold {
  readonly what: string
  /** It lies before a snapshot with which the client began later, here or, lost on a journey, elsewhere. */
  readonly inSnapshot: boolean
}

/** Without any fold: whatever an acknowledged Command did, its own client was told. */
const untold = (history: History, instances: ReadonlyArray<Instance>): ReadonlyArray<Untold> => {
  const { answers, character, name, seen } = history
  const told = new Set<string>()
  const begins: Array<Began> = []
  const ended = legs(seen).filter(({ next }) => next === "resync")
  let here = 0
  for (const each of seen) {
    if (each._tag === "Began") begins.push(each)
    if (each._tag === "Began") here = each.instance
    else told.add(`${here}/${each.seq}`)
  }
  const found: Array<Untold> = []
  const me = actorOf(character)
  for (const { events, id, log } of instances) {
    // What follows later may happen where the actor no longer is.
    const roots = new Set(log.filter(({ cause }) => cause === null).map(({ no }) => no))
    for (const { actionNo, commandId, seq, streams, type } of events) {
      const [actor, n] = (commandId ?? "").split("#")
      if (actor !== me || streams.length === 0 || !roots.has(actionNo ?? 0)) continue
      if (told.has(`${id}/${seq}`)) continue
      const answer = answers.get(Number(n))
      if (answer?._tag !== "Accepted" || answer.instance !== id || seq > answer.asOf) continue
      found.push({
        what: `${name}#${n}: its own ${type} ${seq} of ${id} was not told`,
        inSnapshot:
          begins.some((began, i) => i > 0 && began.instance === id && seq <= began.seq) ||
          ended.some(
            ({ began, told }) =>
              began.instance === id && seq > Math.max(began.seq, told[told.length - 1]?.seq ?? 0)
          )
      })
    }
  }
  return found
}

/** What an acknowledged Command did and its client neither was told nor found in a snapshot. */
export const own = (history: History, instances: ReadonlyArray<Instance>): ReadonlyArray<string> =>
  untold(history, instances)
    .filter(({ inSnapshot }) => !inSnapshot)
    .map(({ what }) => what)

/** Own Events that clients saw no more than the outcome of, in a snapshot: after a break on a journey. */
export const onlyInSnapshots = (
  histories: ReadonlyArray<History>,
  instances: ReadonlyArray<Instance>
): number =>
  histories.reduce(
    (count, history) =>
      count + untold(history, instances).filter(({ inSnapshot }) => inSnapshot).length,
    0
  )
