/** One recorded Action as text: for people, for programs, and as a test that runs by itself. */
import { Actor, LockSet, Plain } from "@wr2/core"
import type { Recorded } from "@wr2/postgres/Recorded"
import { Published } from "@wr2/world"
import { Effect } from "effect"
import { Problem } from "../Problem.ts"

const values = (events: ReadonlyArray<{ readonly payload: string }>): ReadonlyArray<unknown> =>
  events.map(({ payload }) => {
    // What it is comes first; the database has its keys in an order of its own.
    const { _tag, ...fields } = JSON.parse(payload)
    return { _tag, ...fields }
  })

/** The line of an error that says what it is, without the name of its class. */
const messageOf = (error: string): string =>
  error
    .split(/\n\s+at /)[0]!
    .replace(/^(?:[A-Z]\w*)?Error: /, "")
    .trimEnd()

/** Whether it came to the same now. */
const isSame = ({ again: { outcome }, was }: Recorded): boolean => {
  switch (was._tag) {
    case "Dead":
      return outcome.outcome === "failed" && messageOf(outcome.error ?? "") === messageOf(was.error)
    case "Refused":
      return (
        outcome.outcome === "refused" &&
        Plain.canonical(outcome.reason) === Plain.canonical(was.reason)
      )
    case "Done":
      return (
        outcome.outcome === "done" &&
        Plain.canonical(values(outcome.events)) === Plain.canonical(values(was.events))
      )
  }
}

/** All of it as one value. */
export const plain = (found: Recorded) => {
  const { action, again, asOf, instance, was } = found
  return {
    instance,
    action,
    asOf,
    locks: again.locks.map(LockSet.key),
    rows: again.rows.map(({ ref, row, runtime }) => ({ name: LockSet.key(ref), row, runtime })),
    was: was._tag === "Done" ? { ...was, events: values(was.events) } : was,
    now: {
      outcome: again.outcome.outcome,
      reason: again.outcome.reason,
      error: again.outcome.error,
      events: values(again.outcome.events)
    },
    same: isSame(found)
  }
}

/** All of it for people. */
export const told = (found: Recorded): string => {
  const { action, locks, now, rows, same, was } = plain(found)
  const json = (value: unknown) => JSON.stringify(value)
  const came = (events: ReadonlyArray<unknown>) =>
    events.length === 0 ? ["  no Events"] : events.map((event) => `  ${json(event)}`)
  return [
    `Action ${action.no} of instance ${found.instance}: ${action.type} ${json(action.payload)}`,
    `  by ${action.actor === null ? "the world" : Actor.key(action.actor)}, seed ${action.seed}, now ${action.now}, ids from ${action.idBase ?? "nowhere"}, after seq ${found.asOf}`,
    `locked ${locks.join(", ") || "nothing"}`,
    ...rows.map(
      ({ name, row, runtime }) =>
        `  ${name} ${json(row)}${runtime === undefined ? "" : ` memory ${json(runtime)}`}`
    ),
    "came to",
    ...(was._tag === "Done"
      ? came(was.events)
      : was._tag === "Refused"
        ? [`  refused: ${json(was.reason)}`]
        : [`  dead letter ${was.reference}: ${messageOf(was.error)}`]),
    ...(same
      ? ["and comes to the same now"]
      : [
          `and comes to something else now: ${now.outcome}`,
          ...(now.error === null ? [] : [`  ${messageOf(now.error)}`]),
          ...(now.outcome === "refused" ? [`  ${json(now.reason)}`] : came(now.events))
        ])
  ].join("\n")
}

/**
 * What a test that fails like a dead letter looks for. The engine's own checks have other words in a
 * Spec; a rule's have the same.
 */
const fault = (error: string): string => {
  const message = messageOf(error)
  if (/lock set|did not lock/.test(message)) return "/outside its lock set/"
  if (/^payload of | does not fit its fields$|, which is not registered$/.test(message))
    return "/does not fit|declare|not an Action/"
  return `{ message: ${JSON.stringify(message)} }`
}

const indent = (text: string, by: string): string => text.replaceAll("\n", `\n${by}`)
const pretty = (value: unknown, by: string): string => indent(JSON.stringify(value, null, 2), by)

/** What the test imports; the server itself may not. */
const imports = [
  ["* as assert", "node:assert"],
  ["type { Aggregate, Game }", "@wr2/core"],
  ["{ given }", "@wr2/testkit/Spec"],
  ["{ Published, world }", "@wr2/world"],
  ["{ it }", "vitest"]
]
  .map(([names, from]) => `import ${names} from "${from}"`)
  .join("\n")

/** Why there can be no test of it. */
const untestable = ({ action, again, was }: Recorded): string | undefined => {
  if (again.corrupt.length > 0)
    return `it looks at ${again.corrupt.join(", ")}, which does not decode: a test cannot be given such a row`
  if (was._tag === "Refused" && (was.reason as { readonly _tag?: unknown })._tag === "Busy")
    return "it was refused Busy: somebody else held a row, and no rule ran"
  if (was._tag === "Dead" && again.outcome.outcome !== "failed")
    return `it was not its rule that failed (${messageOf(was.error)}): run again, it is ${again.outcome.outcome}`
  if (
    action.actor?.type === "instance" &&
    was._tag === "Dead" &&
    messageOf(was.error).startsWith("a message was")
  )
    return "a message that nobody let in: there is no rule to test"
  return undefined
}

/** The source of a test of the Action: given its rows, when it runs as it did, then what it came to. */
export const source = (found: Recorded): Effect.Effect<string, Problem> => {
  const why = untestable(found)
  if (why !== undefined) {
    return Effect.fail(
      new Problem({
        message: `no test of Action ${found.action.no} (${found.action.type}) can be made: ${why}`
      })
    )
  }
  const { action, again, definition, instance, was } = found
  const rows = again.rows.map(
    ({ ref, row, runtime }) =>
      `    row(${JSON.stringify(ref.aggregate._tag)}, ${pretty(row, "    ")}${runtime === undefined ? "" : `, ${pretty(runtime, "    ")}`})`
  )
  const at = {
    seed: action.seed,
    now: action.now,
    actor: action.actor,
    instance,
    ...(action.idBase === null ? {} : { firstId: action.idBase })
  }
  const when = `given(game${rows.length === 0 ? "" : `,\n${rows.join(",\n")}\n  `}).when(
    { _tag: ${JSON.stringify(action.type)}, payload: ${pretty(action.payload, "    ")} },
    ${pretty(at, "    ")}
  )`
  const came =
    was._tag === "Done"
      ? `  ${when}.then(${values(was.events)
          .map((event) => `\n    ${pretty(event, "    ")}`)
          .join(",")}${was.events.length === 0 ? "" : "\n  "})`
      : was._tag === "Refused"
        ? `  ${when}.fails(${pretty(was.reason, "  ")} as never)`
        : `  assert.throws(() =>\n  ${when},\n  ${fault(was.error)})`
  const what =
    was._tag === "Dead"
      ? `fails: ${messageOf(was.error).split("\n")[0]!}`
      : "comes to what it came to"
  return Effect.succeed(`/**
 * ${action.type} ${action.no} of instance ${instance}, as it ran after Event ${found.asOf}: written by
 * \`wr2 replay ${instance} --action ${action.no} --as-test\`. The rows are those that it locked, and that
 * its lock set looked at, as they were.
 */
${imports}

it(${JSON.stringify(`${action.type} ${action.no} ${what}`)}, () => {
  const game = world(Published.read(JSON.parse(content))) as Game.Any
  const row = rowsOf(game)
${came}
})

/** Rows by the names of their aggregates. */
const rowsOf =
  (game: Game.Any) =>
  (name: string, row: { readonly id: number }, runtime?: unknown): Aggregate.Given => {
    const aggregate = game.aggregates.find(({ _tag }) => _tag === name)
    assert.ok(aggregate, \`\${name} is no aggregate of this game any more\`)
    return { ref: aggregate.ref(row.id), row, ...(runtime === undefined ? {} : { runtime }) }
  }

/** The content that it was decided on: ${definition.game.content.hash}. */
const content = ${JSON.stringify(JSON.stringify(Published.rows(definition.game.content)))}
`)
}
