/** In which order Commands took effect: of one actor over its whole life, through all instances it was in. */
import type { Event, Game } from "@wr2/core"
import { declared } from "./Folding.ts"
import { actorOf, rootsOf } from "./History.ts"
import type { Acted, Instance, Rule } from "./History.ts"

interface Effect {
  readonly row: Acted
  readonly instance: number
  readonly n: number
}

/** An actor's time in an instance: from the Event that brought it to the one that took it away. */
interface Stay {
  readonly instance: number
  readonly from: number
  readonly to: number
  /** The message that it came by; null: it came to be there. */
  readonly by: string | null
}

/** Each actor's Commands that took effect, with where. */
const effects = (
  instances: ReadonlyArray<Instance>
): ReadonlyMap<string, ReadonlyArray<Effect>> => {
  const found = new Map<string, Array<Effect>>()
  for (const { id, log } of instances) {
    for (const row of rootsOf(log)) {
      const [actor = "", n] = row.commandId!.split("#")
      const some = found.get(actor) ?? []
      some.push({ row, instance: id, n: Number(n) })
      found.set(actor, some)
    }
  }
  return found
}

/** One actor's Commands in one instance: by their Events and by their acceptance numbers. */
const within = (actor: string, all: ReadonlyArray<Effect>): ReadonlyArray<string> => {
  const told = all.filter(({ row }) => row.firstSeq !== null)
  const orders = [
    told.sort((a, b) => a.row.firstSeq! - b.row.firstSeq! || a.row.no - b.row.no),
    [...all].sort((a, b) => a.row.no - b.row.no)
  ]
  return orders.flatMap((order) =>
    order.flatMap(({ instance, n, row }, i) => {
      const before = order[i - 1]
      return before !== undefined && (before.n > n || before.row.no > row.no)
        ? [`${instance}: ${row.commandId} (${row.type}) took effect after ${actor}#${before.n}`]
        : []
    })
  )
}

/** Where an actor was, in this order, by the Events that insert and remove its row; and what does not follow. */
const life = (
  events: ReadonlyMap<string, Event.Any>,
  instances: ReadonlyArray<Instance>,
  actor: string
) => {
  const stays: Array<Stay> = []
  const sent = new Map<Stay, string>()
  for (const instance of instances) {
    let since: { readonly from: number; readonly by: string | null } | undefined
    const { birth } = instance
    // A row's actor is called as its aggregate is: `Character` 7 is `character:7`.
    if (birth.some(({ aggregate, row }) => `${aggregate}:${row.id}`.toLowerCase() === actor))
      since = { from: 0, by: null }
    for (const { commandId, payload, seq, type } of instance.events) {
      for (const { aggregate, id, op } of events.get(type)?.evolve(payload) ?? []) {
        if (aggregate.stream(id) !== actor) continue
        const came = commandId?.startsWith("instance:") === true ? commandId : null
        if (op === "insert") since = { from: seq, by: came }
        if (op !== "remove" || since === undefined) continue
        const stay = { ...since, instance: instance.id, to: seq }
        stays.push(stay)
        sent.set(stay, `instance:${instance.id}#${seq}`)
        since = undefined
      }
    }
    if (since !== undefined) stays.push({ ...since, instance: instance.id, to: Infinity })
  }
  const found: Array<Stay> = []
  for (
    let next = stays.find(({ by }) => by === null);
    next !== undefined && !found.includes(next);
  ) {
    found.push(next)
    const message = sent.get(next)
    next = stays.find(({ by }) => message !== undefined && by === message)
  }
  return found
}

/** One actor's Commands from stay to stay. */
const over = (
  actor: string,
  stays: ReadonlyArray<Stay>,
  all: ReadonlyArray<Effect>
): ReadonlyArray<string> => {
  const placed = all
    .filter(({ row }) => row.firstSeq !== null)
    .map((effect) => {
      const { instance, row } = effect
      const at = stays.findIndex(
        (stay) =>
          stay.instance === instance && stay.from < row.firstSeq! && row.firstSeq! <= stay.to
      )
      return { ...effect, at }
    })
    .sort((a, b) => a.at - b.at || a.row.firstSeq! - b.row.firstSeq!)
  return placed.flatMap(({ at, instance, n, row }, i) => {
    const what = `${instance}: ${row.commandId} (${row.type})`
    if (at < 0) return [`${what} took effect where ${actor} was not`]
    const before = placed[i - 1]
    return before !== undefined && before.at >= 0 && before.at !== at && before.n > n
      ? [`${what} took effect after ${actor}#${before.n}, in ${before.instance}`]
      : []
  })
}

/** One actor's Commands take effect in the order of n, wherever it goes. */
export const inOrder = (game: Game.Any): Rule => {
  const events = declared(game)
  return ({ histories, instances }) => {
    const players = new Set(histories.map(({ character }) => actorOf(character)))
    return [...effects(instances)].flatMap(([actor, all]) => [
      ...instances.flatMap(({ id }) =>
        within(
          actor,
          all.filter(({ instance }) => instance === id)
        )
      ),
      ...(players.has(actor) ? over(actor, life(events, instances, actor), all) : [])
    ])
  }
}
