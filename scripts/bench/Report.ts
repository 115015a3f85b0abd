/** What is written of a run: a table on the console, JSON, a Markdown table and a chart. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { chart } from "./Chart.ts"
import { machineLine, shown } from "./Figures.ts"
import type { Machine } from "./Figures.ts"
import type { Outcome, Ratio, Result } from "./Runner.ts"

/** A run, with what it was made on and how. */
export interface Report extends Outcome {
  readonly machine: Machine
  readonly suite: string
  readonly runs: number
  readonly seconds: number
}

const verdict = ({ met, void: why }: Ratio): string =>
  why.length > 0 ? `void (${why[0]})` : met ? "met" : "not met"
const goal = ({ atMost, target }: Ratio): string =>
  `${atMost ? "at most" : "at least"} ${shown(target)}`
const spread = (low: number, high: number): string => `${shown(low)} to ${shown(high)}`
const runsOf = ({ runs }: Result): string => spread(Math.min(...runs), Math.max(...runs))

/** For who looks at the console. */
export const table = ({ ratios, results }: Outcome): string => {
  const width = Math.max(0, ...[...results, ...ratios].map(({ name }) => name.length))
  return [
    ...results.map(
      (one) =>
        `${one.name.padEnd(width)}  ${shown(one.value).padStart(9)} ${one.unit.padEnd(13)} (${runsOf(one)})` +
        (one.wrong.length === 0 ? "" : `  does not count: ${one.wrong[0]}`)
    ),
    "",
    ...ratios.map(
      (one) =>
        `${one.name.padEnd(width)}  ${shown(one.value).padStart(9)} ${goal(one).padEnd(18)} ${verdict(one)}`
    )
  ].join("\n")
}

/** As JSON: what --json writes. */
export const json = ({ machine, ratios, results, runs, seconds, suite }: Report): string =>
  `${JSON.stringify({ machine, suite, runs, seconds, results, ratios }, null, 2)}\n`

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ")
const rows = (head: ReadonlyArray<string>, body: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map((_, i) => (i === 0 ? "---" : "---:")), ...body]
    .map((line) => `| ${line.map(cell).join(" | ")} |`)
    .join("\n")

const markdown = (report: Report): string => {
  const { machine, ratios, results, runs, seconds, suite } = report
  const command =
    suite === "peers"
      ? "npm run bench:peers"
      : `npm run bench${suite === "full" ? " -- --full" : ""}`
  return `# ${command}

Written by the run. Machine: ${machineLine(machine)}.
${runs} runs of ${seconds} s each, all sides in turn; medians, and from the lowest run to the highest.
README.md says what each figure means.

![the same as bars](${suite}.svg)

## Targets
${rows(
  ["what", "reached", "from run to run", "target", ""],
  ratios.map((one) => [one.name, shown(one.value), spread(...one.spread), goal(one), verdict(one)])
)}

## Figures
${rows(
  ["what", "median", "unit", "from run to run", ""],
  results.map((one) => [
    one.name,
    shown(one.value),
    one.unit,
    runsOf(one),
    one.wrong.length === 0 ? "" : `does not count: ${one.wrong[0]}`
  ])
)}
`
}

/** Writes the Markdown table and the chart into a folder, under the suite's name. */
export const write = (folder: string, report: Report): void => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${report.suite}.md`), markdown(report))
  writeFileSync(
    join(folder, `${report.suite}.svg`),
    chart({ title: "WR2", subtitle: machineLine(report.machine), results: report.results })
  )
}
