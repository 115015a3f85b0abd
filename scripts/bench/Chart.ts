/** A bar chart as SVG: figures of one unit under each other, with a line from the lowest run to the highest. */
import { shown } from "./Figures.ts"
import type { Result } from "./Runner.ts"

const width = 960
const left = 380
const right = 130
const bar = 14
const step = 22
const heading = 34

const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")

const at = (n: number): string => n.toFixed(1)

/** Bars of one unit share a scale. */
const group = (unit: string, results: ReadonlyArray<Result>, top: number): string => {
  const most = Math.max(...results.flatMap(({ runs }) => runs), Number.MIN_VALUE)
  const x = (value: number) => left + (Math.max(0, value) / most) * (width - left - right)
  const bars = results.map(({ name, runs, value, wrong }, i) => {
    const y = top + heading + i * step
    const [low, high] = [x(Math.min(...runs)), x(Math.max(...runs))]
    const ours = !name.startsWith("peer ") && wrong.length === 0
    return [
      `<text x="${left - 8}" y="${y + bar - 3}" text-anchor="end">${escaped(name)}</text>`,
      `<rect x="${left}" y="${y}" width="${at(Math.max(1, x(value) - left))}" height="${bar}" class="${ours ? "ours" : "other"}"/>`,
      `<path d="M${at(low)} ${y + bar / 2}H${at(high)}" class="spread"/>`,
      `<text x="${at(Math.max(high, x(value)) + 6)}" y="${y + bar - 3}">${shown(value)}${wrong.length === 0 ? "" : " (void)"}</text>`
    ].join("")
  })
  return [
    `<text x="${left}" y="${top + heading - 10}" class="unit">${escaped(unit)}</text>`,
    ...bars
  ].join("\n")
}

/** The chart. */
export const chart = (options: {
  readonly title: string
  readonly subtitle: string
  readonly results: ReadonlyArray<Result>
}): string => {
  const units = [...new Set(options.results.map(({ unit }) => unit))]
  let top = 50
  const groups = units.map((unit) => {
    const some = options.results.filter((result) => result.unit === unit)
    const drawn = group(unit, some, top)
    top += heading + some.length * step + 8
    return drawn
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top + 8}" font-family="sans-serif" font-size="12">
<style>
  text { fill: #222 } .unit { font-weight: bold } .small { font-size: 10px; fill: #666 }
  .ours { fill: #2f6f8f } .other { fill: #b8b8b8 } .spread { stroke: #c0392b; stroke-width: 2 }
</style>
<rect width="${width}" height="${top + 8}" fill="#fff"/>
<text x="16" y="24" font-size="16">${escaped(options.title)}</text>
<text x="16" y="42" class="small">${escaped(options.subtitle)}</text>
${groups.join("\n")}
</svg>
`
}
