/** What a client was entitled to hear, by the log alone, and what it did hear. */
import type { Game } from "@wr2/core"
import { canonical, declared } from "./Folding.ts"
import { actorOf, commandId } from "./History.ts"
import type { History, Instance, Logged, Seen } from "./History.ts"

type Told = Extract<Seen, { readonly _tag: "Event" }>
type State = Extract<Seen, { readonly _tag: "State" }>
type Opened = Extract<Seen, { readonly _tag: "Began" | "Arrived" }>

/** What was told from one beginning, or arrival, to the next. */
interface Leg {
  readonly began: Opened
  readonly told: ReadonlyArray<Told>
  /** States that were shown, and after how many of what was told. */
  readonly states: ReadonlyArray<readonly [State, number]>
  /** How the next one began; undefined: it is the last. */
  readonly next: Opened | undefined
}

const legs = (seen: ReadonlyArray<Seen>): ReadonlyArray<Leg> => {
  const found: Array<{
    began: Opened
    told: Array<Told>
    states: Array<readonly [State, number]>
    next: Opened | undefined
  }> = []
  for (const each of seen) {
    const last = found[found.length - 1]
    if (each._tag === "Event") last?.told.push(each)
    else if (each._tag === "State") last?.states.push([each, last.told.length])
    else {
      if (last !== undefined) last.next = each
      found.push({ began: each, told: [], states: [], next: undefined })
    }
  }
  return found
}

const same = (one: ReadonlySet<string>, other: ReadonlySet<string>) =>
  one.size === other.size && [...one].every((each) => other.has(each))

/** Events that one character hears of an instance, by what Events themselves declare. */
const entitled = (game: Game.Any) => {
  const definitions = declared(game)
  return (events: ReadonlyArray<Logged>, character: number, began: Opened) => {
    const me = actorOf(character)
    const arrived = began._tag === "Arrived"
    // Who arrives has heard nothing there since it left; but for what is its own.
    const streams = new Set<string>(arrived ? [me] : [])
    const heard: Array<Logged> = []
    let at = new Set<string>(streams)
    let left: number | undefined
    for (const event of events) {
      if (arrived && event.seq <= began.seq) continue
      const definition = definitions.get(event.type)
      const before = event.streams.some((stream) => streams.has(stream))
      for (const { join, leave, subscriber } of definition?.follows?.(event.payload) ?? []) {
        if (subscriber !== me) continue
        for (const stream of leave) streams.delete(stream)
        for (const stream of join) streams.add(stream)
      }
      if (event.seq <= began.seq) {
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

/** Events that a gateway must read again before it may say that a client is too far behind: as promised. */
const resumeMax = 50_000

/** Whether there was so much after this leg that its client was rightly told to begin anew. */
const tooFar = ({ began, next, told }: Leg, events: ReadonlyArray<Logged>): boolean => {
  const last = told[told.length - 1]?.seq ?? began.seq
  return (
    next?._tag === "Began" &&
    next.because === "behind" &&
    events.filter(({ seq }) => seq > last).length > resumeMax
  )
}

/** What a leg is told: all of it if it ended in order, else all up to its last. */
const mustHear = (
  { began, next, told }: Leg,
  { answers }: History,
  heard: ReadonlyArray<Logged>
): ReadonlyArray<Logged> => {
  if (next?._tag === "Arrived") return heard
  const last = told[told.length - 1]?.seq ?? 0
  const asOf = [...answers.values()].map((outcome) =>
    outcome._tag === "Accepted" && outcome.instance === began.instance ? outcome.asOf : 0
  )
  const upTo = Math.max(last, next === undefined ? Math.max(0, ...asOf) : 0)
  return heard.filter(({ seq }) => seq <= upTo)
}

/** Each leg holds the Events it is entitled to, and the next goes on where it ended. */
export const heard = (game: Game.Any) => {
  const entitlement = entitled(game)
  return (history: History, instances: ReadonlyMap<number, Instance>): ReadonlyArray<string> => {
    const wrong: Array<string> = []
    const { character, name } = history
    for (const leg of legs(history.seen)) {
      const { began, next, states, told } = leg
      const where = `${name} in ${began.instance} from ${began.seq}`
      const events = instances.get(began.instance)?.events ?? []
      const { at, heard, left } = entitlement(events, character, began)
      if (!same(at, new Set(began.streams))) {
        wrong.push(
          `${where}: hears ${[...began.streams].join(" ")}, ought to hear ${[...at].join(" ")}`
        )
      }
      if (next?._tag === "Began" && !tooFar(leg, events))
        wrong.push(`${where}: had to begin anew, and need not have (${next.because ?? "entered"})`)
      if (next?._tag === "Arrived") {
        const there = instances.get(next.instance)?.events ?? []
        const message = `instance:${began.instance}#${left}`
        const first = there.find(({ commandId }) => commandId === message)?.seq
        if (left === undefined) wrong.push(`${where}: arrived elsewhere and never left`)
        else if (first !== next.seq + 1)
          wrong.push(`${where}: goes on in ${next.instance} after ${next.seq}, arrived by ${first}`)
      }
      for (const [{ instance, seq, why }, after] of states) {
        if (why === "entered") wrong.push(`${where}: its session had ended`)
        const inOrder = told.every((one, i) => one.seq <= seq === i < after)
        if (instance !== began.instance || !inOrder)
          wrong.push(`${where}: was shown ${instance} as of ${seq} after ${after} of its Events`)
      }
      const due = mustHear(leg, history, heard)
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
          canonical(event.payload) === canonical(JSON.parse(payload))
        )
          continue
        wrong.push(`${where}: was told Event ${seq} otherwise than it is logged`)
      }
    }
    return wrong
  }
}

/** Without any fold: whatever an acknowledged Command did, its own client was told. */
export const own = (
  history: History,
  instances: ReadonlyArray<Instance>
): ReadonlyArray<string> => {
  const { answers, character, name, seen } = history
  const told = new Set<string>()
  /** What lies before a state that it rightly began anew with. */
  const passed = new Map<number, number>()
  for (const leg of legs(seen)) {
    const { began, next } = leg
    for (const { seq } of leg.told) told.add(`${began.instance}/${seq}`)
    const events = instances.find(({ id }) => id === began.instance)?.events ?? []
    if (next !== undefined && tooFar(leg, events)) passed.set(next.instance, next.seq)
  }
  const found: Array<string> = []
  const me = actorOf(character)
  for (const { events, id, log } of instances) {
    // What follows later may happen where the actor no longer is.
    const roots = new Set(log.filter(({ cause }) => cause === null).map(({ no }) => no))
    for (const { actionNo, commandId, seq, streams, type } of events) {
      const [actor, n] = (commandId ?? "").split("#")
      if (actor !== me || streams.length === 0 || !roots.has(actionNo ?? 0)) continue
      if (told.has(`${id}/${seq}`) || seq <= (passed.get(id) ?? 0)) continue
      const answer = answers.get(Number(n))
      if (answer?._tag !== "Accepted" || answer.instance !== id || seq > answer.asOf) continue
      found.push(`${name}#${n}: its own ${type} ${seq} of ${id} was not told`)
    }
  }
  return found
}
