/** Dead letters as text for an operator. */
import type { DeadLetters } from "@wr2/postgres"
import { DateTime } from "effect"

type Letter = DeadLetters.Letter

const time = (millis: number): string =>
  DateTime.formatIso(DateTime.makeUnsafe(millis)).replace("T", " ")
const firstLine = (text: string): string => text.split("\n")[0]!
const name = ({ instance, no, type }: Pick<Letter, "instance" | "no" | "type">): string =>
  `${instance}/${no} ${type}`
const actorOf = ({ actor }: Letter): string =>
  actor === null ? "the world" : `${actor.type} ${actor.id}`

/** One line each, under a heading. */
export const lines = (letters: ReadonlyArray<Letter>): string => {
  if (letters.length === 0) return "no dead letters"
  const table = [
    ["REFERENCE", "DIED", "ACTION", "ACTOR", "DEATHS", "ERROR"],
    ...letters.map((letter) => [
      letter.reference,
      time(letter.now).slice(0, 19),
      name(letter),
      actorOf(letter),
      String(letter.past.length + 1),
      (letter.dropped === null ? "" : "[dropped] ") + firstLine(letter.error).slice(0, 80)
    ])
  ]
  const widths = table[0]!.map((_, i) => Math.max(...table.map((row) => row[i]!.length)))
  return table
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join("  ")
        .trimEnd()
    )
    .join("\n")
}

const indented = (text: string): string => text.replaceAll(/^/gm, "    ")
const pretty = (value: unknown): string => indented(JSON.stringify(value, null, 2))

const death = (of: DeadLetters.Death): ReadonlyArray<string> => [
  `  died        ${time(of.now)}, on ${of.runner ?? "an unknown runner"}${of.attempts > 0 ? `, after ${of.attempts} counted attempts` : ""}`,
  `  run with    rule version ${of.rule}, content ${of.contentHash}, ids from ${of.idBase ?? "(none taken)"}, after Event ${of.asOf ?? "(not kept)"}`,
  `  error`,
  indented(of.error),
  ...(of.rows === null
    ? ["  rows        not known: it was not run, or did not say what it locks"]
    : [
        `  rows        as it found them${of.rowsLeftOut > 0 ? `, and ${of.rowsLeftOut} more that are not kept` : ""}`,
        ...of.rows.map(({ aggregate, corrupt, id, row, runtime }) =>
          indented(
            `${aggregate} ${id}${corrupt === true ? " (does not decode)" : ""} ${JSON.stringify(row)}${runtime === undefined ? "" : ` runtime ${JSON.stringify(runtime)}`}`
          )
        )
      ])
]

const history = (past: ReadonlyArray<DeadLetters.Past>): ReadonlyArray<string> =>
  past.flatMap((each, i) => [
    `  death ${i + 1}, then put back by ${each.redrivenBy} at ${time(each.redrivenAt)}`,
    ...death(each).map((line) => `  ${line.replaceAll("\n", "\n  ")}`)
  ])

/** All of one. */
export const whole = (letter: Letter): string =>
  [
    `${name(letter)} v${letter.version}`,
    `  reference   ${letter.reference}`,
    `  actor       ${actorOf(letter)}`,
    `  command     ${letter.commandId ?? "(none: the world's own)"}`,
    `  caused by   ${letter.cause === null ? "(nothing: the first of its chain)" : `Action ${letter.cause}`}`,
    `  planned     for ${time(letter.runAt)}, priority ${letter.priority}, depth ${letter.depth}`,
    `  seed        ${letter.seed}`,
    `  key         ${letter.key}`,
    ...(letter.dropped === null
      ? []
      : [
          `  dropped     ${time(letter.dropped.at)} by ${letter.dropped.by}: ${letter.dropped.why}`
        ]),
    "  message",
    pretty(letter.payload),
    ...death(letter),
    ...history(letter.past)
  ].join("\n")

const stands: Readonly<Record<DeadLetters.Trace["now"], string>> = {
  pending: "it waits for its turn",
  done: "it is done",
  refused: "it was refused",
  nowhere: "history no longer has what became of it"
}

/** One that is none any more. */
export const trace = ({ instance, no, now, past, type }: DeadLetters.Trace): string =>
  [
    `${name({ instance, no, type: type ?? "(an Action)" })} is no dead letter any more: ${stands[now]}`,
    ...history(past)
  ].join("\n")

/** Why it cannot be chosen. */
export const already = (one: DeadLetters.Trace | Letter): string => {
  if ("dropped" in one)
    return `${name(one)} was dropped by ${one.dropped?.by} (${one.dropped?.why})`
  const last = one.past.at(-1)!
  return `${one.instance}/${one.no} was put back by ${last.redrivenBy} at ${time(last.redrivenAt)}: ${stands[one.now]}`
}

/** What became of one that was to be put back. */
export const redriven = (letter: Letter, outcome: DeadLetters.Redriven["_tag"]): string => {
  switch (outcome) {
    case "Queued":
      return `${name(letter)}: put back`
    case "Gone":
      return `${name(letter)}: somebody else was faster`
    case "Again":
      return `${name(letter)}: it was put back meanwhile and has died once more; look at it again`
  }
}

/** One that is not put back. */
export const asked = (letter: Letter): string =>
  `${name(letter)}: not put back. Whoever asked for it was told that it broke, and has asked again`

/** What became of one that was to be dropped. */
export const dropped = (letter: Letter, done: boolean): string =>
  `${name(letter)}: ${done ? "dropped" : "changed meanwhile; look at it again"}`
