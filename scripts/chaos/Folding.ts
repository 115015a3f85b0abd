/**
 * The judge's own fold: what Events declare to change (`evolve`), done to plain maps. It shares no
 * line with the engine's, so that a bug in that one cannot hide itself.
 */
import { EngineEvents } from "@wr2/core"
import type { Aggregate, Event, Game } from "@wr2/core"
import type { Instance, Logged, Row } from "./History.ts"

/** An aggregate's row and what is kept beside it, by `Character 7`. */
type Rows = Map<string, { readonly row: unknown; readonly runtime: unknown }>

const nameOf = (aggregate: string, id: number): string => `${aggregate} ${id}`

/** JSON with sorted keys: what is equal gives equal text. */
export const canonical = (value: unknown): string => {
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null"
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  const fields = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${fields.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join()}}`
}

/** A game's declarations of Events, the engine's included, by tag. */
export const declared = (game: Game.Any): ReadonlyMap<string, Event.Any> =>
  new Map([...game.events, ...EngineEvents.all].map((event: Event.Any) => [event._tag, event]))

const taken = (rows: ReadonlyArray<Row>): Rows =>
  new Map(
    rows.map(({ aggregate, row, runtime }) => [
      nameOf(aggregate, row.id),
      { row, runtime: runtime ?? null }
    ])
  )

const change = (rows: Rows, change: Aggregate.Change): void => {
  const name = nameOf(change.aggregate._tag, change.id)
  const before = rows.get(name)
  if (change.op === "insert") {
    if (before !== undefined) throw new Error(`${name} is there already`)
    rows.set(name, { row: change.row, runtime: null })
    return
  }
  if (before === undefined) throw new Error(`${name} is not there`)
  const kept = (): unknown => {
    if (before.runtime === null) throw new Error(`nothing is kept beside ${name}`)
    return before.runtime
  }
  if (change.op === "update") rows.set(name, { ...before, row: change.f(before.row) })
  else if (change.op === "remove") rows.delete(name)
  else if (change.op === "runtimeSet") rows.set(name, { ...before, runtime: change.data })
  else if (change.op === "runtimeUpdate") rows.set(name, { ...before, runtime: change.f(kept()) })
  else if (kept() !== null) rows.set(name, { ...before, runtime: null })
}

/** What was built anew is in its Event. */
interface Rebuilt {
  readonly aggregate: string
  readonly id: number
  readonly data: unknown
}

/** The rows after these Events. Throws where one does not fit what was before it. */
const fold = (game: Game.Any, birth: ReadonlyArray<Row>, events: ReadonlyArray<Logged>): Rows => {
  const rows = taken(birth)
  const definitions = declared(game)
  for (const { payload, seq, type } of events) {
    const definition = definitions.get(type)
    if (definition === undefined) throw new Error(`Event ${seq}: there is no ${type}`)
    try {
      if (type === EngineEvents.RuntimeRebuilt._tag) {
        const { aggregate, data, id } = payload as unknown as Rebuilt
        const name = nameOf(aggregate, id)
        const before = rows.get(name)
        if (before === undefined) throw new Error(`${name} is not there`)
        rows.set(name, { ...before, runtime: data })
      }
      for (const each of definition.evolve(payload)) change(rows, each)
    } catch (error) {
      throw new Error(`Event ${seq} (${type}): ${String(error)}`, { cause: error })
    }
  }
  return rows
}

const lines = (rows: Rows): ReadonlyArray<string> =>
  [...rows].map(([name, { row, runtime }]) => `${name}: ${canonical({ row, runtime })}`)

/** How much is told of an instance whose rows are wrong. */
const toldMax = 6

/** What is wrong with an instance's rows, if they are not what its Events made of its birth. */
export const misfolded = (game: Game.Any, instance: Instance): ReadonlyArray<string> => {
  const { birth, events, id, rows } = instance
  let now: ReadonlyArray<string>
  try {
    now = lines(fold(game, birth, events))
  } catch (error) {
    return [`${id}: its Events do not fold: ${String(error)}`]
  }
  const due = new Set(now)
  const there = new Set(lines(taken(rows)))
  return [
    ...[...there]
      .filter((line) => !due.has(line))
      .map((line) => `${id}: a row no Event made: ${line}`),
    ...now.filter((line) => !there.has(line)).map((line) => `${id}: a row is missing: ${line}`)
  ].slice(0, toldMax)
}
