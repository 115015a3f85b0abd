/**
 * The judge: what must hold whatever was killed, frozen or cut. Pure functions of what clients
 * remember and what the tables say. Nothing of the product is used but a game's declarations, the
 * fold of Events over rows, and what Events make of gold and items.
 */
import type { Game, Projection } from "@wr2/core"
import * as Fold from "@wr2/testkit/Fold"
import { Conservation } from "@wr2/world"
import type { WorldEvent } from "@wr2/world"
import { actorOf, commandId } from "./History.ts"
import type { Acted, Evidence, History, Instance, Outcome, Rule, Violation } from "./History.ts"
import { heard, own } from "./Hearing.ts"

/** Verbs that only look: their Commands are answered and leave no row. */
const reading = new Set(["look", "l", "score", "inventory", "i", "who", "help"])
/** Reasons that do not say what became of the Command: it is to be sent again. */
const open = new Set([
  "Unavailable",
  "Overloaded",
  "Moved",
  "Travelling",
  "OutOfOrder",
  "TakenOver",
  "Closed"
])

const lostSight = (outcome: Outcome | undefined): boolean =>
  outcome?._tag === "Rejected" && outcome.reason === "AlreadyAnswered"

const verb = (text: string): string => text.trim().split(/\s+/)[0] ?? ""
const rootsOf = (rows: ReadonlyArray<Acted>) =>
  rows.filter(({ cause, commandId }) => cause === null && commandId !== null)
const counted = <A>(all: Iterable<A>): ReadonlyMap<A, number> => {
  const counts = new Map<A, number>()
  for (const each of all) counts.set(each, (counts.get(each) ?? 0) + 1)
  return counts
}
const twice = <A>(all: Iterable<A>): ReadonlyArray<A> =>
  [...counted(all)].filter(([, count]) => count > 1).map(([each]) => each)

/** Everything that an accepted Command may have become, by its id. */
const traces = ({ instances }: Evidence) => {
  const found = new Map<string, Array<Acted & { readonly instance: number }>>()
  for (const { dead, id, log, queue } of instances) {
    for (const row of rootsOf([...log, ...dead, ...queue])) {
      // A consumer numbers its Commands by what it has read: in each instance anew.
      const own = row.commandId!.startsWith("consumer:")
      const key = own ? `${id}/${row.commandId}` : row.commandId!
      const some = found.get(key) ?? []
      some.push({ ...row, instance: id })
      found.set(key, some)
    }
  }
  return found
}

/** Every Command has an answer, which is not that its answer was lost; and each n was one Command. */
export const answered: Rule = ({ histories }) =>
  histories.flatMap(({ answers, name, sent }) =>
    [...sent].flatMap(([n, texts]) => [
      ...(answers.has(n) ? [] : [`${name}#${n} "${texts[0]}" has no answer`]),
      ...(lostSight(answers.get(n)) ? [`${name}#${n} "${texts[0]}": its answer is lost`] : []),
      ...(new Set(texts).size === 1 ? [] : [`${name}#${n} was sent as ${texts.join(" | ")}`])
    ])
  )

/** What was accepted took effect once, and as it was said; what was rejected did not; nothing else did. */
export const once: Rule = (evidence) => {
  const found = traces(evidence)
  const wrong: Array<string> = []
  const actors = new Map(evidence.histories.map((history) => [actorOf(history.character), history]))
  for (const [id, rows] of found) {
    for (const key of twice(rows.map(({ key }) => key)))
      wrong.push(`${id} took effect twice: ${key}`)
    const places = new Set(rows.map(({ instance }) => instance))
    if (places.size > 1) wrong.push(`${id} took effect in instances ${[...places].join(", ")}`)
    const [actor = "", n] = id.split("#")
    const history = actors.get(actor)
    if (history !== undefined && !history.sent.has(Number(n))) wrong.push(`${id} was never sent`)
  }
  const last = new Map(
    evidence.instances.map(({ events, id }) => [id, events[events.length - 1]?.seq ?? 0])
  )
  for (const { answers, character, name, sent } of evidence.histories) {
    for (const [n, outcome] of answers) {
      const text = sent.get(n)?.[0]
      const rows = found.get(commandId(character, n)) ?? []
      const what = `${name}#${n} "${text}"`
      if (text === undefined) {
        const unsaid = outcome._tag === "Rejected" && outcome.reason === "Closed"
        if (!unsaid) wrong.push(`${what} was answered and never sent`)
      } else if (outcome._tag === "Rejected") {
        if (!open.has(outcome.reason) && rows.length > 0) {
          wrong.push(`${what} was rejected (${outcome.reason}) and took effect: ${rows[0]!.type}`)
        }
      } else if (reading.has(verb(text))) {
        if (rows.length > 0) wrong.push(`${what} only looks and took effect: ${rows[0]!.type}`)
      } else if (rows.length === 0) wrong.push(`${what} was accepted and lost`)
      else if (rows[0]!.instance !== outcome.instance) {
        wrong.push(
          `${what} was accepted by ${outcome.instance}, took effect in ${rows[0]!.instance}`
        )
      }
      if (outcome._tag === "Accepted" && outcome.asOf > (last.get(outcome.instance) ?? 0)) {
        wrong.push(`${what} is complete as of ${outcome.asOf}, which ${outcome.instance} has not`)
      }
      if (verb(text ?? "") !== "say" || rows.length === 0) continue
      const said = (rows[0]!.payload as { readonly text?: string }).text
      if (rows.length !== 1 || `say ${said}` !== text) wrong.push(`${what} became "say ${said}"`)
    }
  }
  return wrong
}

/** One actor's Commands take effect in the order of n. */
export const inOrder: Rule = ({ instances }) =>
  instances.flatMap(({ id, log }) => {
    const wrong: Array<string> = []
    const last = new Map<string, { readonly n: number; readonly no: number }>()
    const rows = rootsOf(log).filter(({ firstSeq }) => firstSeq !== null)
    for (const row of rows.sort((a, b) => a.firstSeq! - b.firstSeq! || a.no - b.no)) {
      const [actor = "", n] = row.commandId!.split("#")
      const before = last.get(actor)
      if (before !== undefined && (before.n > Number(n) || before.no > row.no)) {
        wrong.push(`${id}: ${row.commandId} (${row.type}) took effect after ${actor}#${before.n}`)
      }
      last.set(actor, { n: Number(n), no: row.no })
    }
    return wrong
  })

/** Seqs are 1, 2, 3 ...; every Event is of an Action that is done, and no Action was done twice. */
export const numbered: Rule = ({ instances }) =>
  instances.flatMap(({ dead, events, id, log, queue }) => {
    const seqs = events.map(({ seq }) => seq).sort((a, b) => a - b)
    const at = seqs.findIndex((seq, i) => seq !== i + 1)
    const done = new Set([...log, ...dead].map(({ no }) => no))
    const orphan = events.find(({ actionNo }) => actionNo !== null && !done.has(actionNo))
    const made = new Map(events.map(({ actionNo, seq }) => [seq, actionNo]))
    const bare = log.find(({ firstSeq, no }) => firstSeq !== null && made.get(firstSeq) !== no)
    return [
      ...(at < 0 ? [] : [`${id}: seq ${seqs[at]} where ${at + 1} is due`]),
      ...(orphan === undefined
        ? []
        : [`${id}: Event ${orphan.seq} is of Action ${orphan.actionNo}, which is not done`]),
      ...(bare === undefined ? [] : [`${id}: Action ${bare.no} has no Event ${bare.firstSeq}`]),
      ...twice([...log, ...dead, ...queue].map(({ no }) => no)).map(
        (no) => `${id}: Action ${no} is in two tables`
      ),
      ...twice([...log, ...dead, ...queue].map(({ key }) => key)).map(
        (key) => `${id}: ${key} is there twice`
      )
    ]
  })

/** Nothing failed for good, and nothing that is due waits. */
export const settled: Rule = ({ instances }) =>
  instances.flatMap(({ dead, id, outbox, queue }) => [
    ...dead.map(({ error, type }) => `${id}: dead letter ${type}: ${error.slice(0, 200)}`),
    ...rootsOf(queue)
      .filter(({ due }) => due)
      .map(({ commandId, type }) => `${id}: ${commandId} (${type}) is due and waits`),
    ...outbox.map(({ n, target }) => `${id}: message ${n} to ${target} is not delivered`)
  ])

/** Every client saw the Events that it was entitled to, each once, in order, and as they are logged. */
export const perceived = (game: Game.Any): Rule => {
  const hear = heard(game)
  return ({ histories, instances }) => {
    const byId = new Map(instances.map((instance) => [instance.id, instance]))
    return histories.flatMap((history) => [...hear(history, byId), ...own(history, instances)])
  }
}

const sum = (all: ReadonlyArray<Conservation.Holdings>): Conservation.Holdings => ({
  gold: all.reduce((total, { gold }) => total + gold, 0),
  items: all.reduce((total, { items }) => total + items, 0)
})

interface Parcel {
  readonly character: { readonly id: number; readonly gold: number }
  readonly items: ReadonlyArray<{ readonly id: number; readonly gold: number }>
}
/** What is in messages that their target has not taken in. */
const inTransit = (instances: ReadonlyArray<Instance>): ReadonlyArray<Parcel> =>
  instances.flatMap(({ id, outbox }) =>
    outbox
      .filter(({ n, target }) => {
        const there = instances.find((instance) => instance.id === target)
        return n > (there?.cursors.get(`instance:${id}`) ?? 0)
      })
      .map(({ command }) => command as Partial<Parcel>)
      // Not every message carries somebody.
      .filter((command): command is Parcel => command.items !== undefined)
  )

const travels = new Set(["CharacterSent", "CharacterReceived"])

/** Gold and items are what Events say was made, over all instances and all that is under way. */
export const conserved =
  (game: Game.Any): Rule =>
  ({ instances }) => {
    const held = (rows: Instance["rows"]) =>
      Conservation.held(Fold.ofSnapshot(game, rows) as Projection)
    const there = sum([
      ...instances.map(({ rows }) => held(rows)),
      ...inTransit(instances).map(({ character, items }) => ({
        gold: items.reduce((gold, item) => gold + item.gold, character.gold),
        items: items.length
      }))
    ])
    const due = sum(
      instances.flatMap(({ birth, events }) => [
        held(birth),
        ...events
          .filter(({ type }) => !travels.has(type))
          .map(({ payload }) => Conservation.made(payload as WorldEvent))
      ])
    )
    return (["gold", "items"] as const)
      .filter((what) => there[what] !== due[what])
      .map((what) => `there are ${there[what]} ${what}, and ought to be ${due[what]}`)
  }

/** Every character and every item is in one place, which exists; every message arrived once. */
export const placed: Rule = ({ characters, instances }) => {
  const wrong: Array<string> = []
  const people: Array<number> = []
  const things: Array<number> = []
  for (const { character, items } of inTransit(instances)) {
    people.push(character.id)
    things.push(...items.map(({ id }) => id))
  }
  for (const { id, rows } of instances) {
    const there = new Set(rows.map(({ aggregate, row }) => `${aggregate}:${row.id}`.toLowerCase()))
    for (const { aggregate, row } of rows) {
      if (aggregate === "Character") people.push(row.id)
      if (aggregate !== "Item") continue
      things.push(row.id)
      const { holder, holderId } = row as unknown as { holder: string; holderId: number }
      if (!there.has(`${holder}:${holderId}`)) {
        wrong.push(`${id}: item ${row.id} is held by ${holder} ${holderId}, which is not there`)
      }
    }
  }
  wrong.push(...twice(people).map((id) => `character ${id} is in two places`))
  wrong.push(...twice(things).map((id) => `item ${id} is in two places`))
  const alive = new Set(people)
  wrong.push(...characters.filter((id) => !alive.has(id)).map((id) => `character ${id} is nowhere`))
  for (const { events, id, outbox } of instances) {
    const waiting = new Set(outbox.map(({ n }) => n))
    for (const { payload, seq, type } of events) {
      if (type !== "CharacterSent") continue
      const { target } = payload as unknown as { target: number }
      const there = instances.find((instance) => instance.id === target)
      const came = rootsOf(there?.log ?? []).filter(
        (row) => row.commandId === `instance:${id}#${seq}`
      )
      if (came.length > 1 || (came.length === 0 && !waiting.has(seq))) {
        wrong.push(`message ${seq} of ${id} to ${target} arrived ${came.length} times`)
      }
    }
  }
  return wrong
}

/** An instance's Events folded over its birth give its rows. */
export const folded =
  (game: Game.Any): Rule =>
  ({ instances }) =>
    instances.flatMap(({ birth, events, id, rows }) => {
      const told = events.map(({ at, payload }) => ({ value: payload, at }))
      let now: ReadonlyArray<string>
      try {
        now = Fold.lines(Fold.fold(game, Fold.ofSnapshot(game, birth), told))
      } catch (error) {
        return [`${id}: its Events do not fold: ${String(error)}`]
      }
      const due = new Set(now)
      const there = new Set(Fold.lines(Fold.ofSnapshot(game, rows)))
      return [
        ...[...there]
          .filter((line) => !due.has(line))
          .map((line) => `${id}: a row no Event made: ${line}`),
        ...now.filter((line) => !there.has(line)).map((line) => `${id}: a row is missing: ${line}`)
      ].slice(0, 6)
    })

/** All rules, by name. */
export const rules = (game: Game.Any): Readonly<Record<string, Rule>> => ({
  "every Command is answered": answered,
  "accepted once, rejected never": once,
  "in order per actor": inOrder,
  "seqs without gap": numbered,
  "nothing is left over": settled,
  "clients see what they may": perceived(game),
  "gold and items are conserved": conserved(game),
  "one place each": placed,
  "rows are the fold of Events": folded(game)
})

/** How much is told of each rule. */
const toldMax = 20

/** Judges by all rules. */
export const judge = (game: Game.Any, evidence: Evidence): ReadonlyArray<Violation> =>
  Object.entries(rules(game)).flatMap(([rule, check]) => {
    const found = check(evidence)
    const more = found.length > toldMax ? [`and ${found.length - toldMax} more`] : []
    return [...found.slice(0, toldMax), ...more].map((what) => ({ rule, what }))
  })

/** How often clients had to begin anew from a snapshot: rightly, or it is a violation. */
export const resyncs = (histories: ReadonlyArray<History>): number =>
  histories.reduce(
    (count, { seen }) =>
      count + seen.filter((each) => each._tag === "Began" && each.because !== undefined).length,
    0
  )

/** How often characters were told to have come to another instance. */
export const journeys = (histories: ReadonlyArray<History>): number =>
  histories.reduce(
    (count, { seen }) => count + seen.filter((each) => each._tag === "Arrived").length,
    0
  )
