/**
 * The judge: what must hold whatever was killed, frozen or cut. Pure functions of what clients
 * remember and what the tables say. Nothing of the product is used but a game's declarations
 * (test/imports.ts keeps it so): what it folds and counts by is its own.
 */
import type { Game } from "@wr2/core"
import { misfolded } from "./Folding.ts"
import { heard, own } from "./Hearing.ts"
import { actorOf, commandId, rootsOf } from "./History.ts"
import type { Acted, Evidence, History, Outcome, Rule, Violation } from "./History.ts"
import { conserved, inTransit } from "./Holdings.ts"
import { inOrder } from "./Order.ts"

/** Verbs that only look: their Commands are answered and leave no row. */
const reading = new Set(
  (
    "look l examine x score stats inventory i who help ? exits equipment eq consider where " +
    "time weather " +
    "list value auctions quests skills"
  ).split(" ")
)
/** What only asks where nothing is said with it. */
const asking = new Set(["become", "group", "alias"])
const isReading = (text: string): boolean => reading.has(verb(text)) || asking.has(text.trim())
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
      } else if (isReading(text)) {
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
    instances.flatMap((instance) => misfolded(game, instance))

/** All rules, by name. */
export const rules = (game: Game.Any): Readonly<Record<string, Rule>> => ({
  "every Command is answered": answered,
  "accepted once, rejected never": once,
  "in order per actor": inOrder(game),
  "seqs without gap": numbered,
  "nothing is left over": settled,
  "clients see what they may": perceived(game),
  "gold and items are conserved": conserved,
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

/** Accepted Commands that left a row in a log: looking round is answered, and is no work done. */
export const effective = ({
  histories,
  instances
}: Pick<Evidence, "histories" | "instances">): number => {
  const done = new Set(
    instances.flatMap(({ log }) => rootsOf(log).map(({ commandId }) => commandId))
  )
  return histories.reduce(
    (count, { answers, character }) =>
      count +
      [...answers].filter(
        ([n, { _tag }]) => _tag === "Accepted" && done.has(commandId(character, n))
      ).length,
    0
  )
}

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
